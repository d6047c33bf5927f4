import { isPathSegmentName } from '../../machinery/names.ts';
import { list, of, str } from '../../schema/builders.ts';
import { column } from '../../schema/column.ts';
import { defineKind } from '../../schema/kind.ts';
import { type Infer, struct } from '../../schema/struct.ts';
import { ObjectMeta } from '../meta/object-meta.ts';
import { PolicyRule } from './rules.ts';
import { validateRules } from './rules-validation.ts';

export const Role = struct('Role', {
  apiVersion: str(),
  kind: str(),
  metadata: of(1, ObjectMeta).expected(),
  rules: list(2, PolicyRule).always().atomic(),
});
export type Role = Infer<typeof Role>;

export const roleKind = defineKind<Role>({
  group: 'rbac.authorization.k8s.io',
  version: 'v1',
  kind: 'Role',
  plural: 'roles',
  namespaced: true,
  struct: Role,
  createOnUpdate: true,
  nameRule: isPathSegmentName,
  validate: ({ rules }) => validateRules(rules, true),
  columns: [column('Created At', ({ metadata }) => metadata.creationTimestamp, 'date')],
});
