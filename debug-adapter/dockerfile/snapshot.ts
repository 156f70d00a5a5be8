/** A moment of a scope; its maps are made when they are asked for. */
import type { Config, Variable } from './model.js';
import type { Timeline } from './timeline.js';

/** What has one value at a time. */
export interface Fields {
  readonly user: string;
  readonly workdir: string;
  /** undefined: the default of the operating system. */
  readonly shell: readonly string[] | undefined;
  readonly os: string;
  readonly entrypoint: readonly string[] | undefined;
  readonly cmd: readonly string[] | undefined;
  readonly stopSignal: string | undefined;
  readonly origins: Config['origins'];
}

/** Maps of a scope. */
export interface Maps {
  readonly environment: Timeline<Variable>;
  readonly env: Timeline<Variable>;
  readonly args: Timeline<Variable | undefined>;
  readonly labels: Timeline<Variable>;
  readonly exposed: Timeline<true>;
  readonly volumes: Timeline<true>;
}

const defaultShell = ['/bin/sh', '-c'];
const windowsShell = ['cmd', '/S', '/C'];

/** What holds at one point. */
export class Snapshot implements Config {
  readonly #fields: Fields;
  readonly #maps: Maps;
  readonly #args: number;
  readonly #env: number;
  readonly #environment: number;
  readonly #labels: number;
  readonly #exposed: number;
  readonly #volumes: number;
  #made: Partial<Pick<Config, 'args' | 'env' | 'environment' | 'labels' | 'exposed' | 'volumes'>> = {};

  constructor(fields: Fields, maps: Maps) {
    this.#fields = fields;
    this.#maps = maps;
    this.#args = maps.args.version;
    this.#env = maps.env.version;
    this.#environment = maps.environment.version;
    this.#labels = maps.labels.version;
    this.#exposed = maps.exposed.version;
    this.#volumes = maps.volumes.version;
  }

  get user(): string {
    return this.#fields.user;
  }
  get workdir(): string {
    return this.#fields.workdir;
  }
  get shell(): readonly string[] {
    return this.#fields.shell ?? (this.os === 'windows' ? windowsShell : defaultShell);
  }
  get os(): string {
    return this.#fields.os;
  }
  get entrypoint(): readonly string[] | undefined {
    return this.#fields.entrypoint;
  }
  get cmd(): readonly string[] | undefined {
    return this.#fields.cmd;
  }
  get stopSignal(): string | undefined {
    return this.#fields.stopSignal;
  }
  get origins(): Config['origins'] {
    return this.#fields.origins;
  }
  get args(): Config['args'] {
    return this.#keep('args', this.#made.args ?? this.#maps.args.at(this.#args));
  }
  get env(): ReadonlyMap<string, Variable> {
    return this.#keep('env', this.#made.env ?? this.#maps.env.at(this.#env));
  }
  get environment(): ReadonlyMap<string, Variable> {
    return this.#keep('environment', this.#made.environment ?? this.#maps.environment.at(this.#environment));
  }
  get labels(): ReadonlyMap<string, Variable> {
    return this.#keep('labels', this.#made.labels ?? this.#maps.labels.at(this.#labels));
  }
  get exposed(): readonly string[] {
    return this.#keep('exposed', this.#made.exposed ?? [...this.#maps.exposed.at(this.#exposed).keys()]);
  }
  get volumes(): readonly string[] {
    return this.#keep('volumes', this.#made.volumes ?? [...this.#maps.volumes.at(this.#volumes).keys()]);
  }

  #keep<Name extends keyof Config, Value>(name: Name, value: Value): Value {
    this.#made = { ...this.#made, [name]: value };
    return value;
  }
}
