import type { PolicyRule } from '@coxswain/api';
import type { Authorizer } from './authorizer.ts';
import { nodeIdentity } from './node-identity.ts';
import { ruleAllows } from './rbac/match-rule.ts';

/**
 * --authorization-mode=Node: kubelets do what `rules` (the role system:node) say. Which Secrets and ConfigMaps a node's
 * own pods need is not looked at yet.
 */
export function nodeAuthorizer(rules: readonly PolicyRule[]): Authorizer {
  return {
    authorize: (user, access) => ({
      outcome:
        nodeIdentity(user) !== undefined && rules.some((rule) => ruleAllows(rule, access)) ? 'allow' : 'no-opinion',
    }),
    // As upstream: this authorizer tells no rules.
    rulesFor: (user) => ({ resourceRules: [], nonResourceRules: [], incomplete: nodeIdentity(user) !== undefined }),
  };
}
