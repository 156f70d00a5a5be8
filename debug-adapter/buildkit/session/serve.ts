import type { SessionOptions } from '../api.js';
import { HealthCheckRequest, HealthCheckResponse, HealthCheckResponse_ServingStatus } from '../gen/health.js';
import { contentMethods } from './content/methods.js';
import { credentialsMethod } from './credentials.js';
import { exportMethod } from './file-sync/export.js';
import { uploadMethod } from './file-sync/upload.js';
import { type Method, serveMethods, unaryMethod } from './rpc-server.js';
import { secretMethod } from './secrets.js';
import { sshMethods } from './ssh/forward.js';
import type { Trace } from '../trace.js';
import type { SessionTunnel } from './tunnel.js';

/** Paths of the methods that the session serves, to be announced when it is opened. */
export function sessionMethods(options: SessionOptions): readonly string[] {
  return [...openServices(options).methods.keys()];
}

/** Serves a session to the engine at the other end of the stream; `close` cuts off calls that still run. */
export function serveSession(
  tunnel: SessionTunnel,
  options: SessionOptions,
  trace?: Trace,
): { close(): Promise<void> } {
  const services = openServices(options);
  const server = serveMethods(tunnel, services.methods, { sink: tunnel.sink, trace });
  tunnel.once('close', () => void services.close());
  return {
    close: async () => {
      await server.close();
      await services.close();
    },
  };
}

interface Services {
  readonly methods: ReadonlyMap<string, Method>;
  close(): Promise<void>;
}

function openServices(options: SessionOptions): Services {
  const ssh = sshMethods(options);
  const methods = new Map<string, Method>([
    ...contentMethods(options),
    ['/grpc.health.v1.Health/Check', healthMethod],
    ['/moby.filesync.v1.FileSync/DiffCopy', uploadMethod(options)],
    ['/moby.filesync.v1.Auth/Credentials', credentialsMethod(options)],
    ['/moby.buildkit.secrets.v1.Secrets/GetSecret', secretMethod(options)],
  ]);
  if (Object.keys(options.exports).length > 0)
    methods.set('/moby.filesync.v1.FileSend/DiffCopy', exportMethod(options));
  if (options.ssh.length > 0) {
    methods.set('/moby.sshforward.v1.SSH/CheckAgent', ssh.check);
    methods.set('/moby.sshforward.v1.SSH/ForwardAgent', ssh.forward);
  }
  return { methods, close: () => ssh.close() };
}

/** Engines end a session that does not answer for some seconds. */
const healthMethod = unaryMethod(HealthCheckRequest, HealthCheckResponse, () => ({
  status: HealthCheckResponse_ServingStatus.SERVING,
}));
