import { list, of, str } from '../../schema/builders.ts';
import { defineKind } from '../../schema/kind.ts';
import { type Infer, struct } from '../../schema/struct.ts';
import { ObjectMeta } from '../meta/object-meta.ts';
import { RoleRef, Subject } from './rules.ts';

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
});
