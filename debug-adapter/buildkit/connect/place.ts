/** Where an engine is said to be, before anybody has looked. */
export interface Place {
  /** As a user would write it. */
  readonly address: string;
  /** How it was found. */
  readonly origin: string;
  /** What answers there: BuildKit itself, a Docker Engine with BuildKit inside, or not known yet. */
  readonly role: 'buildkit' | 'docker' | 'unknown';
  readonly tls?: TlsFiles;
  /** `BUILDER/NODE`, as buildx names it. */
  readonly node?: string;
  /** The Docker Engine that runs the container of a `docker-container://` address. */
  readonly docker?: Place;
}

/** Paths of PEM files. */
export interface TlsFiles {
  readonly ca?: string | undefined;
  readonly cert?: string | undefined;
  readonly key?: string | undefined;
  /** Name in the server's certificate, when it is not the host's. */
  readonly servername?: string | undefined;
  /** Encrypt, but believe any certificate. */
  readonly trustAll?: boolean | undefined;
}

/** Whether it is an address and not a name. */
export function isAddress(text: string): boolean {
  return /^[a-z][a-z0-9+.-]*:\/\//i.test(text);
}
