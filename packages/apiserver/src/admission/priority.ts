import { newForbidden } from '@coxswain/api';
import type { AdmissionPlugin } from './admission.ts';
import { podCreationPlugin } from './pod-plugin.ts';

/** The classes that exist without an object. */
const SYSTEM_CLASSES: Readonly<Record<string, number>> = {
  'system-cluster-critical': 2_000_000_000,
  'system-node-critical': 2_000_001_000,
};

/** Priority: turns spec.priorityClassName into spec.priority. Only the system classes are known yet. */
export const priority: AdmissionPlugin = podCreationPlugin('Priority', ({ metadata, spec }) => {
  const { priorityClassName = '' } = spec;
  const value = priorityClassName === '' ? 0 : SYSTEM_CLASSES[priorityClassName];
  if (value === undefined)
    throw newForbidden(
      { group: '', resource: 'pods' },
      metadata.name ?? '',
      `no PriorityClass with name ${priorityClassName} was found`,
    );
  if (spec.priority !== undefined && spec.priority !== value)
    throw newForbidden(
      { group: '', resource: 'pods' },
      metadata.name ?? '',
      `the integer value of priority (${spec.priority}) must not be provided in pod spec; priority admission controller computed ${value} from the given PriorityClass name`,
    );
  spec.priority = value;
  spec.preemptionPolicy ??= 'PreemptLowerPriority';
});
