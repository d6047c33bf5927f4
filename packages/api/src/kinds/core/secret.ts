import { bool, bytes, map, of, str } from '../../schema/builders.ts';
import { defineKind } from '../../schema/kind.ts';
import { type Infer, struct } from '../../schema/struct.ts';
import { ObjectMeta } from '../meta/object-meta.ts';

export const Secret = struct('Secret', {
  apiVersion: str(),
  kind: str(),
  metadata: of(1, ObjectMeta).expected(),
  data: map(2, bytes()),
  type: str(3).default('Opaque'),
  stringData: map(4, str()),
  immutable: bool(5).pointer(),
});
export type Secret = Infer<typeof Secret>;

export const secretKind = defineKind<Secret>({
  group: '',
  version: 'v1',
  kind: 'Secret',
  plural: 'secrets',
  namespaced: true,
  struct: Secret,
});
