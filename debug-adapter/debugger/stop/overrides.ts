/** What a user changed at a stop: it holds for commands, shells and re-runs there, and for nothing else. */
import type { Variable } from '../../dockerfile/model.js';
import type { Override, StepConfig } from '../api.js';
import { withVariables } from '../containers/processes.js';
import type { Scene } from '../containers/scene.js';

export interface Overrides {
  /** Nothing was changed. */
  readonly isEmpty: boolean;
  set(change: Override): void;
  /** The config as it is now; changed values say that they are. */
  config(config: StepConfig): StepConfig;
  scene(scene: Scene): Scene;
}

/** Starts with nothing changed. */
export function createOverrides(): Overrides {
  const variables = new Map<string, string>();
  let user: string | undefined;
  let workdir: string | undefined;
  const changed = (value: string): Variable => ({ value, origin: { kind: 'override' } });
  const over = (known: ReadonlyMap<string, Variable>): ReadonlyMap<string, Variable> =>
    new Map([...known, ...[...variables].map(([name, value]) => [name, changed(value)] as const)]);
  const isEmpty = (): boolean => variables.size === 0 && user === undefined && workdir === undefined;
  return {
    get isEmpty() {
      return isEmpty();
    },
    set(change) {
      if (change.kind === 'variable') variables.set(change.name, change.value);
      else if (change.kind === 'user') user = change.value;
      else workdir = change.value;
    },
    config(config) {
      if (isEmpty()) return config;
      const args = [...config.args].map(([name, known]) => {
        const value = variables.get(name);
        return [name, value === undefined ? known : changed(value)] as const;
      });
      return {
        ...config,
        args: new Map(args),
        environment: over(config.environment),
        processEnv: withVariables(config.processEnv, Object.fromEntries(variables)),
        user: user ?? config.user,
        workdir: workdir ?? config.workdir,
        changed: new Set([
          ...(user === undefined ? [] : ['user' as const]),
          ...(workdir === undefined ? [] : ['workdir' as const]),
        ]),
      };
    },
    scene(scene) {
      if (isEmpty()) return scene;
      const { meta } = scene;
      const env = withVariables(meta.env, Object.fromEntries(variables));
      return { ...scene, meta: { ...meta, env, user: user ?? meta.user, cwd: workdir ?? meta.cwd } };
    },
  };
}
