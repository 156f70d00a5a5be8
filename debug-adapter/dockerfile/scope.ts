/** The state that the instructions of a stage change one after the other, and its snapshots. */
import type { Config, Line1, Variable } from './model.js';
import { Snapshot, type Fields, type Maps } from './snapshot.js';
import { Timeline } from './timeline.js';

/** A field that remembers the line that set it. */
export type Tracked = 'user' | 'workdir' | 'shell' | 'entrypoint' | 'cmd' | 'stopSignal';

/** One stage while it is walked, or the space before the first FROM. */
export class Scope {
  fields: Fields;
  /** Whether this very stage has a CMD; then ENTRYPOINT does not reset it. */
  hasCmd = false;
  readonly #maps: Maps;
  #last: { readonly fields: Fields; readonly revision: number; readonly config: Config } | undefined;

  constructor(fields: Fields, maps?: Maps) {
    this.fields = fields;
    this.#maps = maps ?? {
      environment: new Timeline<Variable>(new Map(), true),
      env: new Timeline<Variable>(new Map(), false),
      args: new Timeline<Variable | undefined>(new Map(), false),
      labels: new Timeline<Variable>(new Map(), false),
      exposed: new Timeline<true>(new Map(), false),
      volumes: new Timeline<true>(new Map(), false),
    };
  }

  get maps(): Maps {
    return this.#maps;
  }

  /** Value of a variable as `$NAME` sees it. */
  readonly lookup = (name: string): string | undefined => this.#maps.environment.get(name)?.value;

  /** A variable that the image keeps. */
  setEnv(name: string, variable: Variable): void {
    this.#maps.env.set(name, variable);
    this.#maps.environment.set(name, variable);
  }

  /** Changes a field and notes the line that did it. */
  track(change: Partial<Pick<Fields, Tracked>>, field: Tracked, line: Line1): void {
    const origins = new Map(this.fields.origins).set(field, line);
    this.fields = { ...this.fields, ...change, origins };
  }

  /** The scope of a stage that builds on this one: the image's variables come again, over ARGs of the same name. */
  child(): Scope {
    const { environment, env, args, labels, exposed, volumes } = this.#maps;
    const maps = {
      environment: environment.fork(),
      env: env.fork(),
      args: args.fork(),
      labels: labels.fork(),
      exposed: exposed.fork(),
      volumes: volumes.fork(),
    };
    for (const [name, variable] of env.now()) maps.environment.set(name, variable);
    return new Scope(this.fields, maps);
  }

  /** What holds now; the same object as long as nothing changes. */
  snapshot(): Config {
    const revision = revisionOf(this.#maps);
    if (this.#last?.fields !== this.fields || this.#last.revision !== revision) {
      this.#last = { fields: this.fields, revision, config: new Snapshot(this.fields, this.#maps) };
    }
    return this.#last.config;
  }
}

/** Versions only grow, so their sum tells whether any has. */
function revisionOf({ environment, env, args, labels, exposed, volumes }: Maps): number {
  return environment.version + env.version + args.version + labels.version + exposed.version + volumes.version;
}
