import { of, str } from '../../schema/builders.ts';
import { defineKind } from '../../schema/kind.ts';
import { type Infer, struct } from '../../schema/struct.ts';
import { DeleteOptions } from '../meta/delete-options.ts';
import { ObjectMeta } from '../meta/object-meta.ts';

export const Eviction = struct('Eviction', {
  apiVersion: str(),
  kind: str(),
  metadata: of(1, ObjectMeta).expected(),
  deleteOptions: of(2, DeleteOptions),
});
export type Eviction = Infer<typeof Eviction>;

export const evictionKind = defineKind<Eviction>({
  group: 'policy',
  version: 'v1',
  kind: 'Eviction',
  plural: 'evictions',
  namespaced: true,
  struct: Eviction,
});
