// Stands in for @grpc/grpc-js in the bundles, see build.mjs: what calls on a channel of our own consist of. The library's
// own index loads its server, resolvers, load balancers and channelz as well. An import of anything that is not named here
// fails the build.
export { ConnectivityState as connectivityState } from '@grpc/grpc-js/build/src/connectivity-state.js';
export { Status as status } from '@grpc/grpc-js/build/src/constants.js';
export { Metadata } from '@grpc/grpc-js/build/src/metadata.js';
