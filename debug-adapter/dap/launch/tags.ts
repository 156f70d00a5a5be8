/** Names of the image, as `--tag` takes them. */
import { isImageName } from '../../dockerfile/image-name.js';
import { UserError } from '../../debugger/errors.js';

interface Objection {
  readonly what: string;
  readonly hint: string;
}

const form = 'A name is [HOST[:PORT]/]PATH[:TAG], for example "registry.example.com/team/app:1.0".';
/** Of the path, without the registry. */
const longestPath = 255;

/** The names as they are. Throws a UserError `tag` for the first one that no engine would take. */
export function readTags(tags: readonly string[]): readonly string[] {
  for (const tag of tags) {
    const found = objectionTo(tag);
    if (found !== undefined) throw new UserError('tag', found.what, found.hint);
  }
  return tags;
}

function objectionTo(tag: string): Objection | undefined {
  if (isImageName(tag)) {
    if (pathOf(tag).length <= longestPath) return undefined;
    return {
      what: `The tag "${tag}" is too long.`,
      hint: `Without its registry a name has up to ${longestPath} letters.`,
    };
  }
  if (tag.trim() === '')
    return { what: 'A tag is empty.', hint: `Write the name of the image, or leave it out. ${form}` };
  const { what, instead } = fault(tag);
  return { what: `The tag "${tag}" ${what}.`, hint: isImageName(instead) ? `Write "${instead}".` : form };
}

/** What is wrong, the likeliest first, and what may have been meant. */
function fault(tag: string): { readonly what: string; readonly instead: string } {
  const scheme = /^[a-z][a-z0-9+.-]*:\/\//i.exec(tag);
  if (scheme !== null)
    return { what: `begins with ${scheme[0]}, a name does not`, instead: tag.slice(scheme[0].length) };
  if (/\s/.test(tag)) return { what: 'has a space in it', instead: tag.trim().replaceAll(/\s+/g, '-') };
  const { repository, rest } = split(tag);
  const lower = repository.toLowerCase() + rest;
  if (lower !== tag && isImageName(lower)) return { what: 'has upper case letters in its repository', instead: lower };
  if (/^[a-f0-9]{64}$/.test(tag)) return { what: 'looks like the id of an image', instead: '' };
  if (tag.endsWith(':')) return { what: 'ends with ":", and nothing follows', instead: tag.replace(/:+$/, '') };
  if (/:[^:/@]*:/.test(tag.slice(repository.lastIndexOf('/') + 1)))
    return { what: 'has more than one ":TAG"', instead: '' };
  if (/:[\w.-]{129,}(?:@|$)/.test(rest)) return { what: 'has more than 128 letters after its ":"', instead: '' };
  return { what: 'is no name of an image', instead: lower };
}

/** Up to the tag or the digest; a colon before the last slash is that of a port. */
function split(tag: string): { readonly repository: string; readonly rest: string } {
  const digest = tag.indexOf('@');
  const name = digest < 0 ? tag : tag.slice(0, digest);
  const colon = name.indexOf(':', name.lastIndexOf('/') + 1);
  const end = colon < 0 ? name.length : colon;
  return { repository: tag.slice(0, end), rest: tag.slice(end) };
}

/** As the engine counts it: the first part is a registry when it looks like one. */
function pathOf(tag: string): string {
  const { repository } = split(tag);
  const slash = repository.indexOf('/');
  const first = repository.slice(0, Math.max(0, slash));
  const isHost = /[.:]/.test(first) || first === 'localhost' || first !== first.toLowerCase();
  return isHost ? repository.slice(slash + 1) : repository;
}
