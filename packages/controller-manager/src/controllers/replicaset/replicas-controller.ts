import { controllerOf, controllerRef, type Kind, objectKey, type Pod, type Selector } from '@coxswain/api';
import { type Controller, done, type ReconcileResult, requeueAfter } from '@coxswain/client';
import type { ControllerContext } from '../../controller-context.ts';
import { claimPods } from '../../shared/claim-pods.ts';
import { sameStatus } from '../../shared/compact.ts';
import { Expectations } from '../../shared/expectations.ts';
import { createPods, deletePods, type ManageFailure, uidsOf } from '../../shared/manage-pods.ts';
import { podFromTemplate } from '../../shared/pod-from-template.ts';
import { podInformer, podsOfController } from '../../shared/pod-index.ts';
import { podOwnerSources } from '../../shared/pod-owner.ts';
import { planReplicas } from './plan-replicas.ts';
import { replicaSetStatus } from './replica-set-status.ts';
import type { Replicated } from './replicated.ts';

export interface ReplicasOptions<T extends Replicated> {
  readonly kind: Kind<T>;
  /** The controller's name in metrics. */
  readonly name: string;
  /** The source of its events. */
  readonly component: string;
  selectorOf(object: T): Selector;
  /** Leaves out what this kind's status doesn't have. */
  readonly hasTerminatingReplicas: boolean;
}

/** Keeps as many pods of a template as an object says. */
export function createReplicasController<T extends Replicated>(
  context: ControllerContext,
  { kind, name, component, selectorOf, hasTerminatingReplicas }: ReplicasOptions<T>,
): Controller {
  const { client, clock } = context;
  const owners = context.informers.for(kind);
  const pods = podInformer(context.informers);
  const events = context.eventsOf(component);
  const expectations = new Expectations(clock);
  const matches = (owner: T, pod: Pod) => selectorOf(owner).matches(pod.metadata.labels ?? {});

  function relatedPods(owner: T): Pod[] {
    const uid = controllerOf(owner)?.uid;
    const siblings = uid
      ? owners.lister.byNamespace(owner.metadata.namespace ?? '').filter((other) => controllerOf(other)?.uid === uid)
      : [owner];
    return siblings.flatMap(({ metadata }) => podsOfController(pods, metadata.uid ?? ''));
  }

  async function manage(
    key: string,
    owner: T,
    owned: readonly Pod[],
    signal: AbortSignal,
  ): Promise<ManageFailure | undefined> {
    const options = { client, events, expectations, key, signal };
    const plan = planReplicas({ replicaSet: owner, pods: owned, related: relatedPods(owner), now: clock.now() });
    switch (plan.kind) {
      case 'none':
        return undefined;
      case 'create': {
        const { template } = owner.spec;
        if (!template) return undefined;
        const pod = podFromTemplate(owner, template, controllerRef(owner, kind));
        expectations.expect(key, { creations: plan.count });
        return createPods(
          owner,
          Array.from({ length: plan.count }, () => pod),
          options,
        );
      }
      case 'delete':
        expectations.expect(key, { deletions: uidsOf(plan.pods) });
        return deletePods(owner, plan.pods, options);
      default:
        return plan satisfies never;
    }
  }

  async function reconcile(key: string, { signal }: { readonly signal: AbortSignal }): Promise<ReconcileResult> {
    const owner = owners.lister.get(key);
    if (!owner) {
      expectations.forget(key);
      return done;
    }
    const trusted = expectations.satisfied(key);
    const owned = await claimPods(owner, { client, kind, pods, signal, matches: (pod) => matches(owner, pod) });
    const failure = trusted ? await manage(key, owner, owned, signal) : undefined;
    const kept = owned
      .filter(({ metadata }) => !expectations.expectsDeletion(key, metadata.uid ?? ''))
      .flatMap((pod) => pods.lister.get(objectKey(pod)) ?? []);
    const { status: full, nextAvailableInMs } = replicaSetStatus(owner, kept, failure, clock.now());
    const { terminatingReplicas, ...rest } = full;
    const status = hasTerminatingReplicas ? { ...rest, terminatingReplicas } : rest;
    if (!sameStatus(status, owner.status)) await client.resource(kind).updateStatus({ ...owner, status }, { signal });
    if (failure) throw failure.error;
    return nextAvailableInMs === undefined ? done : requeueAfter(nextAvailableInMs);
  }

  return { name, sources: podOwnerSources({ owners, pods, matches, expectations }), reconcile };
}
