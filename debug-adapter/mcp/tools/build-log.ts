import * as z from 'zod/v4';
import type { Build } from '../build.js';
import type { Lines } from '../lines.js';
import { count, pageOf } from '../page.js';
import { defineTool } from '../tool.js';
import { ToolError } from '../tool-error.js';

const usualLines = 200;
const unheard = 'for it came from the cache: build_start with noCache, or go "force" at a stop, runs it for real';

/** What is shown, and its name. */
interface Source {
  readonly name: string;
  readonly lines: readonly string[];
  readonly lost: number;
  /** What else is to be said of it. */
  readonly note?: string;
}

/** What steps wrote, or the last command. */
export const buildLog = defineTool({
  name: 'build_log',
  title: 'Output of the build',
  description:
    'The whole output of the build, of one step, or of the last command of run_in_step, page by page; "search" keeps only lines that hold a text. Also when the build is over. Without an offset it shows the last lines.',
  annotations: { readOnlyHint: true, openWorldHint: false },
  input: {
    of: z
      .union([z.enum(['build', 'command']), z.int().min(1)])
      .optional()
      .describe(
        '"build" (default) for all steps, the line of an instruction for its step alone, "command" for the last command.',
      ),
    search: z.string().min(1).optional().describe('Only lines that hold this text, upper and lower case alike.'),
    offset: z.int().optional().describe('First line to show, from 0; negative: from the end. Default: the last lines.'),
    lines: z.int().min(1).max(1000).optional().describe(`How many lines. Default: ${usualLines}.`),
  },
  run: ({ of = 'build', search, lines: wanted = usualLines, offset = -wanted }, { desk }) => {
    const { name, lines, lost, note = '' } = sourceOf(desk.build, of);
    const numbered = lines.map((text, index) => `${index}: ${text}`);
    const kept = search === undefined ? numbered : numbered.filter((_, index) => holds(lines[index] ?? '', search));
    const { text, before, behind } = pageOf(kept, offset, wanted);
    const what = search === undefined ? '' : ` that hold "${search}"`;
    const head = [
      `${name}: ${count(kept.length, 'line')}${what}`,
      ...(before > 0 ? [`${before} before these`] : []),
      ...(behind > 0 ? [`${behind} after these (offset ${before + kept.length - before - behind} goes on)`] : []),
      ...(lost > 0 ? [`${lost} older ones are not kept`] : []),
      ...(note === '' ? [] : [note]),
    ];
    return Promise.resolve([head.join(', '), ...(text === '' ? [] : [text])].join('\n'));
  },
});

function holds(line: string, search: string): boolean {
  return line.toLowerCase().includes(search.toLowerCase());
}

function sourceOf(build: Build, of: 'build' | 'command' | number): Source {
  if (of === 'build') return named('Output of the build', build.log);
  if (of === 'command') {
    if (build.command === undefined) throw new ToolError('No command was run yet: run_in_step runs one.');
    return named(`Output of ${build.command.evaluation.expression}`, build.command.output);
  }
  const step = build.machine.steps.at(of);
  if (step === undefined)
    throw new ToolError(
      `No step at line ${of} has begun in this build: it was not reached, or the line is of no step.`,
    );
  const lines = build.log.ofStep(step.line, step.endLine);
  return {
    name: `Output of ${build.machine.textOf(step)} (line ${step.line}, ${step.status})`,
    lines: lines.map(({ text }) => text),
    lost: build.log.lost,
    ...(step.status === 'cached' && lines.length === 0 && { note: unheard }),
  };
}

function named(name: string, lines: Lines): Source {
  return { name, lines: lines.all().map(({ text }) => text), lost: lines.lost };
}
