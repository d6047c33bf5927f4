import { labelSelectorAsSelector, type Pod, podKind, type ReplicaSet, replicaSetKind } from '@coxswain/api';
import { type Controller, done, keyOf, type ReconcileResult, requeueAfter, source } from '@coxswain/client';
import type { ControllerContext } from '../../controller-context.ts';
import { applyClaims } from '../../shared/apply-claims.ts';
import { sameStatus } from '../../shared/compact.ts';
import { controllerOf, controllerRefTo } from '../../shared/controller-ref.ts';
import { Expectations } from '../../shared/expectations.ts';
import { planClaims } from '../../shared/plan-claims.ts';
import { orphanPods, podInformer, podsOfController } from '../../shared/pod-index.ts';
import { createPods, deletePods, type ManageFailure } from './manage-pods.ts';
import { planReplicas } from './plan-replicas.ts';
import { replicaSetStatus } from './replica-set-status.ts';

/** Keeps as many pods of a template as a ReplicaSet says. */
export function createReplicaSetController(context: ControllerContext): Controller {
  const { client, clock } = context;
  const replicaSets = context.informers.for(replicaSetKind);
  const pods = podInformer(context.informers);
  const events = context.eventsOf('replicaset-controller');
  const expectations = new Expectations(clock);

  function ownerOf(pod: Pod): ReplicaSet | undefined {
    const reference = controllerOf(pod);
    if (reference?.kind !== 'ReplicaSet') return undefined;
    const owner = replicaSets.lister.get(`${pod.metadata.namespace}/${reference.name}`);
    return owner?.metadata.uid === reference.uid ? owner : undefined;
  }

  function keysOfPod(pod: Pod): string[] {
    if (controllerOf(pod)) {
      const owner = ownerOf(pod);
      return owner ? [keyOf(owner)] : [];
    }
    const labels = pod.metadata.labels ?? {};
    return replicaSets.lister
      .byNamespace(pod.metadata.namespace ?? '')
      .filter(({ spec }) => labelSelectorAsSelector(spec.selector).matches(labels))
      .map(keyOf);
  }

  function deletionSeen(pod: Pod): void {
    const owner = ownerOf(pod);
    if (owner) expectations.deletionObserved(keyOf(owner), pod.metadata.uid ?? '');
  }

  pods.addHandler({
    added(pod) {
      const owner = ownerOf(pod);
      if (pod.metadata.deletionTimestamp !== undefined) deletionSeen(pod);
      else if (owner) expectations.creationObserved(keyOf(owner));
    },
    updated(pod) {
      if (pod.metadata.deletionTimestamp !== undefined) deletionSeen(pod);
    },
    deleted: deletionSeen,
  });
  replicaSets.addHandler({ deleted: (replicaSet) => expectations.forget(keyOf(replicaSet)) });

  async function claimPods(replicaSet: ReplicaSet, signal: AbortSignal): Promise<Pod[]> {
    const { name, namespace = '', uid = '' } = replicaSet.metadata;
    const selector = labelSelectorAsSelector(replicaSet.spec.selector);
    const claims = planClaims({
      owner: replicaSet,
      objects: [...podsOfController(pods, uid), ...orphanPods(pods, namespace)],
      matches: (pod) => selector.matches(pod.metadata.labels ?? {}),
    });
    return applyClaims(claims, {
      client: client.resource(podKind),
      reference: controllerRefTo(replicaSet, replicaSetKind),
      liveOwner: () => client.resource(replicaSetKind).get(name, { namespace, signal }),
      signal,
    });
  }

  function relatedPods(replicaSet: ReplicaSet): Pod[] {
    const uid = controllerOf(replicaSet)?.uid;
    const siblings = uid
      ? replicaSets.lister
          .byNamespace(replicaSet.metadata.namespace ?? '')
          .filter((other) => controllerOf(other)?.uid === uid)
      : [replicaSet];
    return siblings.flatMap(({ metadata }) => podsOfController(pods, metadata.uid ?? ''));
  }

  async function manage(
    key: string,
    replicaSet: ReplicaSet,
    owned: readonly Pod[],
    signal: AbortSignal,
  ): Promise<ManageFailure | undefined> {
    const options = { client, events, expectations, key, signal };
    const plan = planReplicas({ replicaSet, pods: owned, related: relatedPods(replicaSet), now: clock.now() });
    switch (plan.kind) {
      case 'none':
        return undefined;
      case 'create':
        return createPods(replicaSet, plan.count, options);
      case 'delete':
        return deletePods(replicaSet, plan.pods, options);
      default:
        return plan satisfies never;
    }
  }

  async function reconcile(key: string, { signal }: { readonly signal: AbortSignal }): Promise<ReconcileResult> {
    const replicaSet = replicaSets.lister.get(key);
    if (!replicaSet) {
      expectations.forget(key);
      return done;
    }
    const trusted = expectations.satisfied(key);
    const owned = await claimPods(replicaSet, signal);
    const failure = trusted ? await manage(key, replicaSet, owned, signal) : undefined;
    const { status, nextAvailableInMs } = replicaSetStatus(replicaSet, owned, failure, clock.now());
    if (!sameStatus(status, replicaSet.status))
      await client.resource(replicaSetKind).updateStatus({ ...replicaSet, status }, { signal });
    if (failure) throw failure.error;
    return nextAvailableInMs === undefined ? done : requeueAfter(nextAvailableInMs);
  }

  return {
    name: 'replicaset',
    sources: [
      source(replicaSets, (replicaSet) => [keyOf(replicaSet)]),
      source(pods, (pod, event, old) =>
        event === 'updated' && old && controllerOf(old)?.uid !== controllerOf(pod)?.uid
          ? [...keysOfPod(pod), ...keysOfPod(old)]
          : keysOfPod(pod),
      ),
    ],
    reconcile,
  };
}
