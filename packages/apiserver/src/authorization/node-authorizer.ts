import type { PolicyRule } from '@coxswain/api';
import type { ResourceCaches } from '../cache/resource-cache.ts';
import type { Access } from './access.ts';
import type { Authorizer, Decision } from './authorizer.ts';
import { nodeIdentity } from './node-identity.ts';
import { NEEDED_RESOURCES, nodeNeeds } from './node-needs.ts';
import { ruleAllows } from './rbac/match-rule.ts';

const ALLOW: Decision = { outcome: 'allow' };
/** These a kubelet may also follow, one by one. */
const FOLLOWED = ['secrets', 'configmaps'];

/**
 * --authorization-mode=Node: kubelets do what `rules` (the role system:node) say; Secrets, ConfigMaps and what else pods
 * need they read only where a pod that is bound to them needs it.
 */
export function nodeAuthorizer(rules: readonly PolicyRule[], caches: ResourceCaches): Authorizer {
  return {
    authorize(user, access) {
      const node = nodeIdentity(user);
      if (node === undefined || !rules.some((rule) => ruleAllows(rule, access))) return { outcome: 'no-opinion' };
      const reason = isNeeded(access) ? refusal(node, access, caches) : undefined;
      return reason === undefined ? ALLOW : { outcome: 'no-opinion', reason };
    },
    // As upstream: this authorizer tells no rules.
    rulesFor: (user) => ({ resourceRules: [], nonResourceRules: [], incomplete: nodeIdentity(user) !== undefined }),
  };
}

type ResourceAccess = Access & { readonly type: 'resource' };

function isNeeded(access: Access): access is ResourceAccess {
  // What is written beneath (tokens, a claim's status) is NodeRestriction's to judge.
  return (
    access.type === 'resource' &&
    access.subresource === '' &&
    NEEDED_RESOURCES.has(`${access.group}/${access.resource}`)
  );
}

/** Why a node may not read the object, in upstream's words; undefined if it may. */
function refusal(node: string, access: ResourceAccess, caches: ResourceCaches): string | undefined {
  const { verb, resource, name } = access;
  if (verb !== 'get' && !FOLLOWED.includes(resource)) return 'can only get individual resources of this type';
  if (name === '') return 'No Object name found';
  if (nodeNeeds(caches, node, access)) return undefined;
  return `no relationship found between node '${node}' and this object`;
}
