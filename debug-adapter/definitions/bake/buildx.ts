/** Where buildx is: it is asked what a Bake file says, for nothing else evaluates its language. */
import { execFile } from 'node:child_process';
import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { DefinitionError } from '../definition.js';

/** What this needs of the process. */
export interface Place {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly homeDir: string;
  readonly platform: string;
}

/** Output of buildx, or words about what it complains of. */
export async function runBuildx(args: readonly string[], cwd: string, place: Place): Promise<string> {
  const buildx = await find(place);
  return await new Promise((resolve, reject) => {
    const options = { cwd, env: { ...place.env }, maxBuffer: 64 * 1024 * 1024, windowsHide: true };
    execFile(buildx, [...args], options, (error, stdout, stderr) => {
      if (error === null) resolve(stdout);
      else
        reject(
          new DefinitionError('bake-refused', complaint(stderr, error.message), '', placeOf(stderr, cwd), {
            cause: error,
          }),
        );
    });
  });
}

async function find(place: Place): Promise<string> {
  const candidates = candidatesOf(place);
  for (const candidate of candidates) if (await runs(candidate)) return candidate;
  throw new DefinitionError(
    'bake-buildx-missing',
    'Bake files are read with buildx, and there is none on this machine.',
    'Install the docker CLI with buildx, or put docker-buildx on PATH; or launch with "dockerfile", "context" and the rest instead.',
  );
}

/** Plugins of the docker CLI first, in its order. */
function candidatesOf({ env, homeDir, platform }: Place): readonly string[] {
  const end = platform === 'win32' ? '.exe' : '';
  const config = env['DOCKER_CONFIG'] ?? join(homeDir, '.docker');
  const system =
    platform === 'win32'
      ? [
          join(env['ProgramData'] ?? 'C:\\ProgramData', 'Docker'),
          join(env['ProgramFiles'] ?? 'C:\\Program Files', 'Docker'),
        ]
      : [
          ...['/usr/local/lib/docker', '/usr/local/libexec/docker', '/usr/lib/docker', '/usr/libexec/docker'],
          ...['/opt/homebrew/lib/docker', '/Applications/Docker.app/Contents/Resources'],
        ];
  const plugins = [config, ...system].map((folder) => join(folder, 'cli-plugins', `docker-buildx${end}`));
  const path = (env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  return [...plugins, ...path.flatMap((folder) => [join(folder, `docker-buildx${end}`), join(folder, `buildx${end}`)])];
}

async function runs(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return true;
  } catch {
    // Not there, or not for us: the next place may have it.
    return false;
  }
}

/** What follows `ERROR:`; what comes before is progress and an excerpt. */
function complaint(stderr: string, otherwise: string): string {
  const [, words] = /^ERROR: ([^]*)$/m.exec(stderr) ?? [];
  const said = (words ?? otherwise).trim();
  return `buildx does not take the Bake file: ${said}${/[.!?]$/.test(said) ? '' : '.'}`;
}

/** `docker-bake.hcl:25,4-26,1: …` */
function placeOf(stderr: string, cwd: string): { readonly path: string; readonly line: number } | undefined {
  const [, file, line] = /^ERROR: ([^\s:]+):(\d+),\d+/m.exec(stderr) ?? [];
  return file === undefined ? undefined : { path: join(cwd, file), line: Number(line) };
}
