// What runs in an environment: a JSON file in its folder, so that another process can use it and end it.
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { lives } from './process.mjs';

const file = (folder) => join(folder, 'state.json');

/** The state of a folder; records of processes that died are left out. */
export async function readState(folder) {
  const text = await readFile(file(folder), 'utf8').catch(() => '{}');
  const { processes = {}, installed = {} } = JSON.parse(text);
  const living = await Promise.all(
    Object.entries(processes).map(async ([name, record]) => [name, record, await lives(record)]),
  );
  return {
    processes: Object.fromEntries(living.filter(([, , alive]) => alive).map(([name, record]) => [name, record])),
    installed,
  };
}

/** Writes the state whole, with the variables that follow from it for readers that know no parts. */
export async function writeState(folder, state) {
  await mkdir(folder, { recursive: true });
  const text = JSON.stringify({ ...state, variables: variables(folder, state) }, null, 2);
  await writeFile(`${file(folder)}.draft`, `${text}\n`);
  await rename(`${file(folder)}.draft`, file(folder));
}

/** Forgets the state. */
export const dropState = (folder) => rm(file(folder), { force: true });

/** What tests and benches read from their environment, `test/support/environment` among them. */
export function variables(folder, { processes: { registry, ...engines }, installed }) {
  const buildkitd = engines.buildkitd;
  const values = {
    DFD_ENVIRONMENT: folder,
    DFD_TEST_REGISTRY: registry?.address,
    DFD_TEST_BUILDKITD: buildkitd?.address,
    DFD_TEST_BUILDKITD_TLS: engines['buildkitd-tls']?.tls,
    DFD_TEST_CERTIFICATES: engines['buildkitd-tls']?.certificates,
    DFD_TEST_BUILDKITD_TCP: engines['buildkitd-tcp']?.tcp,
    DFD_TEST_BUILDKITD_026: engines['buildkitd-0.26']?.address,
    DFD_TEST_BUILDKITD_OLD: engines['buildkitd-old']?.address,
    DFD_TEST_BUILDKITD_CONTAINER: engines['buildkitd-container']?.address,
    DFD_TEST_DOCKER20: engines.docker20?.address,
    DFD_TEST_DOCKER29: engines.docker29?.address,
    DFD_TEST_BUILDX: installed.buildx,
    DFD_TEST_BUILDCTL: installed.buildctl,
    DFD_TEST_TMUX: installed.tmux,
    DFD_VSCODE_NODE: installed.vscode?.node,
    DFD_VSCODE_SERVER: installed.vscode?.server,
    DFD_CHROMIUM: installed.vscode?.chromium,
    DFD_BUILDER: buildkitd?.address,
  };
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}
