/** What the model is told: where the build stands and why, what can be done next; or how it ended. */
import { Refusal } from '../cli/adapter.js';
import { fieldsOf, textOf } from '../cli/fields.js';
import type { Stopped } from '../cli/machine.js';
import { seconds } from '../cli/steps.js';
import type { Build, Standing } from './build.js';
import { doing } from './doing.js';
import { excerpt } from './excerpt.js';
import { endsOf, tailOf } from './page.js';
import { type Place, placeOf, threadsOf } from './place.js';
import type { Answer } from './tool.js';

/** So many lines of the output are told with the end of a build. */
const lastLines = 15;
/** So many lines may tell of a failure. */
const mostDetails = 80;
/** Said with what can be done next, in the words of our tools. */
const stepInto = /^Step Into goes through its commands/;

/** Where a build stands, with what was said since the last answer. A build that did not begin is a failed call. */
export async function reportOf(build: Build, standing: Standing): Promise<Answer> {
  const text = await standingText(build, standing);
  const notes = build.takeNotes();
  return {
    text: notes === '' ? text : `${text}\n\nSaid meanwhile:\n${tailOf(notes.split('\n'), lastLines * 2)}`,
    failed: standing.kind === 'refused',
  };
}

async function standingText(build: Build, standing: Standing): Promise<string> {
  switch (standing.kind) {
    case 'running':
      return stillRunning(build);
    case 'stopped':
      return await stopText(build, standing);
    case 'ended':
      return endText(build);
    case 'refused':
      return refusalText(build, standing.error);
  }
}

function stillRunning(build: Build): string {
  const wait = 'Call build_status with waitSeconds to wait for the next stop or the end, or go with action "pause".';
  return `STILL RUNNING\n${doing(build)}\n${wait}`;
}

async function stopText(build: Build, stopped: Stopped): Promise<string> {
  const place = await placeOf(build, { platform: String(stopped.threadId) });
  const failed = stopped.reason === 'exception';
  const state = await stateText(build, place);
  const parts = [
    headline(stopped),
    whereText(build, place),
    codeText(build, place),
    failed ? await failureText(build, stopped) : stopped.why,
    stackText(place),
    state === '' ? '' : `State of the files: ${state}`,
    await othersText(build, place),
    build.machine.edited ? 'The Dockerfile on the disk is another one than is built here: "apply" takes it.' : '',
    nextText(stopped, place, state),
  ];
  return parts.filter((part) => part !== '').join('\n');
}

function headline({ text, reason, kept }: Stopped): string {
  const stays = kept === true ? ' (no new build could begin: the stop is as it was)' : '';
  return `${(text === 'Paused' || text === '' ? `Paused: ${reason}` : text).replace(/^Paused/, 'STOPPED')}${stays}`;
}

function whereText({ machine }: Build, { frame, platform }: Place): string {
  const stage = machine.steps.at(frame.line)?.stage;
  const more = [...(stage === undefined ? [] : [`stage ${stage}`]), platform].join(', ');
  return `at ${frame.path}:${frame.line} (${more})`;
}

function codeText({ machine }: Build, { frame }: Place): string {
  if (frame.line === 0) return frame.name;
  const code = excerpt({ lines: machine.lines(frame.path), first: frame.line, last: frame.endLine });
  return code === '' ? frame.name : code;
}

/** Command, exit code, last output and advice, as the adapter tells them. */
async function failureText({ adapter }: Build, { threadId, text, why }: Stopped): Promise<string> {
  try {
    const body = await adapter.request('exceptionInfo', { threadId });
    const description = textOf(body['description'], text);
    const more = fieldsOf(body['details']);
    const lines = textOf(more['stackTrace'], textOf(more['message'])).split('\n');
    const isNews = (line: string): boolean => line === '' || !(description.includes(line) || stepInto.test(line));
    const details = lines.filter(isNews).join('\n');
    return endsOf([description, ...details.trim().split('\n')], mostDetails).text.trim();
  } catch (error) {
    if (error instanceof Refusal) return why === '' ? text : why;
    throw error;
  }
}

function stackText({ frames }: Place): string {
  if (frames.length < 2) return '';
  const rows = frames.map(({ name, line }, index) => `  ${index}  line ${line}  ${name}`);
  return `Stack (frame, line, instruction):\n${rows.join('\n')}`;
}

/** What commands and files look at. */
async function stateText({ adapter }: Build, { frame }: Place): Promise<string> {
  try {
    const body = await adapter.request('evaluate', { expression: ':state', context: 'repl', frameId: frame.id });
    return textOf(body['result']);
  } catch (error) {
    if (error instanceof Refusal) return '';
    throw error;
  }
}

/** What other platforms do. */
async function othersText(build: Build, { id }: Place): Promise<string> {
  const others = (await threadsOf(build)).filter((thread) => thread.id !== id);
  const words = others.map((thread) =>
    build.machine.stands(thread.id)
      ? `${thread.platform} stands too: pass platform "${thread.platform}" to look at it.`
      : `${thread.platform} runs.`,
  );
  return words.join('\n');
}

/** The innermost frame is a command of the RUN that is the next one. */
function isWithinRun({ frames: [inner, outer] }: Place): boolean {
  return inner !== undefined && outer !== undefined && outer.line <= inner.line && inner.endLine <= outer.endLine;
}

function nextText({ reason, text }: Stopped, place: Place, state: string): string {
  if (isWithinRun(place)) {
    return [
      'This is a command within a RUN, in a container beside the build; it has not run yet unless it is said above.',
      'Next: go "next" runs it, "stepOut" the rest of the RUN; run_in_step runs commands in this very shell, with its variables;',
      'go "continue" leaves it and goes on with the build, where the step itself runs.',
    ].join('\n');
  }
  if (reason === 'exception' && text === 'Paused on failed step') {
    const after =
      'After a fix on the disk: go "retry" (this step, fresh files) or "restart". go "continue" ends the build as failed.';
    if (!state.startsWith('failed')) {
      const look =
        'Next: read_path with tree "context" shows what the builder got of the build context; run_in_step looks at the files before this step.';
      return `${look}\n${after}`;
    }
    return [
      'Next: run_in_step runs commands in the container of this step as the failed command left it; debugger_command',
      ':diff says what the step changed, :rerun runs its command again; go "stepIn" goes through a RUN command by command.',
      after,
    ].join('\n');
  }
  if (text === 'Paused after the last instruction')
    return 'All steps have run. Next: run_in_step and read_path look at the finished files; go "continue" ends the build.';
  return 'Next: run_in_step, variables and read_path look around; go "next", "stepIn", "continue", "stepBack" … moves on.';
}

function endText(build: Build): string {
  const { machine } = build;
  const steps = machine.steps.all().filter((step) => !/^from\s/i.test(machine.textOf(step)));
  const [cached, ran] = ['cached', 'done'].map((status) => steps.filter((step) => step.status === status).length);
  const time = seconds(build.watch.ran);
  const again = 'go "restart" builds again with the files as they are now; build_log has the output.';
  const problems = [problemsText(build, 'error'), problemsText(build, 'warning')].filter((text) => text !== '');
  switch (machine.outcome) {
    case 'completed': {
      const first = `BUILT: the build went through to its end in ${time} (${ran} steps run, ${cached} cached).`;
      return [first, ...problems].join('\n');
    }
    case 'failed':
      return [`FAILED: the build is over.`, ...problems, lastOutput(build), again]
        .filter((part) => part !== '')
        .join('\n');
    case 'canceled':
    case undefined:
      return ['ENDED: the build is over before its end.', ...problems, again].join('\n');
  }
}

function lastOutput({ log }: Build): string {
  const lines = log.all().flatMap(({ text, step }) => (step === undefined ? [] : [text]));
  return lines.length === 0 ? '' : `Last output:\n${tailOf(lines, lastLines)}`;
}

function refusalText(build: Build, error: Refusal): string {
  const problems = problemsText(build, 'error');
  const again = `${error.cancelled ? '' : 'Mend it, then '}go "restart" starts the build again.`;
  // The error is what the problems say, without their lines.
  return ['NOT STARTED: the build did not begin.', problems === '' ? error.message : problems, again].join('\n');
}

/** Problems with their lines, one for each line; '' when there are none. */
function problemsText({ machine }: Build, severity: 'error' | 'warning'): string {
  const found = machine.problems.filter((problem) => problem.severity === severity);
  const first = found.filter(({ line }, index) => found.findIndex((other) => other.line === line) === index);
  return first
    .map(({ path, line, endLine, message, hint }) => {
      const file = path === '' ? machine.path : path;
      const code = severity === 'error' ? excerpt({ lines: machine.lines(file), first: line, last: endLine }) : '';
      const words = `${severity.toUpperCase()} at ${file}:${line}: ${message}`;
      return [words, code, hint].filter((part) => part !== '').join('\n');
    })
    .join('\n');
}
