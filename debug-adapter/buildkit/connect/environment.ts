import { readdirSync, readFileSync } from 'node:fs';
import { homedir, userInfo } from 'node:os';
import { systemCode } from '../system-code.js';

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
    // At once: the first promise of Node's file system costs more than all of these.
    readText: (path) => Promise.resolve().then(() => whereFound(() => readFileSync(path, 'utf8'), undefined)),
    list: (folder) => Promise.resolve().then(() => whereFound<readonly string[]>(() => readdirSync(folder), [])),
  };
}

function whereFound<T>(read: () => T, missing: T): T {
  try {
    return read();
  } catch (error) {
    const code = systemCode(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return missing;
    throw error;
  }
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
