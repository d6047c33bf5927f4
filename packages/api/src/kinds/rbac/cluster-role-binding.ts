import { isPathSegmentName } from '../../machinery/names.ts';
import { list, of, str } from '../../schema/builders.ts';
import { defineKind } from '../../schema/kind.ts';
import { type Infer, struct } from '../../schema/struct.ts';
import { ObjectMeta } from '../meta/object-meta.ts';
import { bindingColumns } from './binding-columns.ts';
import { RoleRef, Subject } from './rules.ts';
import { defaultBinding, validateBinding, validateBindingUpdate } from './rules-validation.ts';

export const ClusterRoleBinding = struct('ClusterRoleBinding', {
  apiVersion: str(),
  kind: str(),
  metadata: of(1, ObjectMeta).expected(),
  subjects: list(2, Subject).atomic(),
  roleRef: of(3, RoleRef).required(),
});
export type ClusterRoleBinding = Infer<typeof ClusterRoleBinding>;

export const clusterRoleBindingKind = defineKind<ClusterRoleBinding>({
  group: 'rbac.authorization.k8s.io',
  version: 'v1',
  kind: 'ClusterRoleBinding',
  plural: 'clusterrolebindings',
  namespaced: false,
  struct: ClusterRoleBinding,
  createOnUpdate: true,
  nameRule: isPathSegmentName,
  defaults: defaultBinding,
  validate: (binding) => validateBinding(binding, ['ClusterRole']),
  validateUpdate: validateBindingUpdate,
  columns: bindingColumns<ClusterRoleBinding>(),
});
