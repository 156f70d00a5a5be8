/** What the engine says about an image that it cannot have, in words that name the image, the reason and the stages. */
import { findStageByName, nearest } from '../../dockerfile/locate.js';
import type { Dockerfile, Instruction } from '../../dockerfile/model.js';

/** An image that cannot be had. */
export interface MissingImage {
  /** Whole: with registry and tag. */
  readonly reference: string;
  /** As a user writes it. */
  readonly image: string;
  /** The engine's words. */
  readonly why: string;
}

export interface ImageWords {
  readonly code: string;
  readonly what: string;
  readonly hint: string;
}

interface Reason {
  readonly text: RegExp;
  /** `$host` is the registry. */
  readonly why: string;
  readonly hint: string;
}

const reasons: readonly Reason[] = [
  {
    text: /toomanyrequests|429 too many requests|pull rate limit/i,
    why: '$host limits how much may be pulled',
    hint: 'Log in (docker login), wait, or use a mirror.',
  },
  {
    text: /pull access denied|insufficient_scope|401 unauthorized|403 forbidden/i,
    why: '$host has no such image, or does not let you have it',
    hint: 'Check its name, and log in with docker login if it is private: the build uses those credentials.',
  },
  {
    text: /no such host/,
    why: "the engine's DNS does not know $host",
    hint: "Check the name of the registry, and the engine's DNS and proxy.",
  },
  {
    text: /server gave HTTP response to HTTPS client/,
    why: '$host does not speak HTTPS',
    hint: 'Allow HTTP: http = true for the registry in buildkitd.toml, or "insecure-registries" in Docker\'s daemon.json.',
  },
  {
    text: /x509:|tls: failed to verify|certificate/i,
    why: 'the engine does not trust the certificate of $host',
    hint: 'Give the engine its CA: ca = […] for the registry in buildkitd.toml, or /etc/docker/certs.d for Docker.',
  },
  {
    text: /connection refused|i\/o timeout|deadline exceeded|no route to host|network is unreachable|connection reset/i,
    why: '$host does not answer',
    hint: "Check that it runs, and that the engine's machine reaches it (network, proxy, firewall).",
  },
  { text: /not found/, why: '$host has no such image or tag', hint: '' },
];

const ofFrontend = /failed to resolve source metadata for (\S+): (.*)/s;
const ofRequest = /failed to do request: \S+ "?https?:\/\/([^/"]+)\/v2\/([^"\s]+)\/manifests\/([^"\s]+)"?: (.*)/s;
const ofOld =
  /([\w.-]+(?::\d+)?\/[\w./-]+(?::[\w.-]+)?(?:@sha256:[0-9a-f]+)?): (not found$|pull access denied.*|.*toomanyrequests.*)/s;

/** The image that a message is about; undefined when it is about something else. */
export function missingImage(message: string): MissingImage | undefined {
  const [, reference = '', why = ''] = ofFrontend.exec(message) ?? requested(message) ?? ofOld.exec(message) ?? [];
  return reference === '' ? undefined : { reference, why, image: familiar(reference) };
}

/**
 * @param blamed the instruction that names it, as far as that is known
 * @param pins images that are taken in the place of others, by complete names
 */
export function imageWords(
  { reference, image, why: said }: MissingImage,
  dockerfile: Pick<Dockerfile, 'stages'>,
  blamed: Instruction | undefined,
  pins: ReadonlyMap<string, string> = new Map(),
): ImageWords {
  const reason = reasons.find(({ text }) => text.test(said));
  const why = reason?.why.replace('$host', hostOf(reference)) ?? said;
  const pin = pins.get(reference) ?? [...pins.values()].find((pinned) => pinned === reference);
  if (pin !== undefined) {
    const what = `The image ${pin}, with which the build was recorded, cannot be had: ${why}.`;
    const hint = 'Set "pinImages": false to take the image that has this name today.';
    return { code: 'image-missing', what, hint: sentences(reason?.hint, hint) };
  }
  const cannot = `the image ${reference} cannot be had: ${why}.`;
  const stages = dockerfile.stages.flatMap(({ name }) => name ?? []);
  // What has no host, no folder and no tag may be meant as a stage.
  const mayBeStage = /^[a-z][\w.-]*$/i.test(image) && findStageByName(dockerfile, image) === undefined;
  const near = mayBeStage ? nearest(image, stages) : undefined;
  const meant = near === undefined ? suggested(said) : `Did you mean the stage "${near}"?`;
  const isBase = blamed === undefined || blamed.keyword === 'FROM';
  if (!mayBeStage || (isBase && near === undefined)) {
    return { code: 'image-missing', what: capital(cannot), hint: sentences(meant, reason?.hint) };
  }
  const list = stages.length === 0 ? 'No stage has a name.' : `Stages: ${stages.join(', ')}.`;
  return {
    code: 'stage-missing',
    what: `There is no stage "${image}", and ${cannot}`,
    hint: sentences(meant, list),
  };
}

/** Whether an instruction names an image; engines do not always say which one does. */
export function namesImage({ references }: Instruction, image: string): boolean {
  return references.some((reference) => familiar(reference) === image);
}

function requested(message: string): readonly string[] | undefined {
  const [, host, name, tag, rest = ''] = ofRequest.exec(message) ?? [];
  if (host === undefined || name === undefined || tag === undefined) return undefined;
  const at = tag.startsWith('sha256:') ? '@' : ':';
  return ['', `${host === 'registry-1.docker.io' ? 'docker.io' : host}/${name}${at}${tag}`, rest];
}

function hostOf(reference: string): string {
  const first = reference.split('/', 1)[0] ?? '';
  return reference.includes('/') && /[.:]|^localhost$/.test(first) ? first : 'docker.io';
}

/** Without what is understood: `docker.io/library/` and `:latest`. */
function familiar(reference: string): string {
  return reference.replace(/^docker\.io\/(?:library\/)?/, '').replace(/:latest$/, '');
}

/** The frontend knows some images by name. */
function suggested(said: string): string {
  const name = /\(did you mean (\S+)\?\)/.exec(said)?.[1];
  return name === undefined ? '' : `Did you mean ${name}?`;
}

function sentences(...all: readonly (string | undefined)[]): string {
  return all.filter((words) => words !== undefined && words !== '').join(' ');
}

function capital(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}
