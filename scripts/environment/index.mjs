// An environment: engines, registry, images, browser and editor, as named parts that know what they need.
import { cp, mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { buildkitTools, startBuildkit } from './buildkit.mjs';
import { startContainer } from './container.mjs';
import { program } from './debian.mjs';
import { removeBridge, startDocker20, startDocker29 } from './docker.mjs';
import { tool } from './go-tools.mjs';
import { imageStore } from './images.mjs';
import { withLock } from './install.mjs';
import { emulatePlatforms } from './platforms.mjs';
import { run, stop } from './process.mjs';
import { startRegistry } from './registry.mjs';
import { dropState, readState, variables, writeState } from './state.mjs';
import { installVscode } from './vscode.mjs';

/** A part is started (its record goes to `processes`) or installed (what it gives goes to `installed`). */
const parts = {
  registry: { needs: [], start: startFilledRegistry },
  buildkitd: { needs: ['registry'], start: buildkit('buildkitd', 'buildkit') },
  'buildkitd-tls': { needs: ['registry'], start: buildkit('buildkitd-tls', 'buildkit', 'tls') },
  'buildkitd-tcp': { needs: ['registry'], start: buildkit('buildkitd-tcp', 'buildkit', 'tcp') },
  'buildkitd-0.26': { needs: ['registry'], start: buildkit('buildkitd-0.26', 'buildkit-0.26') },
  'buildkitd-old': { needs: ['registry'], start: buildkit('buildkitd-old', 'buildkit-0.13') },
  docker20: { needs: ['registry'], start: (say, context) => startDocker20(say, dockerOptions(context)) },
  docker29: { needs: ['registry'], start: (say, context) => startDocker29(say, dockerOptions(context)) },
  'buildkitd-container': {
    needs: ['registry', 'docker20'],
    start: (say, context) =>
      startContainer(say, { ...dockerOptions(context), docker: context.state.processes.docker20.address }),
  },
  buildctl: { needs: [], install: async (say) => join(await buildkitTools(say, 'buildkit'), 'buildctl') },
  buildx: { needs: [], install: async (say) => join(await tool(say, 'buildx', buildxFlags), 'buildx') },
  tmux: { needs: [], install: (say) => program(say, 'tmux') },
  vscode: { needs: [], install: installVscode },
};
const buildxFlags = { ldflags: '-X github.com/docker/buildx/version.Version=v0.38.2' };

/** Names for several parts. */
const groups = {
  images: ['registry'],
  all: Object.keys(parts),
};

/** All names that `up` takes. */
export const names = [...Object.keys(parts), ...Object.keys(groups)];

async function startFilledRegistry(say, { folder, small }) {
  const store = await imageStore(say, { small });
  const storage = join(folder, 'registry');
  await rm(storage, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await cp(store, storage, { recursive: true });
  return startRegistry(say, folder, storage);
}

function buildkit(name, version, listen) {
  return async (say, { folder, state, small }) => {
    // A sample build has one platform.
    if (name === 'buildkitd' && small !== true) await emulatePlatforms(say);
    return startBuildkit(say, { folder, name, version, listen, registry: state.processes.registry.address });
  };
}

function dockerOptions({ folder, state }) {
  return { folder, registry: state.processes.registry.address };
}

/**
 * Brings parts up in a folder; those that live already are kept. A part that cannot be had is told in `missing` with its
 * reason, and the others go on. `small`: a registry with busybox only, which is made in seconds.
 */
export async function up(folder, wanted, say, { small = false } = {}) {
  const order = withNeeds(wanted.flatMap((name) => groups[name] ?? [name]));
  return withLock(`environment${folder.replaceAll('/', '_')}`, async () => {
    const state = await readState(folder);
    const context = { folder, state, small, saved: Promise.resolve() };
    const missing = {};
    const work = new Map();
    for (const name of order) {
      const needs = parts[name].needs.map((need) => work.get(need));
      work.set(
        name,
        Promise.all(needs).then(
          () => bring(name, context, say),
          () => Promise.reject(new Error(`it needs ${parts[name].needs.join(' and ')}`)),
        ),
      );
    }
    const results = await Promise.allSettled(work.values());
    for (const [index, result] of results.entries()) {
      if (result.status === 'rejected') missing[order[index]] = result.reason.message;
    }
    return { variables: variables(folder, state), state, missing };
  });
}

async function bring(name, context, say) {
  const { folder, state } = context;
  const part = parts[name];
  if (part === undefined) throw new Error(`There is no part "${name}". There are: ${names.join(', ')}.`);
  if (part.start === undefined) {
    state.installed[name] = await part.install(say, context);
  } else if (state.processes[name] === undefined) {
    state.processes[name] = await part.start(say, context);
  }
  context.saved = context.saved.then(() => writeState(folder, state));
  await context.saved;
}

function withNeeds(wanted) {
  const order = [];
  const visit = (name) => {
    if (parts[name] === undefined) throw new Error(`There is no "${name}". There are: ${names.join(', ')}.`);
    for (const need of parts[name].needs) visit(need);
    if (!order.includes(name)) order.push(name);
  };
  for (const name of wanted) visit(name);
  return order;
}

/** Ends what runs in a folder, in reverse order, and takes the folder away. */
export async function down(folder) {
  const { processes } = await readState(folder);
  const records = Object.values(processes).reverse();
  // A container's client first: it needs its engine. The registry last.
  const { registry, 'buildkitd-container': container, ...engines } = processes;
  for (const group of [[container], Object.values(engines), [registry]]) {
    await Promise.all(group.filter(Boolean).map((record) => stop(record)));
  }
  for (const record of records) await removeBridge(record);
  await dropState(folder);
  await removeFolder(folder);
}

/** A mount that a killed engine left would lead the removal astray: it goes first, and if it stays, so does the folder. */
async function removeFolder(folder) {
  for (const path of (await mountsBelow(folder)).reverse()) await run('umount', ['-l', path]).catch(() => {});
  const left = await mountsBelow(folder);
  if (left.length > 0) throw new Error(`Still mounted, so ${folder} is left: ${left.join(', ')}`);
  await rm(folder, { recursive: true, force: true });
}

async function mountsBelow(folder) {
  const text = await readFile('/proc/self/mounts', 'utf8');
  return text
    .split('\n')
    .map((line) => line.split(' ')[1])
    .filter((path) => path?.startsWith(`${folder}/`));
}
