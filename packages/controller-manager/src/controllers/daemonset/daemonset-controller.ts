import {
  type ControllerRevision,
  type DaemonSet,
  daemonSetKind,
  type Node,
  nodeKind,
  objectKey,
  type Pod,
} from '@coxswain/api';
import { type Controller, done, type ReconcileResult, requeueAfter, source } from '@coxswain/client';
import type { ControllerContext } from '../../controller-context.ts';
import { claimPods } from '../../shared/claim-pods.ts';
import { sameStatus } from '../../shared/compact.ts';
import { Expectations } from '../../shared/expectations.ts';
import { createPods, deletePods, type ManageFailure, uidsOf } from '../../shared/manage-pods.ts';
import { podInformer } from '../../shared/pod-index.ts';
import { podOwnerSources } from '../../shared/pod-owner.ts';
import { selectorOf } from '../../shared/selector-of.ts';
import { cleanUpRevisions, REVISION_HASH, revisionInformer, syncRevisions } from '../../shared/sync-revisions.ts';
import { daemonPod } from './daemon-pod.ts';
import { daemonSetStatus } from './daemon-set-status.ts';
import { EndedPodBackoff } from './ended-pod-backoff.ts';
import { fitsNode } from './fits-node.ts';
import { planDaemonPods } from './plan-daemon-pods.ts';
import { planDaemonUpdate } from './plan-daemon-update.ts';

/** At most this many creations, and as many deletions, in one pass. */
const BURST_REPLICAS = 250;

interface Managed {
  readonly failure?: ManageFailure | undefined;
  /** Milliseconds until an ended pod may be replaced. */
  readonly retryInMs?: number | undefined;
}

/** Keeps one pod of a DaemonSet on each node that fits it. */
export function createDaemonSetController(context: ControllerContext): Controller {
  const { client, clock } = context;
  const daemonSets = context.informers.for(daemonSetKind);
  const nodes = context.informers.for(nodeKind);
  const revisions = revisionInformer(context.informers);
  const pods = podInformer(context.informers);
  const events = context.eventsOf('daemonset-controller');
  const expectations = new Expectations(clock);
  const backoff = new EndedPodBackoff(clock);
  const matches = (daemonSet: DaemonSet, pod: Pod) =>
    selectorOf(daemonSet.spec.selector).matches(pod.metadata.labels ?? {});

  async function manage(
    daemonSet: DaemonSet,
    owned: readonly Pod[],
    hash: string,
    key: string,
    signal: AbortSignal,
  ): Promise<Managed> {
    const input = { daemonSet, nodes: nodes.lister.list(), pods: owned, hash, now: clock.now() };
    const plan = planDaemonPods(input);
    const due = plan.ended.filter(({ node }) => backoff.allows(key, node));
    for (const { pod, node } of due) {
      const name = `${pod.metadata.namespace}/${pod.metadata.name}`;
      if (pod.status?.phase === 'Failed') {
        const message = `Found failed daemon pod ${name} on node ${node}, will try to kill it`;
        events.event(daemonSet, 'Warning', 'FailedDaemonPod', message);
      } else {
        const message = `Found succeeded daemon pod ${name} on node ${node}, will try to delete it`;
        events.event(daemonSet, 'Normal', 'SucceededDaemonPod', message);
      }
    }
    const remove = [...plan.remove, ...due.map(({ pod }) => pod)];
    const idle = plan.create.length === 0 && remove.length === 0;
    const step = idle ? planDaemonUpdate(input) : { create: plan.create, remove };
    const create = step.create.slice(0, BURST_REPLICAS).map((node) => daemonPod(daemonSet, node, hash));
    const victims = step.remove.slice(0, BURST_REPLICAS);
    const retryInMs = due.length < plan.ended.length ? backoff.waitMs(key) : undefined;
    if (create.length === 0 && victims.length === 0) return { retryInMs };
    expectations.expect(key, { creations: create.length, deletions: uidsOf(victims) });
    const options = { client, events, expectations, key, signal };
    const failures = [await createPods(daemonSet, create, options), await deletePods(daemonSet, victims, options)];
    return { failure: failures.find((failure) => failure !== undefined), retryInMs };
  }

  async function cleanUp(
    daemonSet: DaemonSet,
    all: readonly ControllerRevision[],
    owned: readonly Pod[],
    current: string,
    signal: AbortSignal,
  ): Promise<void> {
    const { name } = daemonSet.metadata;
    const live = new Set([current, ...owned.map(({ metadata }) => `${name}-${metadata.labels?.[REVISION_HASH]}`)]);
    await cleanUpRevisions(all, live, daemonSet.spec.revisionHistoryLimit ?? 10, { client, signal });
  }

  async function reconcile(key: string, { signal }: { readonly signal: AbortSignal }): Promise<ReconcileResult> {
    const daemonSet = daemonSets.lister.get(key);
    if (!daemonSet) {
      expectations.forget(key);
      backoff.forget(key);
      return done;
    }
    if (selectorOf(daemonSet.spec.selector).isEmpty()) {
      events.event(
        daemonSet,
        'Warning',
        'SelectingAll',
        'This daemon set is selecting all pods. A non-empty selector is required.',
      );
      return done;
    }
    if (daemonSet.metadata.deletionTimestamp !== undefined) return done;
    const resource = client.resource(daemonSetKind);
    const { all, update } = await syncRevisions(daemonSet, {
      client,
      kind: daemonSetKind,
      informer: revisions,
      signal,
      async countCollision(owner, collisionCount) {
        const none = { currentNumberScheduled: 0, desiredNumberScheduled: 0, numberMisscheduled: 0, numberReady: 0 };
        const status = { ...none, ...owner.status, collisionCount };
        await resource.updateStatus({ ...owner, status }, { signal });
      },
    });
    const hash = update.metadata.labels?.[REVISION_HASH] ?? '';
    const trusted = expectations.satisfied(key);
    const owned = await claimPods(daemonSet, {
      client,
      kind: daemonSetKind,
      pods,
      signal,
      matches: (pod) => matches(daemonSet, pod),
    });
    const managed: Managed = trusted ? await manage(daemonSet, owned, hash, key, signal) : {};
    const input = { daemonSet, nodes: nodes.lister.list(), pods: owned, hash, now: clock.now() };
    const { status, nextAvailableInMs } = daemonSetStatus(input);
    if (!sameStatus(status, daemonSet.status)) await resource.updateStatus({ ...daemonSet, status }, { signal });
    if (managed.failure) throw managed.failure.error;
    await cleanUp(daemonSet, all, owned, update.metadata.name, signal);
    const waits = [nextAvailableInMs, managed.retryInMs].filter((ms) => ms !== undefined);
    return waits.length === 0 ? done : requeueAfter(Math.min(...waits));
  }

  return {
    name: 'daemonset',
    sources: [
      ...podOwnerSources({ owners: daemonSets, pods, matches, expectations }),
      source(nodes, (node, event, old) =>
        daemonSets.lister
          .list()
          .filter((daemonSet) => event !== 'updated' || !old || changesFit(daemonSet, node, old))
          .map(objectKey),
      ),
    ],
    reconcile,
  };
}

/** A heartbeat of the node changes nothing for a DaemonSet. */
function changesFit(daemonSet: DaemonSet, node: Node, old: Node): boolean {
  const now = fitsNode(daemonSet, node);
  const before = fitsNode(daemonSet, old);
  return now.shouldRun !== before.shouldRun || now.shouldContinue !== before.shouldContinue;
}
