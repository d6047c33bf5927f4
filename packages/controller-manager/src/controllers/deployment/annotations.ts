import type { Deployment, ReplicaSet } from '@coxswain/api';

export const REVISION = 'deployment.kubernetes.io/revision';
export const REVISION_HISTORY = 'deployment.kubernetes.io/revision-history';
export const DESIRED_REPLICAS = 'deployment.kubernetes.io/desired-replicas';
export const MAX_REPLICAS = 'deployment.kubernetes.io/max-replicas';
export const POD_TEMPLATE_HASH = 'pod-template-hash';

/** Annotations of a Deployment that its ReplicaSets don't get. */
const NOT_COPIED = new Set([
  'kubectl.kubernetes.io/last-applied-configuration',
  REVISION,
  REVISION_HISTORY,
  DESIRED_REPLICAS,
  MAX_REPLICAS,
  'deprecated.deployment.rollback.to',
]);
const MAX_HISTORY_LENGTH = 2000;

/** The revision of a ReplicaSet; 0 when it has none. */
export function revisionOf(object: ReplicaSet | Deployment): number {
  const value = Number(object.metadata.annotations?.[REVISION] ?? 0);
  return Number.isSafeInteger(value) ? value : 0;
}

export function maxRevision(replicaSets: readonly ReplicaSet[]): number {
  return Math.max(0, ...replicaSets.map(revisionOf));
}

export function replicasAnnotations(desired: number, max: number): Record<string, string> {
  return { [DESIRED_REPLICAS]: String(desired), [MAX_REPLICAS]: String(max) };
}

/** A number from an annotation of a ReplicaSet. */
export function annotatedNumber(replicaSet: ReplicaSet, name: string): number | undefined {
  const text = replicaSet.metadata.annotations?.[name];
  if (text === undefined || !/^-?\d+$/.test(text)) return undefined;
  return Number(text);
}

/**
 * The annotations of the current ReplicaSet at `revision`: the Deployment's own, and the revision raised with the
 * earlier ones kept in the history (only of a ReplicaSet that exists).
 */
export function newReplicaSetAnnotations(
  deployment: Deployment,
  current: Readonly<Record<string, string>> | undefined,
  revision: number,
): Record<string, string> {
  const next: Record<string, string> = { ...current };
  for (const [name, value] of Object.entries(deployment.metadata.annotations ?? {}))
    if (!NOT_COPIED.has(name)) next[name] = value;
  const old = current?.[REVISION];
  if (Number(old ?? 0) >= revision) return next;
  next[REVISION] = String(revision);
  if (old === undefined) return next;
  const history = [...(current?.[REVISION_HISTORY]?.split(',') ?? []), old];
  while (history.length > 1 && history.join(',').length > MAX_HISTORY_LENGTH) history.shift();
  next[REVISION_HISTORY] = history.filter((part) => part !== '').join(',');
  return next;
}
