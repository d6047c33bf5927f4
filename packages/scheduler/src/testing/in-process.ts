import type { Node, Pod } from '@coxswain/api';
import { PodInfo } from '../cache/pod-info.ts';
import { SchedulerCache } from '../cache/scheduler-cache.ts';
import { Framework } from '../framework/framework.ts';
import { defaultPlugins } from '../plugins/default-plugins.ts';
import { SchedulerCore } from '../schedule-one.ts';
import { testHandle } from './run-filter.ts';

export interface InProcessScheduler {
  /** Decides on one pod, which then counts against its node; undefined when it fits nowhere. */
  place(pod: Pod): string | undefined;
  /** The pod is bound there already. */
  add(pod: Pod, nodeName: string): void;
}

/** Decisions of the default profile alone: no API, no binding. */
export function inProcessScheduler(nodes: readonly Node[]): InProcessScheduler {
  const cache = new SchedulerCache();
  for (const node of nodes) cache.setNode(node);
  const framework = new Framework('default-scheduler', defaultPlugins, testHandle());
  const core = new SchedulerCore({ frameworkOf: () => framework, cache });
  return {
    place(pod) {
      const decision = core.scheduleOne(new PodInfo(pod));
      if (decision.kind === 'error') throw decision.error;
      return decision.kind === 'placed' ? decision.nodeName : undefined;
    },
    add: (pod, nodeName) => cache.setPod({ ...pod, spec: { ...pod.spec, nodeName } }),
  };
}
