/** What the settings of a build mean on one engine, as `buildx build` would put it for that kind of engine. */
import type { Engine, Exporter } from '../../buildkit/api.js';
import type { ImageStore } from '../../buildkit/connect/image-store.js';
import type { BuildSettings } from '../api.js';
import { withContentStores } from './content-stores.js';
import { UserError } from '../errors.js';

/** What is there beside the engine that builds. */
export interface Beside {
  /** The Docker Engine that images are loaded into. */
  readonly findImageStore: () => Promise<ImageStore>;
  /** Prints to the console. */
  readonly say: (text: string) => void;
}

const hostGateway = /=host-gateway(?=,|$)/g;
const gatewayLabel = 'org.mobyproject.buildkit.worker.moby.host-gateway-ip';
/** Only a Docker Engine with the image store of containerd has it. */
const containerdLabel = 'org.mobyproject.buildkit.worker.snapshotter';

/** What `buildx build` asks for when nobody says anything about provenance. */
export const defaultProvenance = 'mode=min,inline-only=true';

type Engines = Pick<Engine, 'endpoint' | 'known' | 'labels' | 'version'>;

/** Throws words where the engine cannot do what is asked for. Waits for what the engine is only if that matters. */
export async function engineSettings(settings: BuildSettings, engine: Engines, beside: Beside): Promise<BuildSettings> {
  if (dependsOnEngine(settings, engine)) await engine.known;
  const frontendAttrs = withAttestations(withHostGateway(settings.frontendAttrs, engine), engine);
  const isDocker = engine.endpoint.kind === 'docker';
  const exporters = isDocker ? settings.exporters.map((each) => mobyExporter(each, engine)) : settings.exporters;
  const adapted = await withContentStores({ ...settings, frontendAttrs, exporters }, beside.say);
  if (!settings.load) return adapted;
  return isDocker ? loadedInside(adapted, engine) : await loadedBeside(adapted, beside);
}

/** Whether labels or version of the engine decide anything: most builds may begin before it has told them. */
function dependsOnEngine({ frontendAttrs }: BuildSettings, { endpoint }: Engines): boolean {
  if (endpoint.kind === 'docker') return true;
  const attests = Object.keys(frontendAttrs).some((name) => name.startsWith('attest:'));
  return attests || hasHostGateway(frontendAttrs);
}

function hasHostGateway(attrs: BuildSettings['frontendAttrs']): boolean {
  return (attrs['add-hosts'] ?? '').search(hostGateway) >= 0;
}

/** The name that stands for the engine's host in `--add-host`. */
function withHostGateway(attrs: BuildSettings['frontendAttrs'], engine: Engines): BuildSettings['frontendAttrs'] {
  const hosts = attrs['add-hosts'] ?? '';
  if (!hasHostGateway(attrs)) return attrs;
  const address = engine.labels[gatewayLabel];
  if (address === undefined || address === '') {
    throw new UserError(
      'host-gateway',
      `${engine.endpoint.address} does not tell the address of its host, which "host-gateway" in "addHosts" stands for.`,
      'Only Docker Engines do. Write the address itself, for example "host.docker.internal:172.17.0.1".',
    );
  }
  return { ...attrs, 'add-hosts': hosts.replace(hostGateway, `=${address}`) };
}

function withAttestations(attrs: BuildSettings['frontendAttrs'], engine: Engines): BuildSettings['frontendAttrs'] {
  // BuildKit tells its version since 0.11, which is when it learned to attest.
  const isDocker = engine.endpoint.kind === 'docker';
  if (isDocker ? engine.labels[containerdLabel] !== undefined : engine.version !== undefined) return attrs;
  const { 'attest:provenance': provenance, ...others } = attrs;
  const asked = Object.keys(others).find((name) => name.startsWith('attest:'));
  if (asked === undefined && (provenance === undefined || provenance === defaultProvenance)) return others;
  throw new UserError(
    'attestation-unsupported',
    `${engine.endpoint.address} cannot make attestations (${(asked ?? 'attest:provenance').slice('attest:'.length)}).`,
    isDocker
      ? 'Switch Docker to the containerd image store, or use another "builder".'
      : 'BuildKit can since 0.11. Leave "attests", "provenance" and "sbom" out.',
  );
}

function mobyExporter({ type, attrs }: Exporter, engine: Engines): Exporter {
  return type === 'image' ? { type: 'moby', attrs: { ...preferDigest(engine), ...attrs } } : { type, attrs };
}

/** The image store of containerd finds images by their manifest. */
function preferDigest({ labels }: Engines): Exporter['attrs'] {
  return labels[containerdLabel] === undefined ? {} : { 'prefer-image-digest': 'true' };
}

function named(tags: readonly string[]): Exporter['attrs'] {
  return tags.length === 0 ? {} : { name: tags.join(',') };
}

/** The engine that builds has the image store itself. */
function loadedInside(settings: BuildSettings, engine: Engines): BuildSettings {
  if (settings.exporters.some(({ type }) => type === 'moby')) return settings;
  const exporter = { type: 'moby', attrs: { ...preferDigest(engine), ...named(settings.tags) } };
  return { ...settings, exporters: [...settings.exporters, exporter] };
}

/** The image goes as an archive through us into a Docker Engine. */
async function loadedBeside(settings: BuildSettings, beside: Beside): Promise<BuildSettings> {
  const store = await beside.findImageStore();
  if (!store.takesOci && settings.platforms.length > 1) {
    throw new UserError(
      'load-platforms',
      `The Docker Engine at ${store.address} takes images of one platform only.`,
      'Choose one of "platforms", or switch Docker to the containerd image store.',
    );
  }
  const attrs = { ...named(settings.tags), ...(store.takesOci && { 'prefer-image-digest': 'true' }) };
  const write = async (archive: AsyncIterable<Uint8Array>): Promise<void> =>
    beside.say(`${(await store.load(archive)).trim()} (Docker Engine at ${store.address})\n`);
  return {
    ...settings,
    exporters: [...settings.exporters, { type: store.takesOci ? 'oci' : 'docker', attrs }],
    exportTargets: { ...settings.exportTargets, [settings.exporters.length]: { kind: 'stream', write } },
  };
}
