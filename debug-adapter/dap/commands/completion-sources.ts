/** Where the words come from that the console offers: the build, its stop, the image, this machine. */
import type { Frame } from '../../debugger/api.js';
import type { Dockerfile } from '../../dockerfile/model.js';
import { declaredArguments } from '../build-arguments.js';
import type { Session } from '../session.js';
import { instructionLine } from '../state/step.js';
import { requireFrame } from '../stops.js';
import { nameOf } from './moves.js';
import type { Named, OfferSources } from './offers.js';
import { ownPathsFrom } from './own-paths.js';
import { keepOutput } from './run.js';

/** Longest that a question to the image may take while somebody types, in milliseconds. */
const typingPatience = 3000;
/** Of its answer so much is read. */
const longestAnswer = 16 * 1024;

/** Asks nothing yet. */
export function completionSources(session: Session, frameId: number | undefined, signal: AbortSignal): OfferSources {
  const frame = (): Frame => requireFrame(session, frameId).frame;
  const dockerfile = (): Dockerfile | undefined => session.debugger.dockerfile;
  return {
    variableNames: async () => [...(await frame().config(signal)).environment.keys()],
    stageNames: () => (dockerfile()?.stages ?? []).flatMap(({ name }) => name ?? []),
    lines: () => linesOf(session, dockerfile()),
    states: () => requireFrame(session, frameId).stop.states,
    trees: () =>
      frame()
        .trees.list()
        .map(({ tree, title }) => ({ label: tree, detail: title })),
    watched: () => session.watches.typed.map(nameOf),
    argumentNames: () => argumentsOf(dockerfile()),
    ownPaths: (started) => ownPathsFrom(session.settings?.cwd ?? session.host.cwd, started),
    async askImage(script) {
      const output = keepOutput(longestAnswer);
      const either = AbortSignal.any([signal, AbortSignal.timeout(typingPatience)]);
      await frame().run(script, output.sink, either, { forget: true });
      return output.text();
    },
  };
}

function argumentsOf(dockerfile: Dockerfile | undefined): readonly string[] {
  return dockerfile === undefined ? [] : [...declaredArguments(dockerfile)];
}

/** Instructions that the build comes by. */
function linesOf({ debugger: debug }: Session, dockerfile: Dockerfile | undefined): readonly Named[] {
  return (dockerfile?.instructions ?? [])
    .filter((instruction) => instruction.stage !== undefined && debug.reaches(instruction))
    .map((instruction) => ({ label: String(instruction.startLine), detail: instructionLine(instruction) }));
}
