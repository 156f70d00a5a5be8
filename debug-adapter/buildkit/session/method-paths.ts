import type { SessionOptions } from '../api.js';

const content = ['Info', 'Status', 'Abort', 'Read', 'Write'];

/** Paths of the methods that the session serves, to be announced when it is opened: the engine asks for no others. */
export function methodPaths({ contentStores = {}, exports, ssh }: SessionOptions): readonly string[] {
  const hasStores = Object.keys(contentStores).length > 0;
  return [
    ...(hasStores ? content.map((name) => `/containerd.services.content.v1.Content/${name}`) : []),
    '/grpc.health.v1.Health/Check',
    '/moby.filesync.v1.FileSync/DiffCopy',
    '/moby.filesync.v1.Auth/Credentials',
    '/moby.buildkit.secrets.v1.Secrets/GetSecret',
    ...(Object.keys(exports).length > 0 ? ['/moby.filesync.v1.FileSend/DiffCopy'] : []),
    ...(ssh.length > 0 ? ['/moby.sshforward.v1.SSH/CheckAgent', '/moby.sshforward.v1.SSH/ForwardAgent'] : []),
  ];
}
