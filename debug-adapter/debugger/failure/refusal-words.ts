/** Why an engine does not take a build. Loaded when one does not. */
import type { Engine } from '../../buildkit/api.js';
import type { Dockerfile } from '../../dockerfile/model.js';
import type { BuildSettings } from '../api.js';
import type { Taken } from '../sources/edits.js';
import { entitlementWords } from './entitlement-words.js';
import { type EngineError, UserError } from '../errors.js';
import { refusedIgnoreFile } from '../sources/ignore-file.js';
import { refusedDockerfile } from './refused.js';
import { remoteWords } from './remote-words.js';
import { unknownThere } from './unknown-there.js';

interface Asked {
  readonly engine: Engine;
  readonly settings: BuildSettings;
  readonly dockerfile: Dockerfile;
  readonly taken: Taken;
}

/** The engine's error in words, with its place where it has one. */
export function refusalWords(error: EngineError, { engine, settings, dockerfile, taken: { ignore } }: Asked): Error {
  const ignored = typeof ignore === 'object' ? refusedIgnoreFile(error.message, ignore) : undefined;
  const words = entitlementWords(error.message, engine.endpoint.address) ?? remoteWords(error.message, settings);
  const worded = words && new UserError(words.code, words.what, words.hint, undefined, { cause: error });
  return ignored ?? unknownThere(error, engine) ?? worded ?? refusedDockerfile(error, settings, dockerfile);
}
