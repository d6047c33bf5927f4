import { isConflict, isNotFound, leaseKind, type Node, nodeKind, podKind } from '@coxswain/api';
import { type Controller, done, type ReconcileResult, requeueAfter, source } from '@coxswain/client';
import type { ControllerContext } from '../../controller-context.ts';
import { podInformer, podsOfNode } from '../../shared/pod-index.ts';
import { isPodReady } from '../../shared/pods.ts';
import { timestamp } from '../../shared/times.ts';
import { type Heartbeat, planNodeHealth } from './plan-node-health.ts';
import { type NoExecuteMode, needsNoExecute, planNodeTaints, readyStatus } from './plan-node-taints.ts';
import { type EvictionRates, planZones, zoneOf } from './plan-zones.ts';

export interface NodeLifecycleOptions {
  readonly monitorPeriodMs: number;
  readonly monitorGracePeriodMs: number;
  readonly startupGracePeriodMs: number;
  readonly evictionRates: EvictionRates;
}

const NODE_LEASES = 'kube-node-lease';

/** Watches over nodes: silence makes them NotReady, their conditions become taints, their pods not ready. */
export function createNodeLifecycleController(context: ControllerContext, options: NodeLifecycleOptions): Controller {
  const { client, clock } = context;
  const nodes = context.informers.for(nodeKind);
  const pods = podInformer(context.informers);
  const leases = context.informers.for(leaseKind, { namespace: NODE_LEASES });
  const events = context.eventsOf('node-controller');
  const heartbeats = new Map<string, Heartbeat & { readonly uid: string | undefined }>();
  /** When a node of the zone last got its NoExecute taint. */
  const lastEviction = new Map<string, number>();

  async function reconcile(key: string, { signal }: { readonly signal: AbortSignal }): Promise<ReconcileResult> {
    let node = nodes.lister.get(key);
    if (!node) {
      heartbeats.delete(key);
      return done;
    }
    const known = heartbeats.get(key);
    const last = known?.uid === node.metadata.uid ? known : undefined;
    const health = planNodeHealth({
      node,
      lease: leases.lister.get(`${NODE_LEASES}/${key}`),
      last,
      now: clock.now(),
      gracePeriodMs: options.monitorGracePeriodMs,
      startupGracePeriodMs: options.startupGracePeriodMs,
    });
    const turned = last?.ready === 'True' && health.ready !== 'True';
    if (health.conditions) {
      const status = { ...node.status, conditions: [...health.conditions] };
      node = await client.resource(nodeKind).updateStatus({ ...node, status }, { signal });
    }
    // Kept only now, so that a failed write is made again.
    heartbeats.set(key, { ...health.heartbeat, uid: node.metadata.uid });
    if (turned) events.event(node, 'Normal', 'NodeNotReady', `Node ${key} status is now: NodeNotReady`);
    await writeTaints(node, signal);
    if (turned || readyStatus(node) === 'Unknown') await markPodsNotReady(node, signal);
    return requeueAfter(Math.max(100, Math.min(options.monitorPeriodMs, health.deadlineInMs)));
  }

  async function writeTaints(node: Node, signal: AbortSignal): Promise<void> {
    const now = clock.now();
    const mode = noExecuteMode(node, now);
    const taints = planNodeTaints(node, mode, now);
    if (!taints) return;
    const { name, uid, resourceVersion } = node.metadata;
    const body = { metadata: { uid, resourceVersion }, spec: { taints } };
    await client.resource(nodeKind).patch(name, { type: 'merge', body }, { signal });
    if (mode === 'follow' && needsNoExecute(node)) lastEviction.set(zoneOf(node), now);
  }

  function noExecuteMode(node: Node, now: number): NoExecuteMode {
    if (readyStatus(node) === 'True') return 'follow';
    // This node's own state is newer than the cache's.
    const others = nodes.lister.list().filter(({ metadata }) => metadata.name !== node.metadata.name);
    const zones = planZones([...others, node], options.evictionRates);
    if (zones.allDown) return 'clear';
    if (!needsNoExecute(node)) return 'follow';
    const zone = zoneOf(node);
    const rate = zones.rate.get(zone) ?? 0;
    const since = now - (lastEviction.get(zone) ?? Number.NEGATIVE_INFINITY);
    return rate > 0 && since >= 1000 / rate ? 'follow' : 'hold';
  }

  async function markPodsNotReady(node: Node, signal: AbortSignal): Promise<void> {
    for (const pod of podsOfNode(pods, node.metadata.name)) {
      if (!isPodReady(pod)) continue;
      const conditions = (pod.status?.conditions ?? []).map((condition) =>
        condition.type === 'Ready'
          ? { ...condition, status: 'False', lastTransitionTime: timestamp(clock.now()) }
          : condition,
      );
      try {
        await client.resource(podKind).updateStatus({ ...pod, status: { ...pod.status, conditions } }, { signal });
        events.event(pod, 'Warning', 'NodeNotReady', 'Node is not ready');
      } catch (error) {
        if (!isNotFound(error) && !isConflict(error)) throw error;
      }
    }
  }

  return {
    name: 'node-lifecycle',
    sources: [
      source(nodes),
      source(leases, ({ metadata }) => [metadata.name]),
      source(pods, (pod, event) => (event === 'added' && pod.spec.nodeName ? notReadyNode(pod.spec.nodeName) : [])),
    ],
    reconcile,
  };

  function notReadyNode(name: string): string[] {
    return (heartbeats.get(name)?.ready ?? 'True') === 'True' ? [] : [name];
  }
}
