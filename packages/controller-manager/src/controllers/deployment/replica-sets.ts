import { type Deployment, deepEqual, type PodTemplateSpec, type ReplicaSet } from '@coxswain/api';
import { compact } from '../../shared/compact.ts';
import { byCreation } from '../../shared/times.ts';
import { POD_TEMPLATE_HASH } from './annotations.ts';

export interface ReplicaSetGroups {
  /** The ReplicaSet of the Deployment's present template; the oldest if there are several. */
  readonly current: ReplicaSet | undefined;
  readonly old: readonly ReplicaSet[];
  readonly all: readonly ReplicaSet[];
}

export function groupReplicaSets(deployment: Deployment, replicaSets: readonly ReplicaSet[]): ReplicaSetGroups {
  const all = [...replicaSets].sort(byCreation);
  const current = all.find(({ spec }) => sameTemplate(spec.template, deployment.spec.template));
  return { current, old: all.filter((replicaSet) => replicaSet !== current), all };
}

/** Whether two templates are the same but for the pod-template-hash label. */
export function sameTemplate(a: PodTemplateSpec, b: PodTemplateSpec): boolean {
  return deepEqual(comparable(a), comparable(b));
}

/** Without the hash, and without what is empty, since empty and missing mean the same in an object of the API. */
function comparable(template: PodTemplateSpec): unknown {
  const { [POD_TEMPLATE_HASH]: _hash, ...labels } = template.metadata?.labels ?? {};
  return compact({ ...template, metadata: { ...template.metadata, labels } });
}

export function replicasOf(replicaSet: ReplicaSet | undefined): number {
  return replicaSet === undefined ? 0 : (replicaSet.spec.replicas ?? 1);
}

export function isActive(replicaSet: ReplicaSet): boolean {
  return replicasOf(replicaSet) > 0;
}

export function sumReplicas(replicaSets: readonly ReplicaSet[]): number {
  return replicaSets.reduce((sum, replicaSet) => sum + replicasOf(replicaSet), 0);
}

export function sumStatus(
  replicaSets: readonly ReplicaSet[],
  field: 'replicas' | 'readyReplicas' | 'availableReplicas' | 'terminatingReplicas',
): number {
  return replicaSets.reduce((sum, { status }) => sum + (status?.[field] ?? 0), 0);
}

/** The one ReplicaSet to scale: the only active one, or the current or newest when none is; undefined for several. */
export function activeOrLatest(groups: ReplicaSetGroups): ReplicaSet | undefined {
  const active = groups.all.filter(isActive);
  if (active.length === 1) return active[0];
  if (active.length > 1) return undefined;
  return groups.current ?? groups.old.at(-1);
}
