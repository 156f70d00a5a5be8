/** What a build is made from, as the launch arguments say it. */
import type { Exporter, ExportTarget, LocalSource, SecretSource, SshSource } from '../buildkit/api.js';

/** Launch arguments, checked and made absolute. */
export interface BuildSettings {
  /** Absolute folder that relative paths of the user start from. */
  readonly cwd: string;
  /** Absolute path of the Dockerfile as the user sees it; for a remote context the path inside it. */
  readonly dockerfile: string;
  /** False when the Dockerfile is inside a remote context. */
  readonly dockerfileIsLocal: boolean;
  readonly context:
    | { readonly kind: 'folder'; readonly path: string }
    | { readonly kind: 'remote'; readonly url: string };
  /** Other builds whose results are named contexts, by the name of the context. */
  readonly links: ReadonlyMap<string, LinkedBuild>;
  /** Images to take in the place of others, by complete names with tag and digest. */
  readonly pins: ReadonlyMap<string, string>;
  readonly builder: string | undefined;
  readonly target: string | undefined;
  readonly platforms: readonly string[];
  /** Values already taken from the environment. */
  readonly buildArgs: Readonly<Record<string, string>>;
  /** Everything else that the frontend is told: `label:…`, `add-hosts`, `no-cache`, `context:NAME` … */
  readonly frontendAttrs: Readonly<Record<string, string>>;
  /** Local folders of named contexts. */
  readonly locals: Readonly<Record<string, LocalSource>>;
  /** Named contexts that are images in folders; what they hold is looked up by each build. */
  readonly layouts: Readonly<Record<string, OciLayout>>;
  /** Folders with blobs that the session serves, by the id that the engine asks for; each build adds its own. */
  readonly contentStores: Readonly<Record<string, string>>;
  readonly secrets: readonly SecretSource[];
  readonly ssh: readonly SshSource[];
  readonly entitlements: readonly string[];
  readonly cacheImports: readonly Exporter[];
  readonly cacheExports: readonly Exporter[];
  readonly exporters: readonly Exporter[];
  readonly exportTargets: Readonly<Record<number, ExportTarget>>;
  /** Absolute folder that an exporter fills as an OCI layout; engines know one at most. */
  readonly layoutOutput: string | undefined;
  /** Into the image store of a Docker Engine; `engine-settings.ts` knows how. */
  readonly load: boolean;
  readonly tags: readonly string[];
  readonly metadataFile: string | undefined;
  readonly iidFile: string | undefined;
  readonly stopOnEntry: boolean;
  readonly stopAtEnd: boolean;
  /** While a thread stands, branches that do not depend on it and hold no breakpoint go on. */
  readonly runAhead: boolean;
  readonly noDebug: boolean;
  /** Paths with wildcards that are copied out of a failed step. */
  readonly rescue: readonly string[];
  /** Absolute folder for them. */
  readonly rescueTo: string;
  /** Image as the user names it; undefined for the default, `none` for no toolbox. */
  readonly toolbox: string | undefined;
  readonly shell: readonly string[] | undefined;
  readonly trace: string | undefined;
  /** Advice names flags in the place of launch arguments. */
  readonly speaksFlags?: boolean;
}

/** A build that is taken from. */
export interface LinkedBuild {
  /** E.g. `Service base of /src/compose.yaml`. */
  readonly title: string;
  /** The same in the middle of a sentence, e.g. `service base`. */
  readonly name: string;
  readonly settings: BuildSettings;
}

/** What another build does for this one. */
export interface LinkedVertex {
  /** Name of the context that it is a part of here. */
  readonly context: string;
  /** The build that has it in its Dockerfile: the one that is taken from, or one that this takes from in turn. */
  readonly build: LinkedBuild;
}

/** An image in a folder of this machine. */
export interface OciLayout {
  /** Absolute. */
  readonly path: string;
  /** Undefined only where there is a digest. */
  readonly tag: string | undefined;
  /** Undefined for what the tag stands for when a build begins. */
  readonly digest: string | undefined;
}
