import { newForbidden } from '@coxswain/api';
import { ALL_UNAUTHENTICATED, type UserInfo } from '../authentication/user-info.ts';
import type { RequestInfo } from '../server/request-info.ts';

export type Decision = 'allow' | 'deny' | 'no-opinion';

export interface Authorizer {
  authorize(user: UserInfo, info: RequestInfo): Decision;
}

/** --authorization-mode=AlwaysAllow. */
export const alwaysAllow: Authorizer = { authorize: () => 'allow' };

/**
 * The authorize step: the first authorizer with an opinion decides; without any the answer is no.
 * @throws StatusError Forbidden
 */
export function authorize(authorizers: readonly Authorizer[], user: UserInfo, info: RequestInfo): void {
  if (user.groups.includes(ALL_UNAUTHENTICATED) && info.type !== 'path') throw refusal(user, info);
  for (const authorizer of authorizers) {
    const decision = authorizer.authorize(user, info);
    if (decision === 'allow') return;
    if (decision === 'deny') break;
  }
  throw refusal(user, info);
}

function refusal(user: UserInfo, info: RequestInfo) {
  if (info.type !== 'resource') return newForbidden(undefined, '', `User "${user.name}" cannot access this path`);
  const { kind, verb, name, namespace, subresource } = info;
  const resource = subresource === '' ? kind.plural : `${kind.plural}/${subresource}`;
  const where = namespace === '' ? ' at the cluster scope' : ` in the namespace "${namespace}"`;
  return newForbidden(
    { group: kind.group, resource },
    name,
    `User "${user.name}" cannot ${verb} resource "${resource}" in API group "${kind.group}"${where}`,
  );
}
