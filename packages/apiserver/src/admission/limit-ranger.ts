import {
  type Kind,
  type LimitRange,
  limitRangeKind,
  type PersistentVolumeClaim,
  type Pod,
  persistentVolumeClaimKind,
  podKind,
} from '@coxswain/api';
import type { AdmissionPlugin, AdmissionRequest } from './admission.ts';
import type { ClusterObjects } from './cluster-objects.ts';
import { isFor } from './is-for.ts';
import { applyLimitDefaults } from './limit-ranger-defaults.ts';
import { claimLimitErrors, podLimitErrors } from './limit-ranger-rules.ts';
import { refuse } from './refuse.ts';

/** LimitRanger: containers get the namespace's default requests and limits, and what is too small or large is refused. */
export function limitRanger(objects: ClusterObjects): AdmissionPlugin {
  const rangesOf = ({ namespace }: AdmissionRequest) => [
    ...objects.list<LimitRange>(limitRangeKind as unknown as Kind, namespace),
  ];

  return {
    name: 'LimitRanger',
    mutate(request) {
      if (request.operation !== 'CREATE' || !isFor(request, podKind)) return;
      for (const range of rangesOf(request)) applyLimitDefaults(request.object as unknown as Pod, range);
    },
    validate(request) {
      if (request.operation === 'DELETE') return;
      const errors: string[] = [];
      if (isFor(request, podKind) && request.operation === 'CREATE')
        for (const range of rangesOf(request)) errors.push(...podLimitErrors(request.object as unknown as Pod, range));
      if (isFor(request, persistentVolumeClaimKind))
        for (const range of rangesOf(request))
          errors.push(...claimLimitErrors(request.object as unknown as PersistentVolumeClaim, range));
      const [first, ...more] = [...new Set(errors)];
      if (first !== undefined) throw refuse(request, more.length === 0 ? first : `[${[first, ...more].join(', ')}]`);
    },
  };
}
