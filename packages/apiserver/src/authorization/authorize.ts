import { newForbidden, type StatusError } from '@coxswain/api';
import type { UserInfo } from '../authentication/user-info.ts';
import type { Access } from './access.ts';
import type { Authorizer } from './authorizer.ts';

/** The authorize step. @throws StatusError Forbidden when the authorizer does not allow it */
export function authorize(authorizer: Authorizer, user: UserInfo, access: Access): void {
  const { outcome, reason } = authorizer.authorize(user, access);
  if (outcome !== 'allow') throw refusal(user, access, reason);
}

function refusal(user: UserInfo, access: Access, reason = ''): StatusError {
  const why = reason === '' ? '' : `: ${reason}`;
  if (access.type === 'path')
    return newForbidden(undefined, '', `User "${user.name}" cannot ${access.verb} path "${access.path}"${why}`);
  const { group, verb, name, namespace } = access;
  const resource = access.subresource === '' ? access.resource : `${access.resource}/${access.subresource}`;
  const where = namespace === '' ? ' at the cluster scope' : ` in the namespace "${namespace}"`;
  return newForbidden(
    { group, resource },
    name,
    `User "${user.name}" cannot ${verb} resource "${resource}" in API group "${group}"${where}${why}`,
  );
}
