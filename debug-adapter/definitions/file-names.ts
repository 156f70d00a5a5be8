/** Which files define builds, by their names. */
export type DefinitionKind = 'compose' | 'bake' | 'record';

/** `compose.yaml`, `docker-compose.prod.yml`, `docker-bake.hcl`, `docker-bake.override.json`, `app.dockerbuild`; undefined for others. */
export function kindOfName(path: string): DefinitionKind | undefined {
  const name = path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1).toLowerCase();
  // GitHub gives the file for download in a zip.
  if (/\.dockerbuild(?:\.zip)?$/.test(name)) return 'record';
  if (/^(?:docker-)?compose(?:[.-].+)?\.ya?ml$/.test(name)) return 'compose';
  return /^(?:docker-)?bake(?:[.-].+)?\.(?:hcl|json)$/.test(name) ? 'bake' : undefined;
}
