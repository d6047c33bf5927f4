import { controllerRef, type Kind, type KubeObject, type Pod, podKind } from '@coxswain/api';
import type { ApiClient, Informer } from '@coxswain/client';
import { applyClaims } from './apply-claims.ts';
import { planClaims } from './plan-claims.ts';
import { orphanPods, podsOfController } from './pod-index.ts';

export interface ClaimPodsOptions<T extends KubeObject> {
  readonly client: ApiClient;
  readonly kind: Kind<T>;
  readonly pods: Informer<Pod>;
  readonly signal: AbortSignal;
  matches(pod: Pod): boolean;
}

/** Adopts and releases pods; resolves with those that `owner` controls afterwards. */
export async function claimPods<T extends KubeObject>(owner: T, options: ClaimPodsOptions<T>): Promise<Pod[]> {
  const { client, kind, pods, signal, matches } = options;
  const { name, namespace = '', uid = '' } = owner.metadata;
  const objects = [...podsOfController(pods, uid), ...orphanPods(pods, namespace)];
  return applyClaims(planClaims({ owner, objects, matches }), {
    client: client.resource(podKind),
    reference: controllerRef(owner, kind),
    liveOwner: () => client.resource(kind).get(name, { namespace, signal }),
    signal,
  });
}
