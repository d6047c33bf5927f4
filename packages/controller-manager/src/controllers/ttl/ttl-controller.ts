import { nodeKind } from '@coxswain/api';
import { type Controller, done, source } from '@coxswain/client';
import type { ControllerContext } from '../../controller-context.ts';

const ANNOTATION = 'node.alpha.kubernetes.io/ttl';

/** The larger a cluster, the longer kubelets keep Secrets and ConfigMaps; two limits each, so that nothing flutters. */
const BOUNDARIES = [
  { min: 0, max: 100, seconds: 0 },
  { min: 90, max: 500, seconds: 15 },
  { min: 450, max: 1000, seconds: 30 },
  { min: 900, max: 2000, seconds: 60 },
  { min: 1800, max: Number.POSITIVE_INFINITY, seconds: 300 },
] as const;

/** Which step of the ladder fits so many nodes, starting from the one before. */
export function nextBoundary(nodes: number, before: number): number {
  let at = before;
  while (at > 0 && nodes < (BOUNDARIES[at]?.min ?? 0)) at--;
  while (at < BOUNDARIES.length - 1 && nodes > (BOUNDARIES[at]?.max ?? 0)) at++;
  return at;
}

/** Tells each node, by an annotation, how long its kubelet may go without asking for Secrets and ConfigMaps again. */
export function createTtlController({ client, informers }: ControllerContext): Controller {
  const nodes = informers.for(nodeKind);
  let boundary = 0;
  return {
    name: 'ttl',
    sources: [
      source(nodes, ({ metadata }, event) => {
        const before = boundary;
        const all = nodes.lister.list();
        boundary = nextBoundary(all.length, boundary);
        if (boundary !== before) return all.map((node) => node.metadata.name);
        return event === 'deleted' ? [] : [metadata.name];
      }),
    ],
    async reconcile(name, { signal }) {
      const node = nodes.lister.get(name);
      const value = String(BOUNDARIES[boundary]?.seconds ?? 0);
      if (!node || node.metadata.annotations?.[ANNOTATION] === value) return done;
      const body = { metadata: { annotations: { [ANNOTATION]: value } } };
      await client.resource(nodeKind).patch(name, { type: 'merge', body }, { signal });
      return done;
    },
  };
}
