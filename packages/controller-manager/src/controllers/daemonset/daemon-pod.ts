import {
  controllerRef,
  type DaemonSet,
  daemonSetKind,
  type NodeSelectorTerm,
  type Pod,
  type PodSpec,
  type Toleration,
} from '@coxswain/api';
import { podFromTemplate } from '../../shared/pod-from-template.ts';
import { REVISION_HASH } from '../../shared/sync-revisions.ts';

const NODE_NAME_FIELD = 'metadata.name';

/** The pod of a DaemonSet for one node: the scheduler binds it there by its node affinity. */
export function daemonPod(daemonSet: DaemonSet, nodeName: string, hash: string): Pod {
  const pod = podFromTemplate(daemonSet, daemonSet.spec.template, controllerRef(daemonSet, daemonSetKind));
  const labels = { ...pod.metadata.labels, [REVISION_HASH]: hash };
  return { ...pod, metadata: { ...pod.metadata, labels }, spec: pinned(withTolerations(pod.spec), nodeName) };
}

/** The node that a daemon pod is for, whether it is bound already or not. */
export function targetNode({ spec }: Pod): string | undefined {
  if (spec.nodeName) return spec.nodeName;
  const terms = spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? [];
  for (const { matchFields = [] } of terms)
    for (const { key, operator, values = [] } of matchFields)
      if (key === NODE_NAME_FIELD && operator === 'In' && values.length === 1) return values[0];
  return undefined;
}

/** The template's required terms give way: the controller has judged them against the node already. */
function pinned(spec: PodSpec, nodeName: string): PodSpec {
  const term: NodeSelectorTerm = {
    matchFields: [{ key: NODE_NAME_FIELD, operator: 'In', values: [nodeName] }],
  };
  const { nodeAffinity, ...others } = spec.affinity ?? {};
  const required = { nodeSelectorTerms: [term] };
  const affinity = {
    ...others,
    nodeAffinity: { ...nodeAffinity, requiredDuringSchedulingIgnoredDuringExecution: required },
  };
  return { ...spec, affinity };
}

/** Daemon pods stay on nodes in trouble, and start on those that are cordoned or not ready yet. */
export function withTolerations(spec: PodSpec): PodSpec {
  const added: Toleration[] = [
    { key: 'node.kubernetes.io/not-ready', operator: 'Exists', effect: 'NoExecute' },
    { key: 'node.kubernetes.io/unreachable', operator: 'Exists', effect: 'NoExecute' },
    { key: 'node.kubernetes.io/disk-pressure', operator: 'Exists', effect: 'NoSchedule' },
    { key: 'node.kubernetes.io/memory-pressure', operator: 'Exists', effect: 'NoSchedule' },
    { key: 'node.kubernetes.io/pid-pressure', operator: 'Exists', effect: 'NoSchedule' },
    { key: 'node.kubernetes.io/unschedulable', operator: 'Exists', effect: 'NoSchedule' },
  ];
  if (spec.hostNetwork)
    added.push({ key: 'node.kubernetes.io/network-unavailable', operator: 'Exists', effect: 'NoSchedule' });
  const kept = (spec.tolerations ?? []).filter(
    (own) => !added.some(({ key, effect }) => own.key === key && own.effect === effect && own.operator === 'Exists'),
  );
  return { ...spec, tolerations: [...kept, ...added] };
}
