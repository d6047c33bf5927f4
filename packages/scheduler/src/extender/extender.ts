import type { NodeInfo } from '../cache/node-info.ts';
import type { PodInfo } from '../cache/pod-info.ts';
import type { NodeRejection } from '../framework/diagnosis.ts';
import { MAX_NODE_SCORE } from '../framework/plugin.ts';
import { type Status, unresolvable, unschedulable } from '../framework/status.ts';

/** Highest score an extender may give. */
export const MAX_EXTENDER_PRIORITY = 10;

export interface ExtenderVerdict {
  readonly nodeNames: ReadonlySet<string>;
  /** Reasons by node. */
  readonly failed: Readonly<Record<string, string>>;
  readonly unresolvable: Readonly<Record<string, string>>;
}

/** A program that takes part in decisions from outside. Each call has a time-out of its own. */
export interface Extender {
  readonly name: string;
  readonly weight: number;
  /** Its failure is no reason not to schedule. */
  readonly ignorable: boolean;
  isInterested(pod: PodInfo): boolean;
  filter?(pod: PodInfo, nodes: readonly NodeInfo[], signal: AbortSignal): Promise<ExtenderVerdict>;
  /** 0…10 by node. */
  prioritize?(pod: PodInfo, nodes: readonly NodeInfo[], signal: AbortSignal): Promise<ReadonlyMap<string, number>>;
  bind?(pod: PodInfo, nodeName: string, signal: AbortSignal): Promise<Status>;
}

interface Found {
  readonly feasible: readonly NodeInfo[];
  readonly rejections: readonly NodeRejection[];
}

/** One extender after another, each sees what the former left. */
export async function filterByExtenders(
  extenders: readonly Extender[],
  pod: PodInfo,
  { feasible, rejections }: Found,
  signal: AbortSignal,
): Promise<Found> {
  let left = feasible;
  const rejected = [...rejections];
  for (const extender of extenders) {
    if (left.length === 0 || !extender.filter || !extender.isInterested(pod)) continue;
    try {
      const { nodeNames, failed, unresolvable: hopeless } = await extender.filter(pod, left, signal);
      for (const { name } of left) {
        if (nodeNames.has(name)) continue;
        const reason = hopeless[name];
        const status = reason === undefined ? unschedulable(failed[name] ?? '') : unresolvable(reason);
        rejected.push({ nodeName: name, plugin: extender.name, status });
      }
      left = left.filter(({ name }) => nodeNames.has(name));
    } catch (error) {
      if (!extender.ignorable) throw error;
    }
  }
  return { feasible: left, rejections: rejected };
}

/** What extenders add to the scores of nodes; one that fails adds nothing. */
export async function scoreByExtenders(
  extenders: readonly Extender[],
  pod: PodInfo,
  nodes: readonly NodeInfo[],
  signal: AbortSignal,
): Promise<Map<string, number>> {
  const scale = MAX_NODE_SCORE / MAX_EXTENDER_PRIORITY;
  const sums = new Map<string, number>();
  await Promise.all(
    extenders.map(async ({ prioritize, isInterested, weight }) => {
      if (!prioritize || !isInterested(pod)) return;
      const scores = await prioritize(pod, nodes, signal).catch(() => new Map<string, number>());
      for (const [name, score] of scores) sums.set(name, (sums.get(name) ?? 0) + score * weight * scale);
    }),
  );
  return sums;
}
