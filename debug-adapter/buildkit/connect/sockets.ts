/** Sockets where engines listen unless they were told otherwise. */
import { type Environment, variable } from './environment.js';
import type { Place } from './place.js';

/** All of them, the likeliest first. */
export function wellKnownPlaces(environment: Environment): readonly Place[] {
  const { platform, home } = environment;
  switch (platform) {
    case 'win32':
      return [
        place('npipe:////./pipe/buildkitd', 'buildkit'),
        place('npipe:////./pipe/docker_engine', 'docker'),
        place('npipe:////./pipe/dockerDesktopLinuxEngine', 'docker'),
      ];
    case 'darwin':
      return [
        place('unix:///var/run/buildkit/buildkitd.sock', 'buildkit'),
        place('unix:///var/run/docker.sock', 'docker'),
        place(`unix://${home}/.docker/run/docker.sock`, 'docker'),
      ];
    default:
      return [
        place(
          freeBsd(platform) ? 'unix:///var/run/buildkit/buildkitd.sock' : 'unix:///run/buildkit/buildkitd.sock',
          'buildkit',
        ),
        place(`unix://${runtimeFolder(environment)}/buildkit/buildkitd.sock`, 'buildkit'),
        place('unix:///var/run/docker.sock', 'docker'),
        place(`unix://${runtimeFolder(environment)}/docker.sock`, 'docker'),
        place(`unix://${home}/.docker/desktop/docker.sock`, 'docker'),
      ];
  }
}

function freeBsd(platform: NodeJS.Platform): boolean {
  return platform === 'freebsd';
}

/** Where a Docker Engine listens unless told otherwise. */
export function defaultDocker({ platform }: Environment): Place {
  return place(platform === 'win32' ? 'npipe:////./pipe/docker_engine' : 'unix:///var/run/docker.sock', 'docker');
}

function runtimeFolder(environment: Environment): string {
  return variable(environment, 'XDG_RUNTIME_DIR') ?? `/run/user/${environment.uid}`;
}

function place(address: string, role: Place['role']): Place {
  return { address, origin: 'its well-known socket', role };
}
