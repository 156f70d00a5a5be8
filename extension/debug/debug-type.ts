/** The debug type of package.json. `dockerfile` belongs to another extension. */
export const debugType = 'buildkit';
