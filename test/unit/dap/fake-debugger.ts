import type {
  BreakpointFact,
  BuildSettings,
  DataBreakpoint,
  Debugger,
  DebuggerEvents,
  Failure,
  FileFact,
  FilterFact,
  FilterSetting,
  Frame,
  FunctionBreakpoint,
  Going,
  GoingBack,
  LineBreakpoint,
  Override,
  OutputSink,
  StateFiles,
  Rebuilding,
  StateName,
  StepConfig,
  Stop,
  StopReason,
  ThreadFact,
  Trees,
} from '../../../debug-adapter/debugger/api.js';
import { UserError } from '../../../debug-adapter/debugger/errors.js';
import type { Dockerfile, Instruction, Line1, Variable } from '../../../debug-adapter/dockerfile/model.js';
import { parseDockerfile } from '../../../debug-adapter/dockerfile/parse.js';

export const dockerfileText = `FROM busybox AS base
ARG VERSION=1.2
ENV HOME=/root
RUN make \\
  all
COPY --from=base /a /b
`;

type Listener = (body: never) => void;

/** A debugger that does what the test says; everything it is asked is in `calls`. */
export class FakeDebugger implements Debugger {
  readonly calls: string[] = [];
  readonly stops = new Map<number, Stop>();
  readonly platforms: string[] = ['linux/amd64'];
  text = dockerfileText;
  dockerfile: Dockerfile | undefined;
  settings: BuildSettings | undefined;
  isEdited = true;
  onLoad: () => Promise<void> = () => Promise.resolve();
  onPrepare: (signal: AbortSignal) => Promise<void> = () => Promise.resolve();
  onRestart: (signal: AbortSignal) => Promise<void> = () => Promise.resolve();
  onResume: (thread: number, how: string) => void = () => undefined;
  onTerminate: () => Promise<void> = () => {
    this.emit('ended', { exitCode: 130 });
    return Promise.resolve();
  };
  readonly #listeners = new Map<string, Set<Listener>>();

  connect(): void {
    this.calls.push('connect');
  }
  async load(settings: BuildSettings): Promise<Dockerfile> {
    this.calls.push('load');
    this.settings = settings;
    await this.onLoad();
    this.dockerfile = parseDockerfile(this.text);
    return this.dockerfile;
  }
  async prepare(signal: AbortSignal): Promise<void> {
    this.calls.push('prepare');
    await this.onPrepare(signal);
  }
  start(): void {
    this.calls.push('start');
  }
  async restart(signal: AbortSignal, { plan, settings, onTaken }: Rebuilding = {}): Promise<void> {
    const line = plan?.kind === 'again' ? plan.instruction?.startLine : undefined;
    const how = plan?.kind === 'again' ? `${plan.kind} ${plan.force} ${line ?? 'here'}` : plan?.kind;
    this.calls.push(how === undefined ? 'restart' : `restart ${how}`);
    await this.onRestart(signal);
    if (settings !== undefined) this.settings = settings;
    onTaken?.(parseDockerfile(this.text));
  }
  async terminate(): Promise<void> {
    this.calls.push('terminate');
    await this.onTerminate();
  }
  edited(): Promise<boolean> {
    return Promise.resolve(this.isEdited);
  }
  setBreakpoints(path: string, breakpoints: readonly LineBreakpoint[]): readonly BreakpointFact[] {
    const lines = breakpoints.map(({ line }) => line);
    this.calls.push(`setBreakpoints ${path} ${lines.join(',')}`);
    return lines.map((requestedLine) => {
      const found = this.dockerfile?.instructions.find(
        ({ startLine, endLine }) => startLine <= requestedLine && endLine >= requestedLine,
      );
      const fact = { id: 100 + requestedLine, requestedLine };
      return found === undefined
        ? { ...fact, verified: false, message: 'No instruction.' }
        : { ...fact, verified: true, line: found.startLine, endLine: found.endLine };
    });
  }
  setFunctionBreakpoints(breakpoints: readonly FunctionBreakpoint[]): readonly BreakpointFact[] {
    this.calls.push(`setFunctionBreakpoints ${breakpoints.map(({ name }) => name).join(',')}`);
    return breakpoints.map((_, index) => ({ id: 200 + index, verified: true }));
  }
  setDataBreakpoints(breakpoints: readonly DataBreakpoint[]): readonly BreakpointFact[] {
    this.calls.push(`setDataBreakpoints ${JSON.stringify(breakpoints.map(({ watched }) => watched))}`);
    return breakpoints.map((_, index) => ({ id: 300 + index, verified: true }));
  }
  setFilters(settings: readonly FilterSetting[]): readonly FilterFact[] {
    this.calls.push(`setFilters ${settings.map(({ filter }) => filter).join(',')}`);
    return settings.map(() => ({ verified: true }));
  }
  why(): Promise<undefined> {
    return Promise.resolve(undefined);
  }
  reaches(): boolean {
    return true;
  }
  goBack(thread: number, how: GoingBack): void {
    this.calls.push(`goBack ${thread} ${JSON.stringify(how)}`);
  }
  jump(thread: number, instruction: Instruction): void {
    this.calls.push(`jump ${thread} ${instruction.startLine}`);
  }
  terminateThread(thread: number): Promise<void> {
    this.calls.push(`terminateThread ${thread}`);
    return Promise.resolve();
  }
  threads(): readonly ThreadFact[] {
    return this.platforms.map((platform, index) => ({ id: index + 1, platform }));
  }
  stopOf(thread: number): Stop | undefined {
    return this.stops.get(thread);
  }
  resume(thread: number, going: Going): void {
    const how = typeof going === 'object' ? `into ${going.stage}` : going;
    this.calls.push(`resume ${thread} ${how}`);
    this.stops.delete(thread);
    this.emit('continued', { thread });
    this.onResume(thread, how);
  }
  pause(thread: number): Promise<void> {
    this.calls.push(`pause ${thread}`);
    return Promise.resolve();
  }
  on<K extends keyof DebuggerEvents>(event: K, listener: (body: DebuggerEvents[K]) => void): Disposable {
    const set = this.#listeners.get(event) ?? new Set();
    this.#listeners.set(event, set);
    set.add(listener);
    return { [Symbol.dispose]: () => set.delete(listener) };
  }
  emit<K extends keyof DebuggerEvents>(event: K, body: DebuggerEvents[K]): void {
    for (const listener of this.#listeners.get(event) ?? []) (listener as (body: DebuggerEvents[K]) => void)(body);
  }
  async [Symbol.asyncDispose](): Promise<void> {
    this.calls.push('dispose');
    await this.onTerminate();
  }

  /** Stands at the instruction of a line. */
  stopAt(line: number, reason: StopReason, thread = 1): FakeStop {
    const stop = new FakeStop(this, thread, line, reason);
    this.stops.set(thread, stop);
    this.emit('stopped', { thread, stop });
    return stop;
  }
}

export class FakeStop implements Stop {
  readonly thread: number;
  readonly platform = 'linux/amd64';
  readonly reason: StopReason;
  readonly frames: readonly FakeFrame[];
  readonly states: readonly StateName[];
  readonly stepInTargets: readonly number[] = [];
  state: StateName;
  readonly #of: FakeDebugger;

  constructor(of: FakeDebugger, thread: number, line: number, reason: StopReason) {
    this.#of = of;
    this.thread = thread;
    this.reason = reason;
    this.states = reason.kind === 'failed' ? ['initial', 'failed'] : ['initial'];
    this.state = this.states.at(-1) ?? 'initial';
    const instructions = of.dockerfile?.instructions ?? [];
    const here = instructions.find(({ startLine, endLine }) => startLine <= line && endLine >= line);
    if (here === undefined) throw new Error(`no instruction at line ${line}`);
    const caller = instructions.at(-1);
    this.frames = [here, ...(caller === undefined || caller === here ? [] : [caller])].map(
      (instruction) => new FakeFrame(instruction),
    );
  }

  since(): Promise<never> {
    return Promise.reject(new Error('Nothing can be run here.'));
  }

  setState(state: StateName): void {
    this.state = state;
    this.#of.emit('state', { thread: this.thread, state, available: this.states });
  }
}

function variable(value: string, origin: Variable['origin']): Variable {
  return { value, origin };
}

export const config: StepConfig = {
  args: new Map([
    ['VERSION', variable('1.2', { kind: 'default', line: 2 as Line1 })],
    ['EMPTY', undefined],
  ]),
  env: new Map([
    ['PATH', variable('/bin', { kind: 'base-image' })],
    ['HOME', variable('/root', { kind: 'line', line: 3 as Line1 })],
  ]),
  environment: new Map([
    ['PATH', variable('/bin', { kind: 'base-image' })],
    ['HOME', variable('/root', { kind: 'line', line: 3 as Line1 })],
    ['VERSION', variable('1.2', { kind: 'default', line: 2 as Line1 })],
  ]),
  changed: new Set(),
  processEnv: ['PATH=/bin', 'HOME=/root', 'VERSION=1.2'],
  user: '',
  workdir: '/src',
  shell: ['/bin/sh', '-c'],
  os: 'linux',
  labels: new Map(),
  exposed: [],
  volumes: [],
  entrypoint: undefined,
  cmd: ['sh'],
  stopSignal: undefined,
  origins: new Map(),
};

const blankFile: FileFact = {
  ...{ name: '', type: 'file', size: 0, mode: 0o644 },
  ...{ uid: undefined, gid: undefined, linkTarget: undefined, modified: undefined },
};

class FakeTrees implements Trees {
  readonly comparison = undefined;
  readonly #files: StateFiles;
  constructor(files: StateFiles) {
    this.#files = files;
  }
  list(): ReturnType<Trees['list']> {
    return [{ tree: 'initial', title: 'before the step', writable: false }];
  }
  files(): StateFiles {
    return this.#files;
  }
  whole(): Promise<StateFiles> {
    return Promise.resolve(this.#files);
  }
  tree(name: string): string {
    return name;
  }
  ofLine(line: string): ReturnType<Trees['ofLine']> {
    return this.compare(line, line);
  }
  compare(from: string, to: string): ReturnType<Trees['compare']> {
    return { from, to, title: `${from} → ${to}` };
  }
  changes(): ReturnType<Trees['changes']> {
    return Promise.resolve([]);
  }
  blame(): ReturnType<Trees['blame']> {
    return Promise.resolve({ text: 'nobody', place: undefined });
  }
  edit(): Promise<void> {
    return Promise.resolve();
  }
}

export class FakeFrame implements Frame {
  readonly instruction: Frame['instruction'];
  readonly stage = 'base 3/4';
  readonly statement: Frame['statement'] = undefined;
  readonly live: Frame['live'] = undefined;
  cwd = '/src';
  readonly files;
  readonly trees: Trees;
  listed = 0;
  readonly changes: string[] = [];
  onRun: (command: string, output: OutputSink, signal: AbortSignal) => Promise<number> = (command, output) => {
    void output({ fd: 1, data: new TextEncoder().encode(`ran ${command}\n`) });
    return Promise.resolve(0);
  };

  constructor(instruction: Frame['instruction']) {
    this.instruction = instruction;
    const entry = (name: string, type: FileFact['type'], size = 0): FileFact => ({
      ...{ name, type, size, mode: type === 'folder' ? 0o755 : 0o644, uid: 0, gid: 0 },
      ...{ linkTarget: type === 'link' ? 'target' : undefined, modified: 0 },
    });
    this.files = {
      list: (path: string): Promise<readonly FileFact[]> => {
        this.listed += 1;
        if (path !== '/') return Promise.resolve([entry('file.txt', 'file', 6)]);
        return Promise.resolve([entry('readme', 'file', 2048), entry('etc', 'folder'), entry('lib', 'link')]);
      },
      stat: (): Promise<undefined> => Promise.resolve(undefined),
      read: (): Promise<Uint8Array> => Promise.resolve(new TextEncoder().encode('hello\n')),
    };
    this.trees = new FakeTrees(this.files);
  }
  config(): Promise<StepConfig> {
    return Promise.resolve(config);
  }
  scope(): ReturnType<Frame['scope']> {
    return Promise.resolve({ toCome: new Map(), outside: new Map() });
  }
  mounts(): ReturnType<Frame['mounts']> {
    return [
      {
        type: 'cache',
        target: '/root/.cache',
        readOnly: false,
        options: [
          ['id', 'go'],
          ['sharing', 'locked'],
        ],
      },
    ];
  }
  facts(): ReturnType<Frame['facts']> {
    return {
      ...{ platform: 'linux/amd64', stage: this.stage, instruction: this.instruction.text },
      ...{ network: 'default', security: 'sandbox', status: 'failed', durationMs: 1500 },
    };
  }
  run(command: string, output: OutputSink, signal: AbortSignal): Promise<number> {
    return this.onRun(command, output, signal);
  }
  directory(): Promise<string> {
    return Promise.resolve(this.cwd);
  }
  override(change: Override): Promise<void> {
    this.changes.push(JSON.stringify(change));
    return Promise.resolve();
  }
  preview(_instruction: Instruction, word: string): ReturnType<Frame['preview']> {
    const file = { ...blankFile, name: 'src/a', size: 6 };
    if (word !== 'src/*') return Promise.resolve(undefined);
    return Promise.resolve({ role: 'source', path: '/src/*', from: 'the build context', entries: [file] });
  }
  reset(): Promise<void> {
    return Promise.resolve();
  }
  probe(): ReturnType<Frame['probe']> {
    return Promise.resolve({ exitCode: 0, output: '' });
  }
  rerun(): Promise<number> {
    return Promise.reject(new UserError('rerun-not-run', 'This has no command.', 'Restart.'));
  }
  openShell(): ReturnType<Frame['openShell']> {
    return Promise.resolve({
      title: 'RUN make (line 4)',
      args: ['node', '/dist/shell-client.js', '/tmp/a b'],
      env: { DOCKERFILE_DEBUG_TOKEN: 'abc' },
      cwd: '/',
    });
  }
}

export const failure: Failure = {
  code: 'run-failed',
  summary: 'RUN make all failed with exit code 2',
  command: 'make all',
  exitCode: 2,
  lastLines: ['cc: not found', 'make: *** [all] Error 127'],
  hint: 'Install a compiler first.',
  fix: undefined,
  engineMessage: 'process "/bin/sh -c make all" did not complete successfully: exit code: 2',
  place: { line: 4, endLine: 5 },
  others: [],
};
