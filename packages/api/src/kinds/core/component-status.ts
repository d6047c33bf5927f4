import { list, of, str } from '../../schema/builders.ts';
import { column } from '../../schema/column.ts';
import { defineKind } from '../../schema/kind.ts';
import { type Infer, struct } from '../../schema/struct.ts';
import { ObjectMeta } from '../meta/object-meta.ts';

export const ComponentCondition = struct('ComponentCondition', {
  type: str(1).required(),
  status: str(2).required(),
  message: str(3),
  error: str(4),
});
export type ComponentCondition = Infer<typeof ComponentCondition>;

export const ComponentStatus = struct('ComponentStatus', {
  apiVersion: str(),
  kind: str(),
  metadata: of(1, ObjectMeta).expected(),
  conditions: list(2, ComponentCondition).keyed('type'),
});
export type ComponentStatus = Infer<typeof ComponentStatus>;

/** Deprecated upstream since 1.19; never stored. */
export const componentStatusKind = defineKind<ComponentStatus>({
  group: '',
  version: 'v1',
  kind: 'ComponentStatus',
  plural: 'componentstatuses',
  shortNames: ['cs'],
  namespaced: false,
  verbs: ['get', 'list', 'watch'],
  struct: ComponentStatus,
  hasGeneration: false,
  hasAgeColumn: false,
  columns: [
    column('Status', ({ conditions }) => (conditions?.[0]?.status === 'True' ? 'Healthy' : 'Unhealthy')),
    column('Message', ({ conditions }) => conditions?.[0]?.message ?? ''),
    column('Error', ({ conditions }) => conditions?.[0]?.error ?? ''),
  ],
});
