/** Docker's contexts: named ways to reach a Docker Engine, as `docker context` keeps them. */
import { createHash } from 'node:crypto';
import { dockerFolder, type Environment, variable } from './environment.js';
import { object, readJson, text } from './json.js';
import type { Place, TlsFiles } from './place.js';

/** The context that stands for DOCKER_HOST or the well-known socket. */
export const defaultContext = 'default';

/** Name of the context that `docker` would use now. */
export async function currentContext(environment: Environment): Promise<string> {
  if (variable(environment, 'DOCKER_HOST') !== undefined) return defaultContext;
  const chosen = variable(environment, 'DOCKER_CONTEXT');
  if (chosen !== undefined) return chosen;
  const config = await readJson(environment, `${dockerFolder(environment)}/config.json`);
  return text(config?.['currentContext']) ?? defaultContext;
}

/** A context of that name; undefined when there is none. */
export async function findContext(environment: Environment, name: string): Promise<Place | undefined> {
  if (name === defaultContext) return dockerHost(environment);
  const folder = `${dockerFolder(environment)}/contexts`;
  const id = createHash('sha256').update(name).digest('hex');
  const meta = await readJson(environment, `${folder}/meta/${id}/meta.json`);
  const endpoint = object(object(meta?.['Endpoints'])?.['docker']);
  const address = text(endpoint?.['Host']);
  if (address === undefined) return undefined;
  const tls = await contextTls(environment, `${folder}/tls/${id}/docker`, endpoint?.['SkipTLSVerify'] === true);
  return { address, origin: `docker context "${name}"`, role: 'docker', ...(tls === undefined ? {} : { tls }) };
}

async function contextTls(environment: Environment, folder: string, trustAll: boolean): Promise<TlsFiles | undefined> {
  const names = await environment.list(folder);
  const path = (name: string) => (names.includes(name) ? `${folder}/${name}` : undefined);
  if (names.length === 0 && !trustAll) return undefined;
  return { ca: path('ca.pem'), cert: path('cert.pem'), key: path('key.pem'), trustAll };
}

/** Where DOCKER_HOST points to. */
export function dockerHost(environment: Environment): Place | undefined {
  const address = variable(environment, 'DOCKER_HOST');
  if (address === undefined) return undefined;
  const verify = variable(environment, 'DOCKER_TLS_VERIFY') !== undefined;
  const place = { address, origin: 'DOCKER_HOST', role: 'docker' } as const;
  if (!verify && variable(environment, 'DOCKER_TLS') === undefined) return place;
  const folder = variable(environment, 'DOCKER_CERT_PATH') ?? dockerFolder(environment);
  const files = { ca: `${folder}/ca.pem`, cert: `${folder}/cert.pem`, key: `${folder}/key.pem` };
  return { ...place, tls: { ...files, trustAll: !verify } };
}

/** Names of all contexts. */
export async function contextNames(environment: Environment): Promise<readonly string[]> {
  const folder = `${dockerFolder(environment)}/contexts/meta`;
  const metas = await Promise.all(
    (await environment.list(folder)).map((id) => readJson(environment, `${folder}/${id}/meta.json`)),
  );
  return metas.flatMap((meta) => text(meta?.['Name']) ?? []);
}
