import type { LaunchArguments } from '../../contract.js';
import { nearest } from '../../dockerfile/locate.js';
import { UserError } from '../../debugger/errors.js';

/** What a launch argument may be: a test, words for it, an example in JSON. */
interface Kind {
  readonly accepts: (value: unknown) => boolean;
  readonly wants: string;
}

function isText(value: unknown): boolean {
  return typeof value === 'string';
}

function isFlag(value: unknown): boolean {
  return typeof value === 'boolean';
}

function isList(value: unknown): boolean {
  return Array.isArray(value) && value.every(isText);
}

function isRecordOf(value: unknown, accepts: (value: unknown) => boolean): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && Object.values(value).every(accepts);
}

const text: Kind = { accepts: isText, wants: 'a text' };
const flag: Kind = { accepts: isFlag, wants: 'true or false' };
const list: Kind = { accepts: isList, wants: 'a list of texts' };
const texts: Kind = { accepts: (value) => isRecordOf(value, isText), wants: 'an object whose values are texts' };
const textOrList: Kind = { accepts: (value) => isText(value) || isList(value), wants: 'a text, or a list of texts' };
const textsOrNull: Kind = {
  accepts: (value) => isRecordOf(value, (item) => item === null || isText(item)),
  wants: 'an object whose values are texts, or null for the value of the environment variable',
};
const flagOrText: Kind = { accepts: (value) => isFlag(value) || isText(value), wants: 'true, false or a text' };
const flagOrList: Kind = {
  accepts: (value) => isFlag(value) || isList(value),
  wants: 'true, or a list of stage names',
};
const sizeOrText: Kind = {
  accepts: (value) => isText(value) || (typeof value === 'number' && Number.isSafeInteger(value) && value > 0),
  wants: 'a number of bytes, or a text with a unit',
};
const networks = ['default', 'host', 'none'];
const network: Kind = {
  accepts: (value) => typeof value === 'string' && networks.includes(value),
  wants: '"default", "host" or "none"',
};

/** All launch arguments: what each may be, and an example. */
const fields: Readonly<Record<keyof LaunchArguments, readonly [Kind, string]>> = {
  cwd: [text, '"${workspaceFolder}"'],
  dockerfile: [text, '"docker/Dockerfile"'],
  context: [text, '"."'],
  compose: [textOrList, '"compose.yaml"'],
  service: [text, '"api"'],
  bake: [textOrList, '"docker-bake.hcl"'],
  bakeTarget: [text, '"app"'],
  record: [text, '"build.dockerbuild"'],
  repository: [text, '"${workspaceFolder}/app"'],
  pinImages: [flag, 'false'],
  builder: [text, '"unix:///run/buildkit/buildkitd.sock"'],
  target: [text, '"build"'],
  platforms: [list, '["linux/amd64", "linux/arm64"]'],
  buildArgs: [textsOrNull, '{ "VERSION": "1.2", "HTTP_PROXY": null }'],
  buildContexts: [texts, '{ "assets": "../assets" }'],
  labels: [texts, '{ "org.opencontainers.image.title": "app" }'],
  tags: [list, '["app:latest"]'],
  annotations: [list, '["manifest:org.opencontainers.image.title=app"]'],
  secrets: [list, '["id=npmrc,src=.npmrc"]'],
  ssh: [list, '["default"]'],
  addHosts: [list, '["db:10.0.0.7"]'],
  network: [network, '"host"'],
  allow: [list, '["network.host"]'],
  shmSize: [sizeOrText, '"64m"'],
  ulimits: [list, '["nofile=1024:4096"]'],
  cgroupParent: [text, '"builds"'],
  noCache: [flagOrList, '["build"]'],
  pull: [flag, 'true'],
  cacheFrom: [list, '["type=local,src=cache"]'],
  cacheTo: [list, '["type=local,dest=cache"]'],
  outputs: [list, '["type=local,dest=out"]'],
  load: [flag, 'true'],
  push: [flag, 'true'],
  attests: [list, '["type=sbom"]'],
  provenance: [flagOrText, '"mode=max"'],
  sbom: [flagOrText, 'true'],
  metadataFile: [text, '"metadata.json"'],
  iidFile: [text, '"image-id.txt"'],
  args: [list, '["--target", "build", "."]'],
  stopOnEntry: [flag, 'true'],
  stopAtEnd: [flag, 'true'],
  runAhead: [flag, 'true'],
  rescue: [list, '["/src/config.log", "**/junit.xml"]'],
  rescueTo: [text, '"rescued"'],
  toolbox: [text, '"busybox:musl"'],
  shell: [list, '["bash", "-l"]'],
  noDebug: [flag, 'true'],
  trace: [text, '"trace.jsonl"'],
};

/** What editors put into a launch configuration for themselves. */
const editors = new Set([
  ...['type', 'request', 'name', 'presentation', 'preLaunchTask', 'postDebugTask', 'internalConsoleOptions'],
  ...['debugServer', 'serverReadyAction', 'suppressMultipleSessionWarning', 'windows', 'osx', 'linux'],
  ...['restart', 'dap-server-path', 'dap-compilation', 'dap-compilation-dir', 'debugPort', 'host', 'hostName', 'port'],
  ...[
    'environment-variables',
    'mode',
    'program-to-start',
    'skip-debug-session',
    'wait-for-port',
    'output-filter-function',
  ],
]);

const launchArgumentNames: readonly string[] = Object.keys(fields);

function kindOf(value: unknown): string {
  if (value === null) return 'null';
  if (typeof value === 'string') return 'a text';
  if (typeof value === 'number' || typeof value === 'boolean') return `the ${typeof value} ${value}`;
  if (typeof value !== 'object') return 'no JSON value';
  // Members that are no texts are what is most often wrong; the texts themselves may be secret.
  const [name, odd] = Object.entries(value).find(([, item]) => typeof item !== 'string') ?? [];
  if (Array.isArray(value)) return name === undefined ? 'a list' : `a list with ${kindOf(odd)} in it`;
  return name === undefined ? 'an object' : `an object where "${name}" is ${kindOf(odd)}`;
}

function isKnown(name: string): name is keyof LaunchArguments {
  return Object.hasOwn(fields, name);
}

function checkField(name: string, value: unknown): void {
  if (!isKnown(name)) {
    const near = nearest(name, launchArgumentNames);
    const hint = near === undefined ? `Known are: ${launchArgumentNames.join(', ')}.` : `Did you mean "${near}"?`;
    throw new UserError('launch-argument-unknown', `There is no launch argument "${name}".`, hint);
  }
  const [kind, example] = fields[name];
  if (!kind.accepts(value)) {
    const hint = `For example: "${name}": ${example}`;
    throw new UserError('launch-argument-type', `"${name}" is ${kindOf(value)}; it has to be ${kind.wants}.`, hint);
  }
  if (value === '') {
    throw new UserError(
      'launch-argument-empty',
      `"${name}" is empty.`,
      `Leave it out, or for example: "${name}": ${example}`,
    );
  }
}

function assertFields(value: object): asserts value is LaunchArguments {
  for (const [name, item] of Object.entries(value)) checkField(name, item);
}

/** Clients send null for what they leave out. */
function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null;
}

/** Checks names and types of launch arguments; what editors add for themselves is left out. */
export function readFields(args: unknown): LaunchArguments {
  if (typeof args !== 'object' || args === null || Array.isArray(args)) {
    const example = 'For example: { "dockerfile": "Dockerfile", "context": "." }';
    throw new UserError(
      'launch-argument-type',
      `The launch arguments are ${kindOf(args)}; they have to be an object.`,
      example,
    );
  }
  const own: object = Object.fromEntries(
    Object.entries(args).filter(([name, value]) => isGiven(value) && !editors.has(name) && !name.startsWith('__')),
  );
  assertFields(own);
  return own;
}
