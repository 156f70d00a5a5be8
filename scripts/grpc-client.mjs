// Stands in for @grpc/grpc-js in the bundles, see build.mjs: what a client on a channel of its own consists of. The
// library's own index loads its server, resolvers, load balancers and channelz as well. An import of anything that is not
// named here fails the build.
export { Client } from '@grpc/grpc-js/build/src/client.js';
export { ConnectivityState as connectivityState } from '@grpc/grpc-js/build/src/connectivity-state.js';
export { Status as status } from '@grpc/grpc-js/build/src/constants.js';
export { Metadata } from '@grpc/grpc-js/build/src/metadata.js';

/** A client wants credentials, but only hands them to a channel that it makes itself; theirs would load TLS. */
export const credentials = { createInsecure: () => Object.freeze({}) };
