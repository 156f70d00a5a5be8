/** What a build is started with, kept so that it can be started again. */
import type { LaunchArguments } from '../contract.js';

/** Kinds of stops that are switched on as a whole. */
export const stopKinds = ['failed', 'uncached', 'warning'] as const;
export type StopKind = (typeof stopKinds)[number];

export interface Order {
  readonly launch: LaunchArguments;
  /** Absolute; for a URL only a name; '' where a definition says it. */
  readonly dockerfile: string;
}
