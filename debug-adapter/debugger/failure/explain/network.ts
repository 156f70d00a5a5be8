import type { Rule } from './rule.js';

/** Names, proxies, certificates, registries. */
export const networkRules: readonly Rule[] = [
  {
    text: /toomanyrequests|429 too many requests|pull rate limit/i,
    hint: 'The registry limits how much may be pulled. Log in (docker login), wait, or use a mirror.',
  },
  {
    text: /pull access denied|insufficient_scope|401 unauthorized|403 forbidden.*(?:manifest|blobs)/i,
    hint: 'The registry refuses. Check the name of the image, and log in with docker login; the build uses those credentials.',
  },
  {
    text: /manifest (?:for \S+ )?(?:not found|unknown)|no match for platform in manifest/i,
    hint: 'The registry has no such tag, or not for this platform. Check the spelling and the "platforms" of the build.',
  },
  {
    text: /proxyconnect|proxy connect aborted|could not resolve proxy|407 proxy authentication|could not connect to proxy/i,
    hint: 'The proxy does not let the step through. Check HTTP_PROXY, HTTPS_PROXY and NO_PROXY (build arguments of the same names are handed to the step).',
  },
  {
    text: /temporary failure (?:in name resolution|resolving)|could not resolve host|bad address|EAI_AGAIN|ENOTFOUND|no such host|name or service not known/i,
    hint: "The step could not resolve a host name. Check the engine's DNS and proxy; try the same command in the shell.",
  },
  {
    text: /certificate (?:verify failed|is not trusted|has expired|signed by unknown)|self[- ]signed certificate|unable to get local issuer|x509:|SSL_ERROR|server certificate verification failed/i,
    hint: "A TLS certificate is not trusted in the image. Add your organisation's CA (and the package ca-certificates), or mount it as a secret.",
  },
  {
    command: /^ADD\b/i,
    text: /invalid response status (\d+)/i,
    hint: 'The server answered $1. Check the address; what wants a login is fetched by a RUN that has the token as a secret.',
  },
  {
    command: /^ADD\b/i,
    text: /connection (?:refused|timed out|reset by peer)|network is unreachable|i\/o timeout/i,
    hint: 'The server could not be reached. The engine fetches what ADD names by itself, with the network and the proxy of its own machine. :retry tries again.',
  },
  {
    text: /connection (?:refused|timed out|reset by peer)|network is unreachable|i\/o timeout|ETIMEDOUT|ECONNREFUSED/i,
    hint: 'A server could not be reached from the step. Check network and proxy; "network": "host" lets the step see what this machine sees. :retry runs it again.',
  },
  {
    text: /repository does not contain ref ([^\s,]+)/,
    hint: 'The repository has no branch, tag or commit "$1". Check what stands behind the "#" of its URL; git ls-remote lists what there is.',
  },
  {
    text: /Permission denied \(publickey|Host key verification failed|Could not read from remote repository/i,
    hint: 'Git over ssh needs a key and known hosts: --mount=type=ssh in the RUN, "ssh": ["default"] in the launch, and ssh-keyscan HOST >> ~/.ssh/known_hosts before.',
  },
];
