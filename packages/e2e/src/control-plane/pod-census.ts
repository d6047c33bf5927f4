import type { Pod } from '@coxswain/api';
import type { FakeNodes } from './fake-nodes.ts';

/** Looks at every change whether some pods are more, or fewer, than they may ever be. */
export class PodCensus {
  readonly #nodes: FakeNodes;
  readonly #broken: string[] = [];

  constructor(nodes: FakeNodes) {
    this.#nodes = nodes;
  }

  of(namespace: string, app: string): Pod[] {
    return this.#nodes.pods.byNamespace(namespace).filter(({ metadata }) => metadata.labels?.['app'] === app);
  }

  /** From now on: no more than `most` pods that aren't finished, and no fewer than `fewest` that are ready. */
  watch(
    namespace: string,
    app: string,
    { most, fewest = 0 }: { readonly most: number; readonly fewest?: number },
  ): void {
    this.#nodes.onPod(() => {
      const active = this.of(namespace, app).filter(isActive);
      const ready = active.filter(isReady).length;
      if (active.length > most) this.#broken.push(`${app}: ${active.length} pods, ${most} allowed: ${names(active)}`);
      if (ready < fewest) this.#broken.push(`${app}: ${ready} ready pods, ${fewest} wanted: ${names(active)}`);
    });
  }

  /** What was ever wrong. */
  get broken(): readonly string[] {
    return this.#broken.slice(0, 5);
  }
}

/** Not finished; one that is being deleted counts no longer. */
export function isActive({ metadata, status }: Pod): boolean {
  return metadata.deletionTimestamp === undefined && status?.phase !== 'Succeeded' && status?.phase !== 'Failed';
}

export function isReady(pod: Pod): boolean {
  return (
    isActive(pod) && pod.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') === true
  );
}

function names(pods: readonly Pod[]): string {
  return pods.map(({ metadata }) => metadata.name).join(' ');
}
