/** Images that were to be taken by their digests, and were not: engines before BuildKit 0.11 do not know how. */
import type { LlbVertex } from '../../buildkit/llb.js';
import type { Program } from '../program/program.js';

/** A sentence for the user; undefined where everything is as it was asked for. */
export function unheededPins(
  programs: readonly { readonly llb: Pick<Program['llb'], 'vertices'> }[],
  pins: ReadonlyMap<string, string>,
): string | undefined {
  if (pins.size === 0) return undefined;
  const taken = programs.flatMap(({ llb }) => [...llb.vertices.values()].flatMap(({ op }) => imageOf(op) ?? []));
  const others = new Set(taken.filter((image) => isOther(image, pins.get(nameOf(image)))).map(nameOf));
  if (others.size === 0) return undefined;
  const names = [...others].join(', ');
  return `This engine takes the images of today, not the recorded ones, for ${names}: BuildKit 0.11 and Docker Engine 23 can do that.`;
}

function imageOf({ op }: LlbVertex['op']): string | undefined {
  return op?.$case === 'source' ? /^docker-image:\/\/(.+)$/.exec(op.value.identifier)?.[1] : undefined;
}

function isOther(image: string, pin: string | undefined): boolean {
  return pin !== undefined && digestOf(image) !== digestOf(pin);
}

function digestOf(image: string): string | undefined {
  return image.split('@')[1];
}

/** With a tag: old engines leave out the usual one. */
function nameOf(image: string): string {
  const name = image.replace(/@.*/, '');
  return /:[^/]*$/.test(name) ? name : `${name}:latest`;
}
