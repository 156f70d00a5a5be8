/** Platforms that are built side by side: what each does, which one is looked at, and that another one stands too. */
import { Refusal } from './adapter.js';
import type { Context, Next, Offers } from './context.js';
import { oneLine } from './excerpt.js';
import { type Fields, listOf, numberOf, textOf } from './fields.js';
import { oneOf } from './looks.js';
import type { Machine, Stopped } from './machine.js';
import { type Frame, framesOf } from './stack.js';
import type { Step } from './steps.js';

interface Thread {
  readonly id: number;
  /** Its platform. */
  readonly name: string;
}

async function threadsOf({ adapter }: Context): Promise<readonly Thread[]> {
  const { threads } = await adapter.request('threads');
  return listOf(threads).map(({ id, name }) => ({ id: numberOf(id) ?? 0, name: textOf(name) }));
}

/** The platforms and what they do; a number or a name chooses one. */
export async function thread(context: Context, operand: string): Promise<Next> {
  const { adapter, machine, print } = context;
  const threads = await threadsOf(context);
  const wanted = operand === '' ? undefined : threadNamed(threads, operand);
  if (wanted !== undefined && machine.stands(wanted.id)) {
    const frames = framesOf(await adapter.request('stackTrace', { threadId: wanted.id }));
    const platform = threads.length > 1 || machine.steps.several ? wanted.name : '';
    context.place = { threadId: wanted.id, platform, frames, index: 0 };
  } else if (wanted !== undefined) print(`${wanted.name} runs: it can be looked at when it stands.`);
  else if (operand !== '') print(`There is no thread ${operand}.`);
  const width = Math.max(...threads.map(({ name }) => name.length));
  const rows = threads.map(async ({ id, name }) => {
    const mark = id === context.place.threadId ? '>' : ' ';
    return `${mark} ${id}  ${name.padEnd(width)}  ${await doing(context, { id, name })}`;
  });
  print((await Promise.all(rows)).join('\n'));
  return 'stay';
}

/** What other platforms do while the user looks at one: nothing else says how their steps end. */
export function tellElsewhere({ machine, place, print }: Context, { platform }: Step, text: string): void {
  if (machine.steps.several && platform !== place.platform) print(text);
}

/** By its number, its platform, or what only its platform ends with: `arm64`. */
function threadNamed(threads: readonly Thread[], word: string): Thread | undefined {
  const ending = threads.filter(({ name }) => name.endsWith(`/${word}`));
  const exact = threads.find(({ id, name }) => String(id) === word || name === word);
  return exact ?? (ending.length === 1 ? ending[0] : undefined);
}

/** Numbers and names of platforms. */
export const threadOffers: Offers = async (context, earlier) =>
  oneOf(
    earlier,
    (await threadsOf(context)).flatMap(({ id, name }) => [String(id), name]),
  );

/** `stopped at line 5: RUN make`, `running line 5: RUN make`, or only `running`. */
async function doing(context: Context, { id, name }: Thread): Promise<string> {
  const { machine } = context;
  if (machine.stands(id)) {
    const frame = await topOf(context, id);
    return frame === undefined ? 'running' : `stopped at ${placeOf(machine, frame)}`;
  }
  const step = machine.steps.running().find(({ platform }) => platform === name);
  return step === undefined ? 'running' : `running line ${step.line}: ${short(machine.textOf(step))}`;
}

/** Undefined when it has gone on meanwhile. */
async function topOf({ adapter }: Context, threadId: number): Promise<Frame | undefined> {
  try {
    return framesOf(await adapter.request('stackTrace', { threadId, levels: 1 }))[0];
  } catch (error) {
    if (error instanceof Refusal) return undefined;
    throw error;
  }
}

function placeOf(machine: Machine, { path, line, endLine, name }: Frame): string {
  const text = oneLine(machine.lines(path), line, endLine);
  return `line ${line}: ${short(text === '' ? name : text)}`;
}

function short(text: string): string {
  return text.length > 60 ? `${text.slice(0, 59)}…` : text;
}

/** Stops of other threads than the one that is looked at: each is told once. */
export class OtherStops {
  private readonly known = new WeakSet<Stopped>();

  /** The user sees it anyway. */
  seen(stopped: Stopped): void {
    this.known.add(stopped);
  }

  /** Tells those that the user does not know of. */
  async tell(context: Context): Promise<void> {
    const { machine, place, print } = context;
    const news = machine.standing.filter((stopped) => stopped.threadId !== place.threadId && !this.known.has(stopped));
    for (const stopped of news) {
      this.known.add(stopped);
      const { threadId, reason, kept } = stopped;
      const [threads, frame] = [await threadsOf(context), await topOf(context, threadId)];
      if (kept === true || frame === undefined) continue;
      const name = threads.find(({ id }) => id === threadId)?.name ?? `Thread ${threadId}`;
      const verb = reason === 'exception' ? 'failed' : 'stopped';
      print(`${name} ${verb} too, at ${placeOf(machine, frame)} (:thread ${threadId} looks at it)`);
    }
  }
}

/** What the thread is called, when there are several, or were: the last one is not the only one. */
export function platformOf(machine: Machine, threads: readonly Fields[], threadId: number): string {
  return threads.length > 1 || machine.steps.several ? textOf(threads.find(({ id }) => id === threadId)?.['name']) : '';
}
