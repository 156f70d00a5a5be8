import type { Endpoint } from '../api.js';
export function explainFailure(_endpoint: Endpoint, error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
