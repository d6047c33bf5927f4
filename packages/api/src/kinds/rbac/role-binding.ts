import { isPathSegmentName } from '../../machinery/names.ts';
import { list, of, str } from '../../schema/builders.ts';
import { defineKind } from '../../schema/kind.ts';
import { type Infer, struct } from '../../schema/struct.ts';
import { ObjectMeta } from '../meta/object-meta.ts';
import { bindingColumns } from './binding-columns.ts';
import { RoleRef, Subject } from './rules.ts';
import { defaultBinding, validateBinding, validateBindingUpdate } from './rules-validation.ts';

export const RoleBinding = struct('RoleBinding', {
  apiVersion: str(),
  kind: str(),
  metadata: of(1, ObjectMeta).expected(),
  subjects: list(2, Subject).atomic(),
  roleRef: of(3, RoleRef).required(),
});
export type RoleBinding = Infer<typeof RoleBinding>;

export const roleBindingKind = defineKind<RoleBinding>({
  group: 'rbac.authorization.k8s.io',
  version: 'v1',
  kind: 'RoleBinding',
  plural: 'rolebindings',
  namespaced: true,
  struct: RoleBinding,
  createOnUpdate: true,
  nameRule: isPathSegmentName,
  defaults: defaultBinding,
  validate: (binding) => validateBinding(binding, ['Role', 'ClusterRole']),
  validateUpdate: validateBindingUpdate,
  columns: bindingColumns<RoleBinding>(),
});
