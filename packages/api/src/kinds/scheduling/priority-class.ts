import { bool, int32, of, str } from '../../schema/builders.ts';
import { defineKind } from '../../schema/kind.ts';
import { type Infer, struct } from '../../schema/struct.ts';
import { ObjectMeta } from '../meta/object-meta.ts';

export const PriorityClass = struct('PriorityClass', {
  apiVersion: str(),
  kind: str(),
  metadata: of(1, ObjectMeta).expected(),
  value: int32(2).always(),
  globalDefault: bool(3),
  description: str(4),
  preemptionPolicy: str(5).pointer().oneOf('Never', 'PreemptLowerPriority').default('PreemptLowerPriority'),
});
export type PriorityClass = Infer<typeof PriorityClass>;

export const priorityClassKind = defineKind<PriorityClass>({
  group: 'scheduling.k8s.io',
  version: 'v1',
  kind: 'PriorityClass',
  plural: 'priorityclasses',
  shortNames: ['pc'],
  namespaced: false,
  struct: PriorityClass,
});
