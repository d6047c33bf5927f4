import {
  type ControllerRevision,
  type Pod,
  persistentVolumeClaimKind,
  type StatefulSet,
  statefulSetKind,
} from '@coxswain/api';
import { type Controller, done, type ReconcileResult, requeueAfter, source } from '@coxswain/client';
import type { ControllerContext } from '../../controller-context.ts';
import { claimPods } from '../../shared/claim-pods.ts';
import { sameStatus } from '../../shared/compact.ts';
import { byRevision, templateOfRevision } from '../../shared/plan-revisions.ts';
import { podInformer } from '../../shared/pod-index.ts';
import { podOwnerSources } from '../../shared/pod-owner.ts';
import { selectorOf } from '../../shared/selector-of.ts';
import { slowStart } from '../../shared/slow-start.ts';
import { cleanUpRevisions, revisionInformer, syncRevisions } from '../../shared/sync-revisions.ts';
import { type ApplyOptions, applyAction, ownClaims } from './apply-action.ts';
import { ordinalOf, revisionOf } from './identity.ts';
import { planStatefulSet, replicasOf, type StatefulAction } from './plan-stateful-set.ts';
import { statefulSetStatus } from './stateful-set-status.ts';

/** Keeps pods with a name, a place and claims of their own. */
export function createStatefulSetController(context: ControllerContext): Controller {
  const { client, clock } = context;
  const sets = context.informers.for(statefulSetKind);
  const claims = context.informers.for(persistentVolumeClaimKind);
  const revisions = revisionInformer(context.informers);
  const pods = podInformer(context.informers);
  const events = context.eventsOf('statefulset-controller');
  const matches = (set: StatefulSet, pod: Pod) =>
    ordinalOf(set, pod.metadata.name) >= 0 && selectorOf(set.spec.selector).matches(pod.metadata.labels ?? {});

  async function applyAll(set: StatefulSet, actions: readonly StatefulAction[], options: ApplyOptions): Promise<void> {
    const { errors } = await slowStart(actions.length, (i) => applyAction(set, actions[i] as StatefulAction, options));
    if (errors.length > 0) throw errors[0];
  }

  async function keepClaims(set: StatefulSet, owned: readonly Pod[], signal: AbortSignal): Promise<void> {
    if ((set.spec.volumeClaimTemplates ?? []).length === 0) return;
    const { start, wanted, condemned } = replicasOf({ set, pods: owned });
    for (const [i, pod] of wanted.entries())
      await ownClaims(set, start + i, pod, false, { client, claims: claims.lister, signal });
    for (const pod of condemned)
      await ownClaims(set, ordinalOf(set, pod.metadata.name), pod, true, { client, claims: claims.lister, signal });
  }

  async function reconcile(key: string, { signal }: { readonly signal: AbortSignal }): Promise<ReconcileResult> {
    const set = sets.lister.get(key);
    if (!set) return done;
    const owned = await claimPods(set, {
      client,
      kind: statefulSetKind,
      pods,
      signal,
      matches: (pod) => matches(set, pod),
    });
    if (set.metadata.deletionTimestamp !== undefined) return done;
    const resource = client.resource(statefulSetKind);
    const { all, update } = await syncRevisions(set, {
      client,
      kind: statefulSetKind,
      informer: revisions,
      signal,
      async countCollision(owner, collisionCount) {
        const status = { replicas: 0, availableReplicas: 0, ...owner.status, collisionCount };
        await resource.updateStatus({ ...owner, status }, { signal });
      },
    });
    const current = all.find(({ metadata }) => metadata.name === set.status?.currentRevision) ?? update;
    const input = {
      set,
      pods: owned,
      currentRevision: current.metadata.name,
      updateRevision: update.metadata.name,
      now: clock.now(),
    };
    // The status first: what a step fails of, or waits for, must not hide what is there.
    const { status, nextAvailableInMs } = statefulSetStatus(input);
    const written = sameStatus(status, set.status) ? set : await resource.updateStatus({ ...set, status }, { signal });
    await keepClaims(set, owned, signal);
    await applyAll(written, planStatefulSet(input), {
      client,
      events,
      claims: claims.lister,
      signal,
      templateOf: (revision) => templateFor(revision, all) ?? set.spec.template,
    });
    const live = new Set([current.metadata.name, update.metadata.name, ...owned.map(revisionOf)]);
    await cleanUpRevisions(all, live, set.spec.revisionHistoryLimit ?? 10, { client, signal });
    return nextAvailableInMs === undefined ? done : requeueAfter(nextAvailableInMs);
  }

  return {
    name: 'statefulset',
    sources: [
      ...podOwnerSources({ owners: sets, pods, matches }),
      source(claims, (claim, event) =>
        event === 'deleted'
          ? sets.lister
              .byNamespace(claim.metadata.namespace ?? '')
              .filter((set) => isClaimOf(set, claim.metadata.name))
              .map(({ metadata }) => `${metadata.namespace}/${metadata.name}`)
          : [],
      ),
    ],
    reconcile,
  };
}

function isClaimOf(set: StatefulSet, name: string): boolean {
  return (set.spec.volumeClaimTemplates ?? []).some(({ metadata }) =>
    name.startsWith(`${metadata.name}-${set.metadata.name}-`),
  );
}

function templateFor(name: string, revisions: readonly ControllerRevision[]) {
  const revision = [...revisions].sort(byRevision).find(({ metadata }) => metadata.name === name);
  return revision && templateOfRevision(revision);
}
