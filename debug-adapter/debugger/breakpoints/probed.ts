/** What a command that a breakpoint asked for has answered. */
import { quote } from '../common/quote.js';

/** `output` is of both streams, and may be cut. */
export interface Probed {
  readonly exitCode: number;
  readonly output: string;
}

export type Judgement =
  | { readonly kind: 'true' }
  | { readonly kind: 'false' }
  /** It could not be run. */
  | { readonly kind: 'broken'; readonly why: string };

/** Exit codes by which a shell says that it did not run the command. */
const notRun = new Set([126, 127]);

/** What shells say of a test that is none, with exit code 2: `[ 1 -eq x ]`, `[ "$A" = 1`. */
const noTest = /missing [`']?\]|bad number|illegal number|(?:^|[ :])(?:\[|test): /i;

/** Runs a condition: exit code 0 is yes, any other is no, unless the command did not run at all. */
export async function judgeCondition(condition: string, run: (command: string) => Promise<Probed>): Promise<Judgement> {
  let probed: Probed;
  try {
    probed = await run(condition);
  } catch (error) {
    return { kind: 'broken', why: error instanceof Error ? error.message : String(error) };
  }
  if (probed.exitCode === 0) return { kind: 'true' };
  const said = probed.output.trim().split('\n', 1)[0] ?? '';
  const isNone = probed.exitCode === 2 && noTest.test(said);
  if (notRun.has(probed.exitCode) || isNone || /syntax error|unterminated/i.test(said)) {
    return { kind: 'broken', why: said === '' ? `exit code ${probed.exitCode}.` : said };
  }
  return { kind: 'false' };
}

/** A command with variables, for a shell that runs already. */
export function withExports(env: Readonly<Record<string, string>>, command: string): string {
  return [...Object.entries(env).map(([name, value]) => `export ${name}=${quote(value)}`), command].join('; ');
}
