import { apiReference, applyDefaults, type Pod, parseYamlDocuments, podKind, validateObject } from '@coxswain/api';
import { type StaticPodOptions, toStaticPod } from './static-pod.ts';

/**
 * The pods of a manifest in YAML or JSON: Pods, or PodLists of them, with the API's defaults.
 * @throws Error for what isn't a valid pod, and for an empty text, which may be a file that is just being written
 */
export function readManifest(text: string, options: StaticPodOptions): Pod[] {
  const documents = parseYamlDocuments(text).filter((document) => document !== null && document !== undefined);
  if (documents.length === 0) throw new Error('zero-length data');
  return documents.flatMap((document) => podsOf(document)).map((manifest) => finish(manifest, options));
}

function podsOf(document: unknown): Pod[] {
  const object = document as { kind?: unknown; apiVersion?: unknown; items?: unknown };
  if (typeof object !== 'object' || object.apiVersion !== 'v1') throw new Error('not an object of apiVersion v1');
  if (object.kind === 'Pod') return [object as unknown as Pod];
  if ((object.kind === 'PodList' || object.kind === 'List') && Array.isArray(object.items))
    return object.items.flatMap((item) => podsOf({ apiVersion: 'v1', kind: 'Pod', ...item }));
  throw new Error(`not a pod but ${JSON.stringify(object.kind)}`);
}

function finish(manifest: Pod, options: StaticPodOptions): Pod {
  if (!manifest.metadata?.name) throw new Error('metadata.name is missing');
  if (!Array.isArray(manifest.spec?.containers)) throw new Error('spec.containers is missing');
  const pod = structuredClone(toStaticPod(manifest, options));
  applyDefaults(podKind, pod);
  const errors = validateObject(podKind, pod);
  if (errors.length > 0) throw new Error(`invalid pod: ${errors.map(String).join('; ')}`);
  const needed = apiReference(pod);
  if (needed !== undefined) throw new Error(`static pods may not reference ${needed}`);
  return pod;
}
