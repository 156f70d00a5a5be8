import { resolve } from 'node:path';
import type { LaunchArguments } from '../../contract.js';
import { UserError } from '../../debugger/errors.js';
import { parseFlags } from './args.js';
import { readFields } from './fields.js';
import { isRemote } from '../../definitions/remote.js';

/** Checked launch arguments, paths absolute, and notes for the console. */
export interface ParsedLaunch {
  readonly launch: LaunchArguments & { readonly cwd: string };
  /** `cwd` was said; else it is where the client is. */
  readonly cwdIsGiven: boolean;
  readonly notes: readonly string[];
}

/** Named arguments win over flags, or over what a file says; objects are merged name by name. */
export function merge(flags: LaunchArguments, named: LaunchArguments): LaunchArguments {
  const merged: LaunchArguments = { ...flags, ...named };
  return {
    ...merged,
    ...(merged.buildArgs && { buildArgs: { ...flags.buildArgs, ...named.buildArgs } }),
    ...(merged.buildContexts && { buildContexts: { ...flags.buildContexts, ...named.buildContexts } }),
    ...(merged.labels && { labels: { ...flags.labels, ...named.labels } }),
  };
}

/**
 * Launch arguments from what came over the wire: names and types checked, flags of `args` read, relative paths made
 * absolute. Looks at no file.
 */
export function parseLaunch(args: unknown, client: { readonly cwd: string }): ParsedLaunch {
  const { args: words, ...named } = readFields(args);
  const { launch: flags, notes } = parseFlags(words ?? []);
  const launch = merge(flags, named);
  const cwdIsGiven = launch.cwd !== undefined;
  const cwd = resolve(client.cwd, launch.cwd ?? '.');
  if (launch.context === '-' || launch.dockerfile === '-') {
    throw new UserError(
      'stdin-unsupported',
      `The ${launch.context === '-' ? 'build context' : 'Dockerfile'} cannot come from standard input here.`,
      'Standard input belongs to the editor. Write it to a file.',
    );
  }
  const { context, dockerfile, metadataFile, iidFile, trace } = launch;
  const remote = context !== undefined && isRemote(context);
  return {
    launch: {
      ...launch,
      cwd,
      ...(context !== undefined && { context: remote ? context : resolve(cwd, context) }),
      // The Dockerfile of a remote context is inside of it, unless its path is absolute.
      ...(dockerfile !== undefined && { dockerfile: remote ? dockerfile : resolve(cwd, dockerfile) }),
      ...(metadataFile !== undefined && { metadataFile: resolve(cwd, metadataFile) }),
      ...(iidFile !== undefined && { iidFile: resolve(cwd, iidFile) }),
      ...(trace !== undefined && { trace: resolve(cwd, trace) }),
    },
    cwdIsGiven,
    notes,
  };
}
