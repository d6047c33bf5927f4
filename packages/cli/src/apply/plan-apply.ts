import {
  allKinds,
  createThreeWayJsonMergePatch,
  createThreeWayMergePatch,
  type JsonObject,
  type PatchSchema,
  patchSchemaOf,
} from '@coxswain/api';
import type { ManifestObject } from '../files/read-manifests.ts';
import { objectJson } from '../output/object-json.ts';

/** kubectl's annotation with what was applied last; either program can go on where the other stopped. */
export const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

export type ApplyPlan =
  | { readonly kind: 'create'; readonly object: JsonObject }
  | { readonly kind: 'unchanged' }
  | {
      readonly kind: 'patch';
      readonly type: 'strategic' | 'merge';
      readonly patch: JsonObject;
      /** The object was made in another way than by apply, so nothing is removed from it. */
      readonly neverApplied: boolean;
    };

/**
 * Client-side apply: a three-way merge of what was applied last, the manifest and the live object. Built-in kinds get a
 * strategic merge patch, others a JSON merge patch.
 */
export function planApply(manifest: ManifestObject, live: JsonObject | undefined): ApplyPlan {
  const modified = withLastApplied(manifest);
  if (live === undefined) return { kind: 'create', object: modified };
  const schema = schemaOf(manifest);
  const lastApplied = (live['metadata'] as { annotations?: Record<string, string> }).annotations?.[LAST_APPLIED];
  const original = lastApplied === undefined ? {} : (JSON.parse(lastApplied) as JsonObject);
  const patch = schema
    ? createThreeWayMergePatch(original, modified, live, schema)
    : createThreeWayJsonMergePatch(original, modified, live);
  if (Object.keys(patch).length === 0) return { kind: 'unchanged' };
  return { kind: 'patch', type: schema ? 'strategic' : 'merge', patch, neverApplied: lastApplied === undefined };
}

/** The manifest with the annotation that holds it. */
function withLastApplied(manifest: ManifestObject): JsonObject {
  const { [LAST_APPLIED]: _, ...annotations } = manifest.metadata.annotations ?? {};
  const plain = { ...manifest, metadata: { ...manifest.metadata, annotations } };
  const text = `${objectJson(plain, '')}\n`;
  const metadata = { ...plain.metadata, annotations: { ...annotations, [LAST_APPLIED]: text } };
  return { ...plain, metadata } as unknown as JsonObject;
}

function schemaOf({ apiVersion, kind }: ManifestObject): PatchSchema | undefined {
  const known = allKinds.find((candidate) => candidate.kind === kind && candidate.apiVersion === apiVersion);
  return known && patchSchemaOf(known);
}
