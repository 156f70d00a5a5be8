import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Client } from './client.js';

/** Paths, lines and columns as the client counts and writes them. Inside, lines count from 1 and paths are paths. */
export interface Positions {
  readonly toClientLine: (line: number) => number;
  readonly fromClientLine: (line: number) => number;
  readonly toClientColumn: (column: number) => number;
  readonly toClientPath: (path: string) => string;
  readonly fromClientPath: (path: string) => string;
}

/** The only place where the two ways of counting meet. */
export function positionsOf(client: Pick<Client, 'linesStartAt1' | 'columnsStartAt1' | 'usesUris'>): Positions {
  const line = client.linesStartAt1 ? 0 : 1;
  const column = client.columnsStartAt1 ? 0 : 1;
  return {
    toClientLine: (value) => value - line,
    // Whatever a client sends, inside there are only lines that can exist.
    fromClientLine: (value) => Math.max(1, Math.trunc(value) + line),
    toClientColumn: (value) => value - column,
    toClientPath: (path) => (client.usesUris ? pathToFileURL(path).href : path),
    fromClientPath: (path) => (client.usesUris && path.startsWith('file:') ? fileURLToPath(path) : path),
  };
}
