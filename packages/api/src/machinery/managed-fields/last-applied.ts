import type { Struct } from '../../schema/struct.ts';
import { canonicalJson, isObject } from '../json.ts';
import { compareObjects } from './compare-objects.ts';
import { configFields } from './config-fields.ts';
import { type FieldSet, LEAF, subtractSet } from './field-set.ts';
import { rootShape } from './shape.ts';

/** The annotation of client-side apply. */
export const LAST_APPLIED_ANNOTATION = 'kubectl.kubernetes.io/last-applied-configuration';
/** The only manager that may take over from client-side apply. */
export const KUBECTL = 'kubectl';
const MAX_ANNOTATIONS_BYTES = 256 * 1024;

interface Annotated {
  readonly metadata?: { readonly annotations?: Readonly<Record<string, string>> | undefined } | undefined;
}

/**
 * What client-side apply had set and is still so: kubectl's server-side apply may take these fields without force.
 * `decode` reads JSON as an object of the kind, and throws where it is none.
 */
export function lastAppliedFields(struct: Struct, live: Annotated, decode: (json: unknown) => object): FieldSet {
  const text = live.metadata?.annotations?.[LAST_APPLIED_ANNOTATION];
  if (text === undefined) return LEAF;
  try {
    const config: unknown = JSON.parse(text);
    if (!isObject(config)) return LEAF;
    const fields = configFields(rootShape(struct), config);
    const difference = compareObjects(struct, live, decode(config));
    const changed = difference?.taken ? subtractSet(fields, difference.taken) : fields;
    return difference?.removed ? subtractSet(changed, difference.removed) : changed;
  } catch {
    return LEAF;
  }
}

/** The annotation's text for a configuration; empty when it would not fit. */
export function lastAppliedText(config: Readonly<Record<string, unknown>>): string {
  const metadata = isObject(config['metadata']) ? config['metadata'] : {};
  const { [LAST_APPLIED_ANNOTATION]: _, ...annotations } = isObject(metadata['annotations'])
    ? metadata['annotations']
    : {};
  const text = `${canonicalJson({ ...config, metadata: { ...metadata, annotations } })}\n`;
  return text.length > MAX_ANNOTATIONS_BYTES ? '' : text;
}
