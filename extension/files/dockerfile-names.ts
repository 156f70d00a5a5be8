/** Finds the files that VS Code takes for Dockerfiles by their names. */
export const dockerfileGlob =
  '**/{Dockerfile,Containerfile,Dockerfile.*,Containerfile.*,*.Dockerfile,*.dockerfile,*.containerfile}';

/** Folders that hold other people's Dockerfiles. */
export const notOurs = '**/{node_modules,.git,vendor,.venv}/**';

/** Whether a path is a Dockerfile by its name. `Dockerfile.dockerignore` is not. */
export function isDockerfileName(path: string): boolean {
  const name = path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1).toLowerCase();
  if (name.endsWith('.dockerignore')) {
    return false;
  }
  return /^(?:dockerfile|containerfile)(?:\..+)?$|\.(?:dockerfile|containerfile)$/.test(name);
}
