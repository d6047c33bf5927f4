import { type Node, nodeKind } from '@coxswain/api';
import type { AdmissionPlugin } from './admission.ts';
import { isFor } from './is-for.ts';

const NOT_READY = 'node.kubernetes.io/not-ready';

/** TaintNodesByCondition: a new node gets no pods until it is known to be ready. */
export const taintNodesByCondition: AdmissionPlugin = {
  name: 'TaintNodesByCondition',
  mutate(request) {
    if (request.operation !== 'CREATE' || !isFor(request, nodeKind)) return;
    const node = request.object as unknown as Node;
    const taints = node.spec?.taints ?? [];
    if (taints.some(({ key, effect }) => key === NOT_READY && effect === 'NoSchedule')) return;
    node.spec = { ...node.spec, taints: [...taints, { key: NOT_READY, effect: 'NoSchedule' }] };
  },
};
