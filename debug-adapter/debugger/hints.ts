/** What to do about a failed command, by what it wrote and how it ended. Data: add a line, not a branch. */

interface HintRule {
  /** Exit codes that it is about; any when absent. */
  readonly codes?: readonly number[];
  /** Matched against the last lines of output and the engine's message. */
  readonly text?: RegExp;
  readonly hint: string;
}

const rules: readonly HintRule[] = [
  {
    text: /exec format error/i,
    hint: 'The program is for another processor, or a script lacks its "#!" line. Check the platform of the image and of what was copied.',
  },
  {
    text: /\^M|\\r: (?:command )?not found|bad interpreter/i,
    hint: 'A script has Windows line endings, or its interpreter is not in the image. Convert it to LF line endings (git: "*.sh text eol=lf").',
  },
  {
    text: /no space left on device/i,
    hint: "The engine's disk is full. Free room with `docker builder prune` or `buildctl prune`, then restart the build.",
  },
  {
    text: /temporary failure (?:in name resolution|resolving)|could not resolve host|bad address|EAI_AGAIN|no such host/i,
    hint: "The step could not resolve a host name. Check the engine's DNS and proxy; try the same command in the shell.",
  },
  {
    text: /certificate (?:verify failed|is not trusted|signed by unknown)|unable to get local issuer|x509:/i,
    hint: "A TLS certificate is not trusted in the image. Add your organisation's CA to the image, or mount it as a secret.",
  },
  {
    text: /permission denied/i,
    hint: 'Check the user of this step (USER) and the owner and mode of the file; COPY has --chown and --chmod.',
  },
  {
    codes: [126],
    hint: 'Exit code 126: the program was found and could not be executed. Check its mode and its "#!" line.',
  },
  {
    codes: [127],
    text: /not found/i,
    hint: 'Exit code 127: a program was not found. Install it in an earlier step, or check PATH and the spelling.',
  },
  { codes: [127], hint: 'Exit code 127: a program or its interpreter was not found in the image.' },
  {
    codes: [137],
    hint: 'Exit code 137: the process was killed, most often because memory ran out. Give the engine more memory or run less in parallel.',
  },
  {
    codes: [139],
    hint: 'Exit code 139: the program crashed (segmentation fault); emulated platforms are a common cause.',
  },
  { codes: [255], hint: 'Exit code 255: the process did not start or was ended from outside.' },
];

/** The first hint whose conditions all hold; '' when none does. */
export function hintFor(exitCode: number | undefined, text: string): string {
  const rule = rules.find(
    ({ codes, text: pattern }) =>
      (codes === undefined || (exitCode !== undefined && codes.includes(exitCode))) &&
      (pattern === undefined || pattern.test(text)),
  );
  return rule?.hint ?? '';
}
