import { readdir, readFile } from 'node:fs/promises';
import { homedir, userInfo } from 'node:os';

/** What the search for an engine reads of the machine. */
export interface Environment {
  readonly variables: Readonly<Record<string, string | undefined>>;
  readonly home: string;
  readonly platform: NodeJS.Platform;
  /** -1 where users have no number. */
  readonly uid: number;
  /** Undefined when there is no such file. */
  readText(path: string): Promise<string | undefined>;
  /** Names in a folder; empty when there is no such folder. */
  list(folder: string): Promise<readonly string[]>;
}

/** The machine that we run on, with the given variables. */
export function systemEnvironment(variables: Environment['variables'] = process.env): Environment {
  return {
    variables,
    home: variables['HOME'] ?? variables['USERPROFILE'] ?? homedir(),
    platform: process.platform,
    uid: userInfo().uid,
    readText: async (path) => await readFile(path, 'utf8').catch(whenMissing(undefined)),
    list: async (folder) => await readdir(folder).catch(whenMissing<string[]>([])),
  };
}

function whenMissing<T>(value: T): (error: unknown) => T {
  return (error) => {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ENOENT' || code === 'ENOTDIR') return value;
    throw error;
  };
}

/** Folder of docker's config.json, contexts and builders. */
export function dockerFolder({ variables, home }: Environment): string {
  const folder = variables['DOCKER_CONFIG'];
  return folder === undefined || folder === '' ? `${home}/.docker` : folder;
}

/** A variable that is set to something. */
export function variable(environment: Environment, name: string): string | undefined {
  const value = environment.variables[name];
  return value === '' ? undefined : value;
}
