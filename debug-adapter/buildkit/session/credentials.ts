import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { monotonicMs } from '../clock.js';
import type { SessionOptions } from '../api.js';
import { CredentialsRequest, CredentialsResponse } from '../gen/auth.js';
import { type Method, unaryMethod } from './rpc-server.js';
import { systemCode } from '../system-code.js';

/** What is known about a registry; both empty when nothing is. An identity token comes without a name. */
export interface Credentials {
  readonly username: string;
  readonly secret: string;
}

const anonymous: Credentials = { username: '', secret: '' };
/** Docker Hub is asked under its own name and kept under this one. */
const hubHost = 'registry-1.docker.io';
const hubKey = 'https://index.docker.io/v1/';
/** Layers are pulled at the same time, and asking a keychain takes a while. */
const rememberMs = 30_000;

/** `Auth.Credentials`; the token methods are left out, so that the engine fetches tokens itself. */
export function credentialsMethod(options: SessionOptions): Method {
  const remembered = new Map<string, { readonly since: number; readonly answer: Promise<Credentials> }>();
  return unaryMethod(CredentialsRequest, CredentialsResponse, async ({ Host }) => {
    const known = remembered.get(Host);
    const fresh = known !== undefined && monotonicMs() - known.since < rememberMs;
    const answer = fresh ? known.answer : findCredentials(options.dockerConfig, Host, options.onWarning);
    if (!fresh) remembered.set(Host, { since: monotonicMs(), answer });
    const { username, secret } = await answer;
    return { Username: username, Secret: secret };
  });
}

/**
 * Looks into docker's configuration for one registry, and only for it: its own helper, else the common store, else what
 * the file itself holds. What fails is a warning, for most images need no credentials.
 */
export async function findCredentials(
  folder: string,
  host: string,
  warn?: (text: string) => void,
): Promise<Credentials> {
  const config = await readConfig(join(folder, 'config.json'), warn);
  const key = host === hubHost ? hubKey : host;
  const helper = helperFor(config, key);
  if (helper !== undefined) {
    try {
      const found = await askHelper(helper, key);
      if (found !== undefined) return found;
    } catch (error) {
      warn?.(`No credentials for ${host}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  return fromFile(config, key) ?? anonymous;
}

type Json = Readonly<Record<string, unknown>>;

async function readConfig(path: string, warn?: (text: string) => void): Promise<Json> {
  try {
    return objectAt(JSON.parse(await readFile(path, 'utf8')));
  } catch (error) {
    const missing = ['ENOENT', 'ENOTDIR'].includes(systemCode(error));
    // Not the parser's message: it quotes the text, which may be a password.
    if (!missing)
      warn?.(
        `${path} cannot be read${error instanceof SyntaxError ? ': it is not JSON' : ''}; registries are asked without credentials.`,
      );
    return {};
  }
}

function objectAt(value: unknown): Json {
  return typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value)) : {};
}

function textAt(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function helperFor(config: Json, key: string): string | undefined {
  const helpers = objectAt(config['credHelpers']);
  const own = textAt(helpers[key]) || textAt(helpers[hostOf(key)]);
  const name = own || textAt(config['credsStore']);
  return /^[\w.-]+$/.test(name) ? name : undefined;
}

function fromFile(config: Json, key: string): Credentials | undefined {
  const auths = objectAt(config['auths']);
  const exact = Object.hasOwn(auths, key) ? auths[key] : undefined;
  const other = Object.entries(auths).find(([name]) => hostOf(name) === hostOf(key))?.[1];
  const entry = objectAt(exact ?? other);
  const token = textAt(entry['identitytoken']);
  if (token !== '') return { username: '', secret: token };
  const [username, secret] = splitAuth(textAt(entry['auth']));
  const found = { username: textAt(entry['username']) || username, secret: textAt(entry['password']) || secret };
  return found.username === '' ? undefined : found;
}

/** Name and password in base64; old files pad the password with zeros. */
function splitAuth(auth: string): [username: string, secret: string] {
  const text = Buffer.from(auth, 'base64').toString();
  const colon = text.indexOf(':');
  return colon < 0 ? ['', ''] : [text.slice(0, colon), text.slice(colon + 1).replace(/^\0+|\0+$/g, '')];
}

/** Keys may be whole addresses. */
function hostOf(key: string): string {
  return key.replace(/^https?:\/\//, '').split('/', 1)[0] ?? '';
}

/** The name a helper gives to identity tokens. */
const tokenName = '<token>';

/** Undefined when the helper knows nothing of it. */
async function askHelper(helper: string, key: string): Promise<Credentials | undefined> {
  const program = `docker-credential-${helper}`;
  const { code, output } = await run(program, key);
  if (code !== 0) {
    // Its words for "not found"; anything else it says may be shown, as helpers print no secrets when they fail.
    if (/not found|no credentials/i.test(output)) return undefined;
    throw new Error(`${program} failed: ${output.trim().slice(0, 200) || `exit code ${code}`}`);
  }
  let answer: Json;
  try {
    answer = objectAt(JSON.parse(output));
  } catch {
    throw new Error(`${program} did not answer in JSON`);
  }
  const username = textAt(answer['Username']);
  const secret = textAt(answer['Secret']);
  return username === tokenName ? { username: '', secret } : { username, secret };
}

function run(program: string, input: string): Promise<{ readonly code: number; readonly output: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, ['get'], {
      stdio: ['pipe', 'pipe', 'ignore'],
      windowsHide: true,
      // Ctrl-C in a terminal that we run in is not meant for it.
      detached: process.platform !== 'win32',
    });
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
    child.once('error', (error) => reject(new Error(`${program} cannot be started: ${error.message}`)));
    child.once('close', (code) => resolve({ code: code ?? 1, output }));
    // A helper that is gone before it reads is told by its exit code.
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);
  });
}
