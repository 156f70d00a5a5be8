/** The JSON of an OCI image config to what an evaluation needs. */
import type { ImageConfig } from './model.js';

type Fields = Readonly<Record<string, unknown>>;

/** Reads what is there; what is missing or of a wrong type counts as empty. */
export function parseImageConfig(json: unknown): ImageConfig {
  const image = fields(json);
  const config = fields(image['config']);
  return {
    env: strings(config['Env']) ?? [],
    user: text(config['User']),
    workdir: text(config['WorkingDir']),
    shell: strings(config['Shell']),
    entrypoint: strings(config['Entrypoint']),
    cmd: strings(config['Cmd']),
    labels: labelsOf(config['Labels']),
    exposed: Object.keys(fields(config['ExposedPorts'])),
    volumes: Object.keys(fields(config['Volumes'])),
    stopSignal: text(config['StopSignal']) || undefined,
    onBuild: strings(config['OnBuild']) ?? [],
    os: text(image['os']),
  };
}

function fields(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value)) : {};
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function strings(value: unknown): readonly string[] | undefined {
  if (!Array.isArray(value)) return undefined;
  const items: readonly unknown[] = value;
  return items.filter((item) => typeof item === 'string');
}

function labelsOf(value: unknown): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(fields(value)).map(([name, label]) => [name, text(label)]));
}
