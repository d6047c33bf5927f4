import { createHash } from 'node:crypto';
import { MIRROR_POD_ANNOTATION, type Pod } from '@coxswain/api';

export const CONFIG_SOURCE_ANNOTATION = 'kubernetes.io/config.source';
export const CONFIG_HASH_ANNOTATION = 'kubernetes.io/config.hash';
const CONFIG_SEEN = 'kubernetes.io/config.seen';
/** Priorities from here on are the system's. */
const SYSTEM_CRITICAL = 2_000_000_000;

/** A pod of a file or URL, not of the API. */
export function isStaticPod(pod: Pod): boolean {
  const source = pod.metadata.annotations?.[CONFIG_SOURCE_ANNOTATION];
  return source !== undefined && source !== 'api';
}

/** A pod of the API as such, whatever its annotations claim. */
export function asApiPod(pod: Pod): Pod {
  if (!isStaticPod(pod)) return pod;
  const { metadata } = pod;
  return {
    ...pod,
    metadata: { ...metadata, annotations: { ...metadata.annotations, [CONFIG_SOURCE_ANNOTATION]: 'api' } },
  };
}

/** What shows a static pod in the API; never run. */
export function isMirrorPod(pod: Pod): boolean {
  return pod.metadata.annotations?.[MIRROR_POD_ANNOTATION] !== undefined;
}

/** A pod that the node keeps whatever happens: static, or of the system's priority. */
export function isCriticalPod(pod: Pod): boolean {
  return isStaticPod(pod) || isMirrorPod(pod) || (pod.spec.priority ?? 0) >= SYSTEM_CRITICAL;
}

export interface StaticPodOptions {
  readonly nodeName: string;
  /** Where it comes from; the same file on the same node is the same pod. */
  readonly origin: string;
  readonly source: 'file' | 'http';
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/**
 * A manifest's pod as it runs on this node: bound, named after the node, with a uid that follows from what it says, so
 * that a changed manifest is another pod. Defaults are the caller's.
 */
export function toStaticPod(manifest: Pod, { nodeName, origin, source, now }: StaticPodOptions): Pod {
  const { metadata, spec } = manifest;
  const hash = createHash('md5').update(`host:${nodeName}`).update(`${source}:${origin}`);
  const uid = metadata.uid || hash.update(JSON.stringify(manifest)).digest('hex');
  return {
    ...manifest,
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      ...metadata,
      name: `${metadata.name}-${nodeName}`.toLowerCase(),
      namespace: metadata.namespace || 'default',
      uid,
      annotations: {
        ...metadata.annotations,
        [CONFIG_SOURCE_ANNOTATION]: source,
        [CONFIG_HASH_ANNOTATION]: uid,
        [CONFIG_SEEN]: new Date(now).toISOString(),
      },
    },
    spec: {
      ...spec,
      nodeName,
      // No taint moves it: it is bound to the node itself.
      tolerations: [...(spec.tolerations ?? []), { operator: 'Exists', effect: 'NoExecute' }],
    },
    status: { phase: 'Pending' },
  };
}

/** The object that shows a static pod in the API, owned by the Node so that it goes with it. */
export function toMirrorPod(pod: Pod, node: { readonly name: string; readonly uid: string | undefined }): Pod {
  const { uid: _, resourceVersion: __, ...metadata } = pod.metadata;
  const { status: ___, ...rest } = pod;
  return {
    ...rest,
    metadata: {
      ...metadata,
      annotations: {
        ...metadata.annotations,
        [MIRROR_POD_ANNOTATION]: pod.metadata.annotations?.[CONFIG_HASH_ANNOTATION] ?? '',
      },
      ...(node.uid
        ? { ownerReferences: [{ apiVersion: 'v1', kind: 'Node', name: node.name, uid: node.uid, controller: true }] }
        : {}),
    },
  };
}
