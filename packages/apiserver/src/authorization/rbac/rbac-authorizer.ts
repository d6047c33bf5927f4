import {
  type ClusterRole,
  type ClusterRoleBinding,
  clusterRoleBindingKind,
  clusterRoleKind,
  type Kind,
  type PolicyRule,
  type Role,
  type RoleBinding,
  roleBindingKind,
  roleKind,
} from '@coxswain/api';
import type { UserInfo } from '../../authentication/user-info.ts';
import type { ResourceCaches } from '../../cache/resource-cache.ts';
import type { Access } from '../access.ts';
import type { Authorizer, Decision, Rules } from '../authorizer.ts';
import { BindingIndex, type Bound } from './binding-index.ts';
import { ruleAllows } from './match-rule.ts';

type Binding = ClusterRoleBinding | RoleBinding;

const NO_RULES: readonly PolicyRule[] = [];

/** --authorization-mode=RBAC over the watch caches. `follow` keeps the index of bindings. */
export class RbacAuthorizer implements Authorizer {
  readonly #caches: ResourceCaches;
  readonly #cluster = new BindingIndex();
  readonly #namespaced = new BindingIndex();
  readonly #filled = new Set<string>();

  constructor(caches: ResourceCaches) {
    this.#caches = caches;
  }

  /** True once all bindings are known; before, nobody is allowed anything by them. */
  get ready(): boolean {
    return this.#filled.size === 2;
  }

  authorize(user: UserInfo, access: Access): Decision {
    const missing: string[] = [];
    for (const { bound, rules } of this.#grants(user, namespaceOf(access), missing))
      if (rules.some((rule) => ruleAllows(rule, access))) return { outcome: 'allow', reason: allowedBy(bound) };
    if (missing.length === 0) return { outcome: 'no-opinion' };
    const all = [...new Set(missing)];
    return { outcome: 'no-opinion', reason: `RBAC: ${all.length === 1 ? all[0] : `[${all.join(', ')}]`}` };
  }

  rulesFor(user: UserInfo, namespace: string): Rules {
    const missing: string[] = [];
    const rules = this.rulesOf(user, namespace, missing);
    return {
      resourceRules: rules
        .filter(({ resources }) => resources?.length)
        .map(({ verbs = [], apiGroups = [], resources = [], resourceNames = [] }) => ({
          verbs,
          apiGroups,
          resources,
          ...(resourceNames.length > 0 && { resourceNames }),
        })),
      nonResourceRules: rules
        .filter(({ nonResourceURLs }) => nonResourceURLs?.length)
        .map(({ verbs = [], nonResourceURLs = [] }) => ({ verbs, nonResourceURLs })),
      incomplete: missing.length > 0,
      ...(missing.length > 0 && { evaluationError: missing.join(', ') }),
    };
  }

  /** All rules that bindings give a user in a namespace; '' for those of the cluster alone. */
  rulesOf(user: UserInfo, namespace: string, missing: string[] = []): PolicyRule[] {
    return [...this.#grants(user, namespace, missing)].flatMap(({ rules }) => rules);
  }

  /** The rules of a role that a binding refers to; undefined when there is no such role. */
  rulesOfRole({ kind, name = '' }: RoleBinding['roleRef'], namespace: string): readonly PolicyRule[] | undefined {
    const cluster = kind === 'ClusterRole';
    const cache = this.#caches.forKind((cluster ? clusterRoleKind : roleKind) as unknown as Kind);
    const entry = cache.get(cluster ? '' : namespace, name);
    return entry && ((entry.object as unknown as ClusterRole | Role).rules ?? NO_RULES);
  }

  /** Follows the bindings until the signal aborts. Never rejects. */
  async follow(signal: AbortSignal): Promise<void> {
    await Promise.all([
      this.#followKind(clusterRoleBindingKind as unknown as Kind, this.#cluster, signal),
      this.#followKind(roleBindingKind as unknown as Kind, this.#namespaced, signal),
    ]);
  }

  async #followKind(kind: Kind, index: BindingIndex, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.#caches.waitUntilReady(signal).catch(() => {});
      if (signal.aborted) return;
      const result = this.#caches.forKind(kind).watch({ start: 'initial', initialEventsEnd: true, signal });
      if (result.outcome !== 'watching') continue;
      let initial: Binding[] | undefined = [];
      for await (const batch of result.watch)
        for (const { type, entry } of batch) {
          const binding = entry?.object as unknown as Binding | undefined;
          if (!binding) {
            // What went while nobody watched must not stay.
            if (initial) index.keepOnly(initial);
            initial = undefined;
            this.#filled.add(kind.plural);
          } else if (type === 'DELETED') index.delete(binding);
          else {
            index.set(binding);
            initial?.push(binding);
          }
        }
    }
  }

  *#grants(
    user: UserInfo,
    namespace: string,
    missing: string[],
  ): Iterable<{ readonly bound: Bound; readonly rules: readonly PolicyRule[] }> {
    const grant = (bound: Bound) => {
      const { roleRef, metadata } = bound.binding;
      const rules = this.rulesOfRole(roleRef, metadata.namespace ?? '');
      if (!rules) missing.push(`${roleRef.kind.toLowerCase()}.rbac.authorization.k8s.io "${roleRef.name}" not found`);
      return { bound, rules: rules ?? NO_RULES };
    };
    for (const bound of this.#cluster.boundTo(user, '')) yield grant(bound);
    if (namespace !== '') for (const bound of this.#namespaced.boundTo(user, namespace)) yield grant(bound);
  }
}

function namespaceOf(access: Access): string {
  return access.type === 'resource' ? access.namespace : '';
}

/** Upstream's reason, which reviews show. */
function allowedBy({ binding: { metadata, roleRef }, subject }: Bound): string {
  const { name, namespace = '' } = metadata;
  const binding = namespace === '' ? `ClusterRoleBinding "${name}"` : `RoleBinding "${name}/${namespace}"`;
  const who = subject.kind === 'ServiceAccount' ? `${subject.name}/${subject.namespace}` : subject.name;
  return `RBAC: allowed by ${binding} of ${roleRef.kind} "${roleRef.name}" to ${subject.kind} "${who}"`;
}
