// Where things live: what was installed is kept outside the checkout, keyed by version; what runs has a folder of its own.
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The checkout. */
export const root = fileURLToPath(new URL('../..', import.meta.url));

/** What is installed once for all checkouts and all runs. */
export const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'dockerfile-debugger');

/** The folder of the environment that `environment.mjs up` keeps running for a developer. */
export const devFolder = process.env.DFD_ENVIRONMENT || join(tmpdir(), 'dfd-dev');

export const versions = {
  buildkit: '0.34.2',
  /** The last one whose gateway cannot read the files of a running container. */
  'buildkit-0.26': '0.26.3',
  /** The oldest one that the adapter promises to work with. */
  'buildkit-0.13': '0.13.2',
  docker29: '2.0.0-beta.24',
  buildx: '0.38.2',
  codeServer: '4.139.1',
  node: '24',
  go: '1.26.8',
};

/** True where a missing engine, browser or editor is a failure. */
export const inCI = /^(1|true)$/i.test(process.env.CI ?? '');
