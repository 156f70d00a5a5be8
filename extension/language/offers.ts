/** What our language server can offer. */
export type Offer = 'basics' | 'build';

/** Extensions that bring a Dockerfile language server of their own. */
export const otherServers = ['docker.docker', 'ms-azuretools.vscode-containers', 'ms-azuretools.vscode-docker'];

/**
 * What to offer. `basics` (hovers, completion, formatting, symbols …) would appear twice beside another server; `build`
 * is what the others lack: paths of the build context, and problems that are found without an engine.
 */
export function offersFor(mode: 'auto' | 'on' | 'off', isInstalled: (extension: string) => boolean): readonly Offer[] {
  switch (mode) {
    case 'off':
      return [];
    case 'on':
      return ['basics', 'build'];
    case 'auto':
      return otherServers.some(isInstalled) ? ['build'] : ['basics', 'build'];
  }
}
