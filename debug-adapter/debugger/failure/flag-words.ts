/** Advice for people who type flags: most of it names launch arguments, as launch.json has them. */

/** What each launch argument is on a command line. */
const flags: Readonly<Record<string, string>> = {
  addHosts: '--add-host',
  allow: '--allow',
  annotations: '--annotation',
  attests: '--attest',
  buildArgs: '--build-arg',
  buildContexts: '--build-context',
  builder: '--builder',
  cacheFrom: '--cache-from',
  cacheTo: '--cache-to',
  context: 'the build context',
  dockerfile: '-f',
  iidFile: '--iidfile',
  labels: '--label',
  load: '--load',
  metadataFile: '--metadata-file',
  network: '--network',
  noCache: '--no-cache',
  outputs: '--output',
  platforms: '--platform',
  provenance: '--provenance',
  push: '--push',
  repository: 'PATH',
  rescue: '--rescue',
  rescueTo: '--rescue-to',
  sbom: '--sbom',
  secrets: '--secret',
  shmSize: '--shm-size',
  ssh: '--ssh',
  tags: '--tag',
  target: '--target',
  toolbox: '--toolbox',
  trace: '--trace',
  ulimits: '--ulimit',
};

const name = `"(${Object.keys(flags).join('|')})"`;

/** What says nothing beside the flag, which is told too or comes in its place. */
const beside: readonly (readonly [RegExp, string])[] = [
  [/, in launch\.json "\w+": (?:\["[^"\]]*"\]|\{[^}]*\})/g, ''],
  [/"\w+", (--[\w-]+)/g, '$1'],
  [/"\w+" \((--[\w-]+)\)/g, '$1'],
  [/ \((?:launch argument or setting|-f)\)/g, ''],
  [/ in the launch(?=,)/g, ''],
  [/\blaunch argument (?=")/g, ''],
  [/\bSet "pinImages": false\b/g, 'Give --no-pin-images'],
  [/relative paths start at "cwd"/g, 'relative paths start at the current folder'],
];

const listed = new RegExp(`${name}: \\["([^"\\]]*)"\\]`, 'g');
const example = new RegExp(`${name}, (e\\.g\\.|for example) \\["([^"\\]]*)"\\]`, 'g');
const valued = new RegExp(`${name}: "([^"]*)"`, 'g');
/** Not where a word is quoted because it is the user's: "Did you mean "load"?" */
const alone = new RegExp(`(?<=^|\\. |\\(|, |\\b(?:set|leave|with|another|of|and|in|say|from) )${name}`, 'gi');

/** The same in words of the command line. */
export function inFlags(text: string): string {
  const plain = beside.reduce((before, [pattern, instead]) => before.replace(pattern, instead), text);
  return plain
    .replace(example, (_all, key: string, word: string, value: string) => `${flagOf(key)}, ${word} ${value}`)
    .replace(listed, (_all, key: string, value: string) => `${flagOf(key)} ${value}`)
    .replace(valued, (_all, key: string, value: string) => `${flagOf(key)} ${value}`)
    .replace(alone, (_all, key: string) => flagOf(key))
    .replace(/(^|\. )the build/g, (_all, before: string) => `${before}The build`);
}

function flagOf(key: string): string {
  return flags[key] ?? `"${key}"`;
}
