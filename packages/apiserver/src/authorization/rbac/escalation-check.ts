import {
  clusterRoleBindingKind,
  clusterRoleKind,
  deepEqual,
  goQuote,
  type PolicyRule,
  type Role,
  type RoleBinding,
  roleBindingKind,
  roleKind,
} from '@coxswain/api';
import type { AdmissionPlugin, AdmissionRequest } from '../../admission/admission.ts';
import { isFor } from '../../admission/is-for.ts';
import { refuse } from '../../admission/refuse.ts';
import type { UserInfo } from '../../authentication/user-info.ts';
import type { Authorizer } from '../authorizer.ts';
import type { RbacAuthorizer } from './rbac-authorizer.ts';
import { uncoveredRules } from './rules-covered.ts';

/**
 * Nobody grants more than he holds: writing a role takes its rules or the verb `escalate`, binding one takes the role's
 * rules or the verb `bind`.
 */
export function escalationCheck(authorizer: Authorizer, rbac: RbacAuthorizer): AdmissionPlugin {
  const may = ({ user, kind, namespace, name }: AdmissionRequest, verb: string, resource = kind.plural, of = name) =>
    authorizer.authorize(user, {
      type: 'resource',
      verb,
      group: 'rbac.authorization.k8s.io',
      resource,
      subresource: '',
      namespace,
      name: of,
    }).outcome === 'allow';

  function check(request: AdmissionRequest, wanted: readonly PolicyRule[]): void {
    const { user, namespace } = request;
    const missing = uncoveredRules(rbac.rulesOf(user, namespace), wanted);
    if (missing.length > 0) throw refuse(request, refusal(user, missing));
  }

  return {
    name: 'RBAC',
    validate(request) {
      if (request.operation === 'DELETE' || !request.object) return;
      if (isFor(request, roleKind) || isFor(request, clusterRoleKind)) {
        const { rules = [] } = request.object as unknown as Role;
        const before = (request.oldObject as unknown as Role | undefined)?.rules;
        if ((before && deepEqual(rules, before)) || may(request, 'escalate')) return;
        check(request, rules ?? []);
      }
      if (isFor(request, roleBindingKind) || isFor(request, clusterRoleBindingKind)) {
        const binding = request.object as unknown as RoleBinding;
        const old = request.oldObject as unknown as RoleBinding | undefined;
        if (old && deepEqual(binding.subjects ?? [], old.subjects ?? []) && deepEqual(binding.roleRef, old.roleRef))
          return;
        const { roleRef } = binding;
        if (may(request, 'bind', roleRef.kind === 'ClusterRole' ? 'clusterroles' : 'roles', roleRef.name)) return;
        const rules = rbac.rulesOfRole(roleRef, request.namespace);
        if (!rules)
          throw refuse(request, `${roleRef.kind.toLowerCase()}.rbac.authorization.k8s.io "${roleRef.name}" not found`);
        check(request, rules);
      }
    },
  };
}

function refusal({ name, groups }: UserInfo, missing: readonly PolicyRule[]): string {
  const list = (values: readonly string[]) => `[${values.map(goQuote).join(' ')}]`;
  const rules = missing.map(({ apiGroups, resources, resourceNames, nonResourceURLs, verbs = [] }) => {
    const parts = Object.entries({
      APIGroups: apiGroups,
      Resources: resources,
      ResourceNames: resourceNames,
      NonResourceURLs: nonResourceURLs,
    }).flatMap(([field, values]) => (values ? [`${field}:[${values.map(goQuote).join(', ')}]`] : []));
    return `{${[...parts, `Verbs:[${verbs.map(goQuote).join(', ')}]`].join(', ')}}`;
  });
  return `user ${goQuote(name)} (groups=${list(groups)}) is attempting to grant RBAC permissions not currently held:\n${rules.sort().join('\n')}`;
}
