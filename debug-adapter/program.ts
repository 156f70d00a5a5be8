/** Both programs in one bundle, as the terminal debugger has the adapter within it; what starts them picks one. `onServed` is called for sessions that came to a build. */

/** The debug adapter. */
export const adapter = async (onServed: () => void): Promise<void> => (await import('./main.js')).main(onServed);

/** The terminal debugger. */
export const terminal = async (onServed: () => void): Promise<void> => (await import('./terminal.js')).main(onServed);
