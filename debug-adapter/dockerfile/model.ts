/** A Dockerfile as data. Lines are `Line1`: they count from 1, as BuildKit's source map does. */

declare const line1: unique symbol;
/** A line that counts from 1. */
export type Line1 = number & { readonly [line1]: true };

export interface Dockerfile {
  readonly text: string;
  /** `# syntax=` */
  readonly syntax: string | undefined;
  readonly escape: '\\' | '`';
  /** ARGs before the first FROM. */
  readonly globalArgs: readonly Instruction[];
  readonly stages: readonly Stage[];
  /** All instructions in the order of the text, those of `globalArgs` included. */
  readonly instructions: readonly Instruction[];
  /** What the engine would refuse, found without it. Empty when the text parses. */
  readonly problems: readonly Problem[];
}

export interface Problem {
  readonly code: string;
  readonly line: Line1;
  readonly endLine: Line1;
  readonly message: string;
  /** What to do about it; may be empty. */
  readonly hint: string;
}

export interface Stage {
  readonly index: number;
  /** Name after AS, lower case as BuildKit compares it. */
  readonly name: string | undefined;
  /** The FROM instruction is `instructions[0]`. */
  readonly instructions: readonly Instruction[];
  /** As written, variables not expanded. */
  readonly base: string;
  /** Stage that FROM names, by index, if it is one above. Set only when `base` holds no variable. */
  readonly baseStage: number | undefined;
  readonly platform: string | undefined;
}

export interface Instruction {
  /** Position in `Dockerfile.instructions`. */
  readonly index: number;
  /** Upper case: `FROM`, `RUN` … */
  readonly keyword: string;
  /** Index of its stage; undefined for ARGs before the first FROM. */
  readonly stage: number | undefined;
  /** First to last line, continuation lines and heredoc bodies included. */
  readonly startLine: Line1;
  readonly endLine: Line1;
  /** As written, all lines. */
  readonly text: string;
  /** Continuation lines joined as BuildKit does, comment lines dropped, without keyword and flags; heredoc bodies apart. */
  readonly args: string;
  readonly flags: readonly Flag[];
  readonly heredocs: readonly Heredoc[];
  /** JSON (exec) form, decoded; undefined for shell form. */
  readonly json: readonly string[] | undefined;
  /** Names or numbers of `--from=` of COPY, and of `from=` of RUN's mounts, and FROM's base: as written, in order. */
  readonly references: readonly string[];
  /** What ONBUILD will do in stages built on this one; its lines are those of the ONBUILD. */
  readonly trigger: Instruction | undefined;
}

export interface Flag {
  readonly name: string;
  /** Text after `=`; '' for a bare `--link`. */
  readonly value: string;
}

export interface Heredoc {
  readonly name: string;
  /** Body as BuildKit sees it (`<<-` strips leading tabs). */
  readonly content: string;
  /** Body as written, line endings and tabs included. */
  readonly raw: string;
  readonly expand: boolean;
  /** Lines of the body and its terminator; `startLine` > `endLine` never holds, for the terminator always counts. */
  readonly startLine: Line1;
  readonly endLine: Line1;
}

/** Where a value comes from. */
export type Origin =
  | { readonly kind: 'line'; readonly line: Line1 }
  | { readonly kind: 'default'; readonly line: Line1 }
  /** Given by the user; where the ARG that takes it has a default, its line and that default. */
  | { readonly kind: 'build-arg'; readonly overrides?: { readonly line: Line1; readonly value: string } }
  | { readonly kind: 'base-image' }
  /** Of another build, in which a step has failed that takes from it; no evaluation gives this. */
  | { readonly kind: 'linked' }
  | { readonly kind: 'predefined' }
  | { readonly kind: 'platform' }
  /** The user of a debugger changed it, or the script of a RUN that is gone through; no evaluation gives these. */
  | { readonly kind: 'override' | 'shell' };

export interface Variable {
  readonly value: string;
  /** `default`: the ARG's own default at that line; `line`: the ENV that set it; `build-arg`: overridden by the user. */
  readonly origin: Origin;
}

/** What holds at one point of a stage. Maps keep the order of definition. */
export interface Config {
  /** ARGs in scope; `value` undefined for a declared ARG without a value. */
  readonly args: ReadonlyMap<string, Variable | undefined>;
  /** What the image keeps: ENV and the base image's variables. */
  readonly env: ReadonlyMap<string, Variable>;
  /** What `$NAME` and a RUN see: the later of ARG and ENV wins, in the order in which BuildKit hands them to a process. */
  readonly environment: ReadonlyMap<string, Variable>;
  /** '' for the image's default (root). */
  readonly user: string;
  /** Absolute. */
  readonly workdir: string;
  /** As of SHELL or the default for the platform. */
  readonly shell: readonly string[];
  /** `linux`, `windows` … */
  readonly os: string;
  readonly labels: ReadonlyMap<string, Variable>;
  readonly exposed: readonly string[];
  readonly volumes: readonly string[];
  readonly entrypoint: readonly string[] | undefined;
  readonly cmd: readonly string[] | undefined;
  readonly stopSignal: string | undefined;
  /** Lines that set user, workdir, shell, entrypoint, cmd in this stage or in a stage it builds on. */
  readonly origins: ReadonlyMap<'user' | 'workdir' | 'shell' | 'entrypoint' | 'cmd' | 'stopSignal', Line1>;
}

/** OCI image config, the parts that an evaluation needs; unknown input is parsed by `parseImageConfig`. */
export interface ImageConfig {
  readonly env: readonly string[];
  readonly user: string;
  readonly workdir: string;
  readonly shell: readonly string[] | undefined;
  readonly entrypoint: readonly string[] | undefined;
  readonly cmd: readonly string[] | undefined;
  readonly labels: Readonly<Record<string, string>>;
  readonly exposed: readonly string[];
  readonly volumes: readonly string[];
  readonly stopSignal: string | undefined;
  readonly onBuild: readonly string[];
  /** '' when the config does not say; then the platform's. */
  readonly os: string;
}

export interface EvaluationInput {
  readonly dockerfile: Dockerfile;
  readonly buildArgs: Readonly<Record<string, string>>;
  /** Platform that is built for, and that it is built on: `linux/amd64`, `linux/arm/v7`. */
  readonly targetPlatform: string;
  readonly buildPlatform: string;
  /** Name of the target stage for TARGETSTAGE; '' means `default`. */
  readonly target: string;
  /** Config of the image of a stage whose base is an image; undefined when it is not known (then like scratch). */
  readonly baseConfig: (stage: number) => ImageConfig | undefined;
  /**
   * Names of `--build-context`s. One with the name of a stage takes its place: the stage is then nothing but the context,
   * with `baseConfig`, and its instructions do not run. For one that takes the place of an image only `baseConfig` matters.
   */
  readonly contexts?: ReadonlySet<string>;
}

/** An ONBUILD instruction of the base at work; the engine shows it at the line of the FROM. */
export interface Trigger {
  readonly instruction: Instruction;
  readonly before: Config;
  readonly after: Config;
}

/** Exact values at every instruction. */
export interface Evaluation {
  /** FROM's base with its variables expanded, e.g. `golang:1.26`. */
  readonly base: (stage: number) => string;
  /** Stage that the stage builds on after expansion, by index. */
  readonly baseStage: (stage: number) => number | undefined;
  /** Whether a named context stands in for the stage. */
  readonly replaced: (stage: number) => boolean;
  /** Stages that an instruction needs (FROM stage, COPY --from, RUN --mount from=), after expansion, in order, unique. */
  readonly callees: (instruction: Instruction) => readonly number[];
  readonly before: (instruction: Instruction) => Config;
  readonly after: (instruction: Instruction) => Config;
  /** ONBUILD instructions that the stage's base brings, in the order in which they run after FROM. */
  readonly triggers: (stage: number) => readonly Trigger[];
  /** What the engine would refuse when it comes to this stage, such as `${NAME:?message}` without NAME. */
  readonly problems: (stage: number) => readonly Problem[];
}
