import type { PolicyRule } from '@coxswain/api';
import type { UserInfo } from '../authentication/user-info.ts';
import type { Authorizer } from './authorizer.ts';
import { ruleAllows } from './rbac/match-rule.ts';

const PREFIX = 'system:node:';
const NODES = 'system:nodes';

/**
 * --authorization-mode=Node: kubelets do what `rules` (the role system:node) say. Which Secrets and ConfigMaps a node's
 * own pods need is not looked at yet.
 */
export function nodeAuthorizer(rules: readonly PolicyRule[]): Authorizer {
  const isNode = ({ name, groups }: UserInfo) => name.startsWith(PREFIX) && groups.includes(NODES);
  return {
    authorize: (user, access) => ({
      outcome: isNode(user) && rules.some((rule) => ruleAllows(rule, access)) ? 'allow' : 'no-opinion',
    }),
    // As upstream: this authorizer tells no rules.
    rulesFor: (user) => ({ resourceRules: [], nonResourceRules: [], incomplete: isNode(user) }),
  };
}
