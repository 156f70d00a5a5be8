/** What a session does when the engine calls. Loaded late: nothing calls before a build has begun. */
import type { SessionOptions } from '../api.js';
import { HealthCheckRequest, HealthCheckResponse, HealthCheckResponse_ServingStatus } from '../gen/health.js';
import { contentMethods } from './content/methods.js';
import { credentialsMethod } from './credentials.js';
import { exportMethod } from './file-sync/export.js';
import { uploadMethod } from './file-sync/upload.js';
import { type Method, unaryMethod } from './rpc-server.js';
import { secretMethod } from './secrets.js';
import { sshMethods } from './ssh/forward.js';

/** Methods by their path, those that `method-paths.ts` announces among them, and what has to be ended with the session. */
export interface Services {
  readonly methods: ReadonlyMap<string, Method>;
  close(): Promise<void>;
}

/** Opens nothing before the first call. */
export function openServices(options: SessionOptions): Services {
  const ssh = sshMethods(options);
  const methods = new Map<string, Method>([
    ...contentMethods(options),
    ['/grpc.health.v1.Health/Check', healthMethod],
    ['/moby.filesync.v1.FileSync/DiffCopy', uploadMethod(options)],
    ['/moby.filesync.v1.FileSend/DiffCopy', exportMethod(options)],
    ['/moby.filesync.v1.Auth/Credentials', credentialsMethod(options)],
    ['/moby.buildkit.secrets.v1.Secrets/GetSecret', secretMethod(options)],
    ['/moby.sshforward.v1.SSH/CheckAgent', ssh.check],
    ['/moby.sshforward.v1.SSH/ForwardAgent', ssh.forward],
  ]);
  return { methods, close: () => ssh.close() };
}

/** Engines end a session that does not answer for some seconds. */
const healthMethod = unaryMethod(HealthCheckRequest, HealthCheckResponse, () => ({
  status: HealthCheckResponse_ServingStatus.SERVING,
}));
