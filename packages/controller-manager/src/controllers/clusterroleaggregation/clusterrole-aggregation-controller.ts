import { type ClusterRole, clusterRoleKind, deepEqual, labelSelectorAsSelector, type PolicyRule } from '@coxswain/api';
import { type Controller, done, source } from '@coxswain/client';
import type { ControllerContext } from '../../controller-context.ts';

/** Gives ClusterRoles with an aggregationRule the rules of those that they select, such as `view`, `edit` and `admin`. */
export function createClusterRoleAggregationController({ client, informers }: ControllerContext): Controller {
  const roles = informers.for(clusterRoleKind);
  const aggregated = () => roles.lister.list().filter(({ aggregationRule }) => aggregationRule !== undefined);
  return {
    name: 'clusterroleaggregation',
    sources: [source(roles, () => aggregated().map(({ metadata }) => metadata.name))],
    async reconcile(name, { signal }) {
      const role = roles.lister.get(name);
      if (!role?.aggregationRule) return done;
      const rules = aggregateRules(role, roles.lister.list());
      if (!deepEqual(rules, role.rules ?? []))
        await client.resource(clusterRoleKind).update({ ...role, rules }, { signal });
      return done;
    },
  };
}

/** The rules of the selected roles in the order of their names, each once. */
export function aggregateRules({ metadata, aggregationRule }: ClusterRole, all: readonly ClusterRole[]): PolicyRule[] {
  const byName = [...all].sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));
  const rules: PolicyRule[] = [];
  for (const selector of aggregationRule?.clusterRoleSelectors ?? []) {
    const wanted = labelSelectorAsSelector(selector);
    for (const role of byName) {
      if (role.metadata.name === metadata.name || !wanted.matches(role.metadata.labels ?? {})) continue;
      for (const rule of role.rules ?? []) if (!rules.some((known) => deepEqual(known, rule))) rules.push(rule);
    }
  }
  return rules;
}
