// Stands in for @grpc/grpc-js where both sides of a call stream, see build.mjs: its client, which a start does not need.
export { Client } from '@grpc/grpc-js/build/src/client.js';
export { Metadata } from '@grpc/grpc-js/build/src/metadata.js';

/** A client wants credentials, but only hands them to a channel that it makes itself; theirs would load TLS. */
export const credentials = { createInsecure: () => Object.freeze({}) };
