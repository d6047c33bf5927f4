import type { Kind, KindConversion, KubeObject } from '../schema/kind.ts';
import { selfSubjectReviewKind } from './authentication/self-subject-review.ts';
import { cronJobKind } from './batch/cron-job.ts';
import { leaseKind } from './coordination/lease.ts';
import { endpointSliceKind } from './discovery/endpoint-slice.ts';
import { eventsEventKind } from './events/event.ts';
import { runtimeClassKind } from './node/runtime-class.ts';
import { evictionKind } from './policy/eviction.ts';
import { podDisruptionBudgetKind } from './policy/pod-disruption-budget.ts';
import { csiDriverKind } from './storage/csi-driver.ts';
import { csiNodeKind } from './storage/csi-node.ts';
import { csiStorageCapacityKind } from './storage/csi-storage-capacity.ts';

/**
 * Versions that upstream serves no more and old clients still ask for, where the shape is that of today's version
 * (--serve-removed-versions). They are views of the same stored objects; only the version on the wire differs.
 */
export const removedVersionKinds: readonly Kind[] = [
  beta(podDisruptionBudgetKind, '1.21', '1.25', 'replaced'),
  beta(cronJobKind, '1.21', '1.25', 'replaced'),
  beta(endpointSliceKind, '1.21', '1.25', 'replaced'),
  beta(eventsEventKind, '1.22', '1.25'),
  beta(csiDriverKind, '1.19', '1.22', 'replaced'),
  beta(csiNodeKind, '1.17', '1.22', 'replaced'),
  beta(csiStorageCapacityKind, '1.24', '1.27', 'replaced'),
  beta(leaseKind, '1.19', '1.22', 'replaced'),
  beta(runtimeClassKind, '1.22', '1.25'),
  beta(selfSubjectReviewKind, '1.30', '1.33', 'replaced'),
];

/** The body of `pods/eviction` as clients before 1.22 send it. */
export const evictionV1beta1Kind: Kind = beta(evictionKind, '1.22', '1.25', 'replaced');

function beta(today: unknown, deprecated: string, removed: string, replaced?: 'replaced'): Kind {
  const kind = today as Kind;
  const version = 'v1beta1';
  const apiVersion = `${kind.group}/${version}`;
  return {
    ...kind,
    version,
    apiVersion,
    // A type of its own in the OpenAPI documents.
    struct: { ...kind.struct },
    ...(kind.virtual ? {} : { storedAs: inOldWords(kind, apiVersion) }),
    deprecation: { deprecated, removed, ...(replaced && { replacement: kind.apiVersion }) },
  };
}

function inOldWords(kind: Kind, apiVersion: string): KindConversion<KubeObject> {
  const { group, plural, storedAs } = kind;
  const today = (object: KubeObject): KubeObject => ({ ...object, apiVersion: kind.apiVersion });
  return {
    group: storedAs?.group ?? group,
    plural: storedAs?.plural ?? plural,
    toStored: (object) => (storedAs ? storedAs.toStored(today(object)) : today(object)),
    fromStored: (object) => ({ ...(storedAs ? storedAs.fromStored(object) : object), apiVersion }),
  };
}

/** Upstream's text for the Warning header; undefined for a version that stays. */
export function deprecationWarning({ apiVersion, kind, deprecation }: Kind): string | undefined {
  if (!deprecation) return undefined;
  const { deprecated, removed, replacement } = deprecation;
  const instead = replacement === undefined ? '' : `; use ${replacement} ${kind}`;
  return `${apiVersion} ${kind} is deprecated in v${deprecated}+, unavailable in v${removed}+${instead}`;
}
