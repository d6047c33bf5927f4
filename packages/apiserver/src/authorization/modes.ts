import { NODE_RULES } from '../bootstrap/rbac/component-roles.ts';
import type { ResourceCaches } from '../cache/resource-cache.ts';
import { type Authorizer, alwaysAllow, unionAuthorizer } from './authorizer.ts';
import { nodeAuthorizer } from './node-authorizer.ts';
import { privilegedGroup } from './privileged-group.ts';
import { RbacAuthorizer } from './rbac/rbac-authorizer.ts';

export const AUTHORIZATION_MODES = ['AlwaysAllow', 'Node', 'RBAC'] as const;
export type AuthorizationMode = (typeof AUTHORIZATION_MODES)[number];

export interface Authorization {
  readonly authorizer: Authorizer;
  /** Undefined unless the mode RBAC is on. */
  readonly rbac: RbacAuthorizer | undefined;
}

/** The authorizers of --authorization-mode, asked in that order after the privileged group. */
export function authorizationOf(modes: readonly AuthorizationMode[], caches: ResourceCaches): Authorization {
  const rbac = modes.includes('RBAC') ? new RbacAuthorizer(caches) : undefined;
  const of: Record<AuthorizationMode, Authorizer | undefined> = {
    AlwaysAllow: alwaysAllow,
    Node: nodeAuthorizer(NODE_RULES, caches),
    RBAC: rbac,
  };
  const chosen = modes.map((mode) => of[mode]).filter((each) => each !== undefined);
  // Where everything is allowed, nobody needs to be privileged.
  const authorizer = modes[0] === 'AlwaysAllow' ? alwaysAllow : unionAuthorizer([privilegedGroup, ...chosen]);
  return { authorizer, rbac };
}
