import { EngineError, UserError } from '../errors.js';
import { WrongProtocolError } from '../http2/client.js';
import { NoEngineError } from './docker.js';
import { systemCode } from '../system-code.js';

/** Where somebody tried to reach an engine. */
interface Tried {
  readonly address: string;
  readonly origin: string;
}

interface Explanation {
  readonly what: string;
  readonly hint: string;
}

const unimplemented = 12;
const unavailable = 14;

/** What went wrong on the way to an engine, in words that say what to do. Errors that do so already stay. */
export function explainFailure(tried: Tried, error: unknown): Error {
  if (error instanceof UserError) return error;
  if (error instanceof EngineError && error.code === unimplemented) {
    const what = `What answers at ${where(tried)} is no BuildKit, or one too old.`;
    return new UserError('engine-too-old', what, 'BuildKit 0.8 or newer is needed.', undefined, { cause: error });
  }
  const { what, hint } = explain(tried, error);
  return new UserError('engine-unreachable', `No BuildKit at ${where(tried)}: ${what}`, hint, undefined, {
    cause: error,
  });
}

function where({ address, origin }: Tried): string {
  return `${address} (${origin})`;
}

function explain({ address }: Tried, error: unknown): Explanation {
  if (error instanceof WrongProtocolError) return error.speaks === 'tls' ? wantsTls : noEngine(error.firstLine);
  if (error instanceof NoEngineError) return error.wantsTls ? wantsTls : noEngine(error.message);
  const message = error instanceof Error ? error.message : String(error);
  const code = systemCode(error);
  if (error instanceof Error && error.name === 'TimeoutError') {
    return { what: 'it does not answer.', hint: 'See whether it hangs, and start it again.' };
  }
  const docker = address.includes('docker');
  switch (code) {
    case 'EACCES':
    case 'EPERM':
      return {
        what: 'you may not open this socket.',
        hint: docker
          ? 'Add yourself to the group "docker" (sudo usermod -aG docker $USER) and log in again.'
          : 'Start buildkitd with --group and a group of yours, or run it rootless.',
      };
    case 'ENOENT':
      return {
        what: 'there is no such socket.',
        hint: docker ? 'Start Docker, or set "builder".' : 'Start buildkitd, or set "builder" to another engine.',
      };
    case 'ECONNREFUSED':
      return { what: 'nothing listens there.', hint: 'Start the engine, or set "builder" to another one.' };
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return { what: 'this host is not known.', hint: 'Check the name in the address.' };
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
    case 'ETIMEDOUT':
      return { what: 'this host cannot be reached.', hint: 'Check the address and the network.' };
    default:
      return explainTls(code, message) ?? explainSilence(address, error) ?? { what: message, hint: checkWhat };
  }
}

const checkWhat = 'Check that BuildKit or Docker listens there.';

const wantsTls: Explanation = {
  what: 'it wants TLS.',
  hint: 'Give the certificates: set BUILDKIT_TLS_DIR to a folder with ca.pem, cert.pem and key.pem, or use a buildx builder that has them.',
};

/** Some servers close a connection on which they hear no TLS without a word. */
function explainSilence(address: string, error: unknown): Explanation | undefined {
  if (!address.startsWith('tcp:') || !(error instanceof EngineError) || error.code !== unavailable) return undefined;
  const hint = `${checkWhat} If it wants TLS: ${wantsTls.hint.charAt(0).toLowerCase()}${wantsTls.hint.slice(1)}`;
  return { what: 'it closed the connection without an answer.', hint };
}

function noEngine(answer: string): Explanation {
  return { what: `something else answers there (${answer}).`, hint: 'Check the address and the port.' };
}

function explainTls(code: string, message: string): Explanation | undefined {
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') {
    return { what: message, hint: 'Give the name that stands in the certificate (BUILDKIT_TLS_SERVERNAME).' };
  }
  if (/CERT_HAS_EXPIRED/.test(code)) return { what: 'its certificate has expired.', hint: 'Renew the certificate.' };
  if (/SELF_SIGNED|UNABLE_TO_VERIFY|UNABLE_TO_GET_ISSUER/.test(code)) {
    return {
      what: 'its certificate is not from an authority that you trust.',
      hint: 'Give the ca.pem it was made with.',
    };
  }
  if (/ALERT_(?:CERTIFICATE_REQUIRED|BAD_CERTIFICATE|HANDSHAKE_FAILURE|UNKNOWN_CA)/.test(code)) {
    return {
      what: 'it did not accept our certificate.',
      hint: 'Give a cert.pem and key.pem that its authority signed.',
    };
  }
  if (/WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|ERR_SSL|EPROTO/.test(code + message)) {
    return { what: `TLS failed (${message}).`, hint: 'It may not use TLS: leave the certificates out.' };
  }
  return undefined;
}
