import { list, map, of, quantity, str } from '../../schema/builders.ts';
import { defineKind } from '../../schema/kind.ts';
import { type Infer, struct } from '../../schema/struct.ts';
import { ObjectMeta } from '../meta/object-meta.ts';

export const LimitRangeItem = struct('LimitRangeItem', {
  type: str(1).required(),
  max: map(2, quantity()),
  min: map(3, quantity()),
  default: map(4, quantity()),
  defaultRequest: map(5, quantity()),
  maxLimitRequestRatio: map(6, quantity()),
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
});
