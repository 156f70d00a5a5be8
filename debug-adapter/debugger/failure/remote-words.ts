/** What the engine says about a context that it fetches itself, in words that name what was asked for. */
import type { BuildSettings } from '../api.js';
import type { ImageWords } from './image-words.js';

/** What a URL names: `REPOSITORY#REF:FOLDER`, without a password. */
interface Remote {
  readonly whole: string;
  readonly repository: string;
  /** '' for the default branch. */
  readonly ref: string;
  readonly folder: string;
  readonly host: string;
  /** Of the Dockerfile, in the context. */
  readonly dockerfile: string;
}

interface Rule {
  readonly text: RegExp;
  /** `found` is the first group of `text`, or the second. */
  readonly what: (remote: Remote, found: string) => string;
  readonly hint: (remote: Remote) => string;
}

const byItself = 'The engine fetches the context by itself, with the network, DNS and proxy of its own machine.';
const theAgent =
  '--ssh default (ssh-add -l lists the keys of the agent) or --ssh default=KEYFILE, in launch.json "ssh": ["default"]';

const rules: readonly Rule[] = [
  {
    text: /no SSH key "[^"]*" forwarded|unknown method \/moby\.sshforward\.v1\.SSH/,
    what: ({ repository }) => `${repository} is fetched over ssh, and the build was given no ssh agent and no key.`,
    hint: () => `Give it one: ${theAgent}. What is public can be had over https:// without.`,
  },
  {
    text: /(The SSH key or socket .* cannot be used: .*)/,
    what: (_, found) => `${found}.`,
    hint: () => 'Set "ssh" (--ssh) to a socket of an agent or to the file of a key.',
  },
  {
    text: /Permission denied \(publickey|Host key verification failed/,
    what: ({ host }) => `${host} does not take the ssh key that the build was given.`,
    hint: () => `Check it with ssh -T, and that it is the one that is given: ${theAgent}.`,
  },
  {
    text: /does not contain ref ([^\s,]+)|reference is not a tree: (\S+)|couldn't find remote ref (\S+)/,
    what: ({ repository }, found) => `The repository ${repository} has no branch, tag or commit "${found}".`,
    hint: ({ repository, ref }) =>
      ref === ''
        ? `This engine takes that one where none is named. Name another: ${repository}#BRANCH.`
        : `Check what stands behind "#", which is REF or REF:FOLDER; git ls-remote ${repository} lists what there is.`,
  },
  {
    text: /subdir not supported/,
    what: ({ folder, repository }) => `This engine cannot build from a folder (${folder}) of ${repository}.`,
    hint: () => 'Newer engines can; with this one, clone the repository and take the folder for the context.',
  },
  {
    text: /invalid subdir (.*?): .*no such file|failed to open subdir (.*?): .*no such file|subdir (\S+): not a directory/,
    what: ({ repository, ref }, found) => `The repository ${repository} has no folder "${found}"${at(ref)}.`,
    hint: () => 'Check what stands behind the colon of "#REF:FOLDER".',
  },
  {
    text: /failed to read dockerfile: (?:failed to \w+ )?open .*no such file or directory/,
    what: ({ whole, dockerfile }) => `The context ${whole} has no ${dockerfile}.`,
    hint: () =>
      'Set "dockerfile" (-f) to the path of one inside of the context; for one of this machine, make that absolute.',
  },
  {
    text: /target stage "?([^"]+?)"? could not be found/,
    what: ({ whole }, found) => `The Dockerfile of ${whole} has no stage "${found}".`,
    hint: () => 'A target is the name that a FROM has behind AS.',
  },
  {
    text: /Could not resolve host|unable to look up|no such host|[Nn]ame or service not known/,
    what: ({ host, whole }) => `The engine does not know the host ${host}, from which it was to fetch ${whole}.`,
    hint: () => `Check its name. ${byItself}`,
  },
  {
    text: /[Cc]onnection refused|timed out|i\/o timeout|network is unreachable|[Nn]o route to host|reset by peer|deadline exceeded/,
    what: ({ host, whole }) => `${host} does not answer the engine, which was to fetch ${whole}.`,
    hint: () => `Check the address, and that it runs. ${byItself}`,
  },
  {
    text: /SSL certificate|certificate verif|x509:/,
    what: ({ host }) => `The engine does not trust the certificate of ${host}.`,
    hint: () => "Give the engine's machine the CA that signed it.",
  },
  {
    text: /access denied or repository not exported|repository '.*' not found|Repository not found|Authentication failed|could not read Username|terminal prompts disabled|does not appear to be a git repository/,
    what: ({ repository }) => `There is no repository ${repository}, or it does not let the engine in.`,
    hint: () =>
      'Check the address. A private one takes a token over https (--secret id=GIT_AUTH_TOKEN,env=VARIABLE, in launch.json "secrets": ["id=GIT_AUTH_TOKEN,env=VARIABLE"]), or a key over ssh: --ssh default, in launch.json "ssh": ["default"].',
  },
  {
    text: /invalid response status (\d+)/,
    what: ({ whole }, found) => `The server answered ${found} when the engine fetched the context ${whole}.`,
    hint: () => 'Check the address. What wants a login is fetched here first, and built from the folder.',
  },
  {
    text: /failed to fetch remote/,
    what: ({ repository }) => `The engine could not fetch ${repository}.`,
    hint: () => `The lines of git above say why. ${byItself}`,
  },
];

/** The Dockerfile is in the context; what comes after it is about other things. */
const ofContext = /failed to read (?:dockerfile|downloaded context)|target stage/;

/** As the frontend calls what fetches a context. */
const fetchesContext = /^\[internal\] load (?:git source|remote build context)/;

type Asked = Pick<BuildSettings, 'context' | 'dockerfile'>;

/** Undefined where the context is a folder here, and for what is about something else. */
export function remoteWords(message: string, settings: Asked): ImageWords | undefined {
  return ofContext.test(message) ? wordsOf(message, settings) : undefined;
}

/**
 * The same for a build whose Dockerfile is not in the context: that is fetched for the first step that needs it.
 *
 * @param vertex what the frontend calls the one that failed
 */
export function fetchWords(message: string, vertex: string, settings: Asked): ImageWords | undefined {
  return fetchesContext.test(vertex) ? wordsOf(message, settings) : undefined;
}

function wordsOf(message: string, { context, dockerfile }: Asked): ImageWords | undefined {
  if (context.kind === 'folder') return undefined;
  const remote = { ...readUrl(context.url), dockerfile };
  for (const { text, what, hint } of rules) {
    const found = text.exec(message);
    if (found === null) continue;
    const named = found.slice(1).find((group) => group !== undefined) ?? '';
    return { code: 'context-remote', what: what(remote, named), hint: hint(remote) };
  }
  return undefined;
}

/** Without a password. */
export function shownUrl(url: string): string {
  return url.replace(/^(https?:\/\/)[^/@]*@/i, '$1');
}

function readUrl(url: string): Omit<Remote, 'dockerfile'> {
  const whole = shownUrl(url);
  const [repository = '', fragment = ''] = whole.split('#', 2);
  const [, ref = '', folder = ''] = /^([^:]*):?(.*)$/.exec(fragment) ?? [];
  const [, host = repository] = /^(?:[a-z][a-z0-9+.-]*:\/\/)?(?:[^/@]*@)?([^/:]+)/i.exec(repository) ?? [];
  return { whole, repository, ref, folder, host };
}

function at(ref: string): string {
  return ref === '' ? '' : ` at ${ref}`;
}
