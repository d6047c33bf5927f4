import type { Pod } from '@coxswain/api';
import { Resources } from './resources.ts';

/** Assumed of a container that asks for none, for scoring only: a node full of such pods is not empty. */
const DEFAULT_MILLI_CPU = 100;
const DEFAULT_MEMORY = 200 * 1024 * 1024;

interface ContainerLike {
  readonly resources?: { readonly requests?: Record<string, string> | undefined } | undefined;
}

/**
 * What a pod needs at its worst moment: the sum of its containers and sidecars, or the largest init container beside the
 * sidecars started before it; pod-level requests instead where given; plus overhead.
 * @param nonZero count a default for containers without a CPU or memory request
 */
export function podRequests({ spec }: Pod, nonZero = false): Resources {
  const total = new Resources();
  const requestsOf = (container: ContainerLike) => containerRequests(container, nonZero && !spec.resources?.requests);
  for (const container of spec.containers) total.add(requestsOf(container));
  const initial = new Resources();
  const sidecars = new Resources();
  for (const container of spec.initContainers ?? []) {
    const moment = requestsOf(container);
    if (container.restartPolicy === 'Always') {
      total.add(moment);
      sidecars.add(moment);
      initial.raiseTo(sidecars);
    } else {
      moment.add(sidecars);
      initial.raiseTo(moment);
    }
  }
  total.raiseTo(initial);
  for (const [name, text] of Object.entries(spec.resources?.requests ?? {})) total.set(name, text);
  if (spec.overhead) total.add(Resources.of(spec.overhead));
  return total;
}

function containerRequests({ resources }: ContainerLike, nonZero: boolean): Resources {
  const requests = Resources.of(resources?.requests);
  if (!nonZero) return requests;
  if (resources?.requests?.['cpu'] === undefined) requests.milliCpu = DEFAULT_MILLI_CPU;
  if (resources?.requests?.['memory'] === undefined) requests.memory = DEFAULT_MEMORY;
  return requests;
}
