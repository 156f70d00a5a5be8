/** References between stages that can never be right. */
import { expand } from './expand.js';
import { line1 } from './line.js';
import { findStage, findStageByName } from './locate.js';
import type { Dockerfile, Instruction, Problem } from './model.js';

type Parsed = Omit<Dockerfile, 'problems'>;

/** Problems of `COPY --from` and `RUN --mount from=`. */
export function checkReferences(dockerfile: Parsed): readonly Problem[] {
  const problems: Problem[] = [];
  for (const instruction of dockerfile.instructions) {
    if (instruction.keyword !== 'COPY' || instruction.stage === undefined) continue;
    const from = instruction.references[0];
    const found = from === undefined ? undefined : checkFrom(dockerfile, instruction, from);
    if (found !== undefined) problems.push(found);
  }
  const cycle = findCycle(dockerfile);
  return cycle === undefined ? problems : [...problems, cycle];
}

function problem(instruction: Instruction, code: string, message: string, hint: string): Problem {
  return { code, line: line1(instruction.startLine), endLine: line1(instruction.endLine), message, hint };
}

function checkFrom(dockerfile: Parsed, instruction: Instruction, from: string): Problem | undefined {
  const expanded = expand(from, () => undefined, { escape: dockerfile.escape });
  if (!expanded.ok || expanded.value !== from) {
    const hint = 'Put the variable into a FROM … AS name of its own and copy from that.';
    return problem(instruction, 'from-variable', `--from=${from}: variables and quotes are not expanded here.`, hint);
  }
  if (!/^[+-]?\d+$/.test(from)) return undefined;
  // Images named by --from and mounts are numbered after the stages; how many are before this line does not matter here.
  const images = dockerfile.instructions.reduce((sum, { flags }) => sum + flags.length, 0);
  const count = dockerfile.stages.length;
  if (Number(from) >= 0 && Number(from) < count + images) return undefined;
  const hint = count === 1 ? 'The only stage is 0.' : `Stages are counted from 0 to ${count - 1}.`;
  return problem(instruction, 'no-such-stage', `There is no stage ${from}.`, hint);
}

/** A stage that copies from or mounts a stage that, in the end, needs the first. FROM does not count: it looks only up. */
function findCycle(dockerfile: Parsed): Problem | undefined {
  const edges = dockerfile.stages.map((stage) =>
    stage.instructions.flatMap((instruction) =>
      sources(dockerfile, instruction).map((target) => ({ target, instruction })),
    ),
  );
  const state = new Map<number, 'open' | 'closed'>();
  for (const start of edges.keys()) {
    const path: { stage: number; next: number }[] = state.has(start) ? [] : [{ stage: start, next: 0 }];
    for (let step = path.at(-1); step !== undefined; step = path.at(-1)) {
      state.set(step.stage, 'open');
      const edge = edges[step.stage]?.[step.next];
      step.next += 1;
      if (edge === undefined) {
        state.set(step.stage, 'closed');
        path.pop();
      } else if (state.get(edge.target) === 'open') {
        const name = dockerfile.stages[edge.target]?.name ?? String(edge.target);
        const message = `Stage "${name}" needs itself: the chain of --from comes back to it here.`;
        return problem(edge.instruction, 'circular', message, '');
      } else if (!state.has(edge.target)) {
        path.push({ stage: edge.target, next: 0 });
      }
    }
  }
  return undefined;
}

function sources(dockerfile: Parsed, instruction: Instruction): readonly number[] {
  const find = instruction.keyword === 'COPY' ? findStage : instruction.keyword === 'RUN' ? findStageByName : undefined;
  if (find === undefined) return [];
  return instruction.references.map((name) => find(dockerfile, name)?.index).filter((index) => index !== undefined);
}
