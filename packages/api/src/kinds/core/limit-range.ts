import { list, map, of, quantity, str } from '../../schema/builders.ts';
import { column } from '../../schema/column.ts';
import { defineKind } from '../../schema/kind.ts';
import { type Infer, struct } from '../../schema/struct.ts';
import { ObjectMeta } from '../meta/object-meta.ts';
import { validateLimitRange } from './limit-range-validation.ts';

export const LimitRangeItem = struct('LimitRangeItem', {
  type: str(1).always().describe('What is limited: Pod, Container or PersistentVolumeClaim.'),
  max: map(2, quantity()).describe('The most of each resource.'),
  min: map(3, quantity()).describe('The least of each resource.'),
  default: map(4, quantity()).describe('Limits of containers that give none.'),
  defaultRequest: map(5, quantity()).describe('Requests of containers that give none.'),
  maxLimitRequestRatio: map(6, quantity()).describe('How many times its request a limit may be.'),
});
export type LimitRangeItem = Infer<typeof LimitRangeItem>;

export const LimitRangeSpec = struct('LimitRangeSpec', {
  limits: list(1, LimitRangeItem).always().atomic(),
});
export type LimitRangeSpec = Infer<typeof LimitRangeSpec>;

export const LimitRange = struct('LimitRange', {
  apiVersion: str(),
  kind: str(),
  metadata: of(1, ObjectMeta).expected(),
  spec: of(2, LimitRangeSpec).expected(),
});
export type LimitRange = Infer<typeof LimitRange>;

export const limitRangeKind = defineKind<LimitRange>({
  group: '',
  version: 'v1',
  kind: 'LimitRange',
  plural: 'limitranges',
  shortNames: ['limits'],
  namespaced: true,
  struct: LimitRange,
  createOnUpdate: true,
  hasGeneration: false,
  defaults({ spec }) {
    for (const item of spec.limits ?? []) if (item.type === 'Container') defaultContainerLimits(item);
  },
  validate: validateLimitRange,
  columns: [column('Created At', ({ metadata }) => metadata.creationTimestamp, 'date')],
});

/** Defaults follow the maximum, and default requests follow default limits, else the minimum. */
function defaultContainerLimits(item: LimitRangeItem): void {
  item.default = { ...item.max, ...item.default };
  item.defaultRequest = { ...item.min, ...item.default, ...item.defaultRequest };
}
