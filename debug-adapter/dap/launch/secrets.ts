import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { BuildSettings, Surroundings } from '../../debugger/api.js';
import { UserError } from '../../debugger/errors.js';
import { readAttributes } from './csv.js';

type Secret = BuildSettings['secrets'][number];
type Values = Readonly<Record<string, string>>;
type Ssh = BuildSettings['ssh'][number];

const largest = 500 * 1024;
const example = 'id=npmrc,src=.npmrc';

async function fileSecret(id: string, path: string): Promise<Secret> {
  let size: number;
  try {
    size = (await stat(path)).size;
  } catch (error) {
    const hint = 'Give the file with src=PATH, or a variable of the environment with env=NAME.';
    throw new UserError('secret-not-found', `The file ${path} of the secret "${id}" cannot be read.`, hint, undefined, {
      cause: error,
    });
  }
  if (size > largest)
    throw new UserError('secret-too-big', `The file ${path} of the secret "${id}" is larger than 500 KiB.`);
  return { id, kind: 'file', path };
}

async function readSecret(text: string, cwd: string, env: Surroundings['env'], values: Values): Promise<Secret> {
  const { id, type, src, source, env: variable, ...rest } = readAttributes('--secret', text, example);
  const [odd] = Object.keys(rest);
  if (odd !== undefined)
    throw new UserError('secret-field', `A secret has no field "${odd}".`, `For example: ${example}`);
  if (id === undefined || id === '')
    throw new UserError('secret-field', 'A secret has no id.', `For example: ${example}`);
  if (type !== undefined && type !== 'file' && type !== 'env') {
    throw new UserError('secret-field', `The secret "${id}" has the type "${type}".`, 'Types are file and env.');
  }
  const path = source ?? src;
  const name = variable ?? (type === 'env' ? (path ?? id) : undefined);
  const guessed = name ?? (path === undefined && type !== 'file' && env[id] !== undefined ? id : undefined);
  if (guessed === undefined) return fileSecret(id, resolve(cwd, path ?? id));
  const value = values[guessed];
  if (env[guessed] === undefined && value === undefined) {
    throw new UserError(
      'secret-not-found',
      `The variable ${guessed} of the secret "${id}" is not set.`,
      'Set it where the editor is started, or use src=PATH.',
    );
  }
  return { id, kind: 'env', variable: guessed, ...(value !== undefined && { value }) };
}

/**
 * Secrets of `--secret`; a later one replaces an earlier one of the same id. Their values are not looked at.
 *
 * @param values of variables that the environment may lack
 */
export async function readSecrets(
  texts: readonly string[],
  cwd: string,
  env: Surroundings['env'],
  values: Values,
): Promise<readonly Secret[]> {
  const secrets = new Map<string, Secret>();
  for (const text of texts) {
    const secret = await readSecret(text, cwd, env, values);
    secrets.set(secret.id, secret);
  }
  return [...secrets.values()];
}

/** Agents and keys of `--ssh`. */
export function readSsh(texts: readonly string[], cwd: string, env: Surroundings['env']): readonly Ssh[] {
  return texts.map((text) => {
    const equals = text.indexOf('=');
    const id = equals < 0 ? text : text.slice(0, equals);
    const paths =
      equals < 0
        ? []
        : text
            .slice(equals + 1)
            .split(',')
            .filter((path) => path !== '');
    if (paths.length === 0 && (env['SSH_AUTH_SOCK'] ?? '') === '') {
      throw new UserError(
        'ssh-agent-missing',
        `The ssh agent of "${id}" is not there: SSH_AUTH_SOCK is not set.`,
        `Start an agent, or name a key: ${id}=~/.ssh/id_ed25519`,
      );
    }
    return { id: id === '' ? 'default' : id, paths: paths.map((path) => resolve(cwd, path)) };
  });
}
