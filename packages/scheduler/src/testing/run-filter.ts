import { type Node, nodeKind, type Pod, podKind } from '@coxswain/api';
import { createInformerFactory } from '@coxswain/client';
import { FakeApiClient } from '@coxswain/client/testing';
import { silentLogger, systemClock } from '@coxswain/foundation';
import { PodInfo } from '../cache/pod-info.ts';
import { SchedulerCache } from '../cache/scheduler-cache.ts';
import { Snapshot } from '../cache/snapshot.ts';
import { CycleState } from '../framework/cycle-state.ts';
import type { Plugin, PluginFactory, PluginHandle } from '../framework/plugin.ts';
import { isRejection, type Status } from '../framework/status.ts';
import { WaitingPods } from '../framework/waiting-pods.ts';
import type { VolumeObjects } from '../volumes/volume-objects.ts';
import { knownVolumes } from './known-volumes.ts';

/** What a plugin may use, over an empty cluster in memory but for these volumes. */
export function testHandle(
  volumes: VolumeObjects = knownVolumes({}),
): PluginHandle & { readonly client: FakeApiClient } {
  const client = new FakeApiClient();
  client.add(nodeKind);
  client.add(podKind);
  const log = silentLogger();
  const informers = createInformerFactory(client, { log });
  const waitingPods = new WaitingPods(systemClock);
  return { client, informers, clock: systemClock, log, waitingPods, disruptionBudgets: () => [], volumes };
}

/** A snapshot of these nodes and the pods assigned to them. */
export function snapshotOf(nodes: readonly Node[], pods: readonly Pod[] = []): Snapshot {
  const cache = new SchedulerCache();
  for (const node of nodes) cache.setNode(node);
  for (const pod of pods) cache.setPod(pod);
  const snapshot = new Snapshot();
  cache.updateSnapshot(snapshot);
  return snapshot;
}

/** PreFilter and Filter of one plugin: `ok` or the code and reasons, by node. */
export function runFilter(
  factory: PluginFactory,
  pod: Pod,
  snapshot: Snapshot,
  volumes?: VolumeObjects,
): Record<string, string> {
  const plugin = factory(testHandle(volumes));
  const state = new CycleState();
  const info = new PodInfo(pod);
  const before = plugin.preFilter?.(state, info, snapshot);
  const verdict = (status: Status | undefined): string => {
    if (!status || !isRejection(status)) return 'ok';
    return `${status.code === 'Unschedulable' ? '' : '! '}${status.reasons.join(', ')}`;
  };
  return Object.fromEntries(
    snapshot.nodes.map((node) => {
      if (before?.code === 'Skip') return [node.name, 'ok'];
      if (before && 'nodeNames' in before && !before.nodeNames.has(node.name)) return [node.name, 'left out'];
      if (before && before.code !== 'Success') return [node.name, verdict(before)];
      return [node.name, verdict(plugin.filter?.(state, info, node))];
    }),
  );
}

/** PreScore, Score and NormalizeScore of one plugin, by node. */
export function runScore(plugin: Plugin, pod: Pod, snapshot: Snapshot): Record<string, number> {
  const state = new CycleState();
  const info = new PodInfo(pod);
  const { nodes } = snapshot;
  const before = plugin.preScore?.(state, info, nodes, snapshot);
  const scores = Float64Array.from(nodes, (node) =>
    before?.code === 'Skip' ? 0 : (plugin.score?.(state, info, node) ?? 0),
  );
  if (before?.code !== 'Skip') plugin.normalizeScores?.(state, info, scores, nodes);
  return Object.fromEntries(nodes.map(({ name }, i) => [name, scores[i] as number]));
}
