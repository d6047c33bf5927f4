import { existsSync } from 'node:fs';
import { join } from 'node:path';

export interface ProtoOptions {
  /** Path of runtime.proto; found by itself unless given. */
  readonly protoFile?: string | undefined;
}

/**
 * Where runtime.proto is: the option, else `CRI_PROTO`, else `proto/` at the repository's top (run from source) or
 * beside or above the bundle (run from an image).
 * @throws Error that lists the places looked at
 */
export function findProto(options: ProtoOptions = {}): string {
  const named = options.protoFile ?? process.env['CRI_PROTO'];
  if (named !== undefined && named !== '') return named;
  const here = import.meta.dirname;
  const places = ['../../../proto', '../proto', './proto', '..', '.'].map((dir) => join(here, dir, 'runtime.proto'));
  const found = places.find((place) => existsSync(place));
  if (found === undefined) throw new Error(`runtime.proto not found; set CRI_PROTO. Looked at ${places.join(', ')}`);
  return found;
}
