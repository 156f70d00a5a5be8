/** Why a text cannot be expanded, in the engine's words. Never leaves this folder. */
export class ExpandError extends Error {
  override readonly name = 'ExpandError';
}
