// Stands in for @grpc/proto-loader in the bundles; see build.mjs.
module.exports = {
  loadSync() {
    throw new Error('proto-loader is not part of this bundle');
  },
};
