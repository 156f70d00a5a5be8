/** Both programs in one bundle, as the terminal debugger has the adapter within it; what starts them picks one. */

/** The debug adapter. */
export const adapter = async (): Promise<void> => (await import('./main.js')).main();

/** The terminal debugger. */
export const terminal = async (): Promise<void> => (await import('./terminal.js')).main();
