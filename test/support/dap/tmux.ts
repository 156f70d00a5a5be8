/** A terminal of a given size in a private tmux server, followed through tmux's control mode: events, no polling. */
import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { createInterface } from 'node:readline';

export interface TmuxOptions {
  readonly cwd?: string | undefined;
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly columns?: number;
  readonly rows?: number;
}

/** Runs the command, survives Ctrl-C meant for it, tells its exit status and keeps the screen. */
const wrapper = 'trap : INT; "$@"; printf "\\n[exit %s]\\n" "$?"; trap "" INT; exec cat >/dev/null';

/** Commands that tmux answers in the order they were sent. */
type Reply = (lines: string[]) => void;

export class Tmux implements AsyncDisposable {
  /** The screen with up to 1000 lines of history, trailing spaces removed. */
  screen = '';
  private readonly replies: Reply[] = [];
  private readonly watchers = new Set<() => void>();
  private block: string[] | undefined;
  private capturing = false;
  private dirty = false;
  private alive = true;

  private constructor(private readonly child: ChildProcess) {
    if (child.stdout !== null) createInterface({ input: child.stdout }).on('line', (line) => this.line(line));
    child.stdin?.on('error', () => undefined);
    child.once('close', () => this.close());
  }

  /** Starts a command line in a terminal. */
  static async start(argv: readonly string[], options: TmuxOptions = {}): Promise<Tmux> {
    const size = ['-x', String(options.columns ?? 100), '-y', String(options.rows ?? 30)];
    const env = { ...process.env, LANG: 'C.UTF-8', TERM: 'screen-256color', ...options.env };
    const args = ['-u', '-f', '/dev/null', '-L', `test-${randomUUID()}`, '-C', 'new-session', ...size];
    const child = spawn('tmux', [...args, 'sh', '-c', wrapper, 'sh', ...argv], {
      cwd: options.cwd,
      env: { ...env, TMUX: undefined },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    let stderr = '';
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    const tmux = new Tmux(child);
    await new Promise<void>((resolve, reject) => {
      child.once('error', () => reject(new Error('tmux is not installed: npm test installs it.')));
      child.once('close', () => reject(new Error(`tmux ended: ${stderr}`)));
      tmux.replies.push(() => resolve());
    });
    // A run that is killed leaves nothing behind.
    await tmux.command('set-option -g destroy-unattached on');
    tmux.capture();
    return tmux;
  }

  /** Process id of what runs in the terminal. */
  async pid(): Promise<number> {
    return Number((await this.command("display-message -p '#{pane_pid}'")).join(''));
  }

  /** Types ASCII text; `\r` is Enter, `\x03` is Ctrl-C. */
  type(text: string): void {
    const codes = [...Buffer.from(text)].map((byte) => byte.toString(16).padStart(2, '0'));
    void this.command(`send-keys -H ${codes.join(' ')}`);
  }

  async resize(columns: number, rows: number): Promise<void> {
    await this.command(`resize-window -x ${columns} -y ${rows}`);
  }

  /** Resolves with the screen once it matches. */
  seen(pattern: RegExp, timeout = 20_000): Promise<string> {
    return this.until((screen) => pattern.test(screen), String(pattern), timeout);
  }

  /** Resolves with the screen once `holds`; `what` is for the error text. */
  until(holds: (screen: string) => boolean, what: string, timeout = 20_000): Promise<string> {
    return new Promise((resolve, reject) => {
      const done = (): void => {
        clearTimeout(timer);
        this.watchers.delete(check);
      };
      const check = (): void => {
        if (holds(this.screen)) {
          done();
          resolve(this.screen);
        } else if (!this.alive) {
          done();
          reject(new Error(`The terminal ended before ${what} was seen:\n${this.screen}`));
        }
      };
      const timer = setTimeout(() => {
        done();
        reject(new Error(`${what} was not seen in ${timeout} ms:\n${this.screen}`));
      }, timeout);
      this.watchers.add(check);
      check();
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.alive) return;
    const closed = new Promise((resolve) => this.child.once('close', resolve));
    this.child.stdin?.write('kill-server\n');
    await closed;
  }

  private command(text: string): Promise<string[]> {
    return new Promise((resolve) => {
      if (!this.alive) return resolve([]);
      this.replies.push(resolve);
      this.child.stdin?.write(`${text}\n`);
    });
  }

  private line(line: string): void {
    if (this.block !== undefined) {
      if (/^%(end|error) /.test(line)) {
        const lines = this.block;
        this.block = undefined;
        this.replies.shift()?.(lines);
      } else this.block.push(line);
    } else if (line.startsWith('%begin ')) this.block = [];
    else if (line.startsWith('%output ') || line.startsWith('%layout-change ')) this.capture();
  }

  /** One capture at a time; what is printed meanwhile asks for another. */
  private capture(): void {
    if (this.capturing) {
      this.dirty = true;
      return;
    }
    this.capturing = true;
    void this.command('capture-pane -p -J -S -1000').then((lines) => {
      this.capturing = false;
      this.screen = lines
        .map((line) => line.trimEnd())
        .join('\n')
        .trimEnd();
      for (const watcher of [...this.watchers]) watcher();
      if (!this.dirty) return;
      this.dirty = false;
      this.capture();
    });
  }

  private close(): void {
    this.alive = false;
    for (const reply of this.replies.splice(0)) reply([]);
    for (const watcher of [...this.watchers]) watcher();
  }
}
