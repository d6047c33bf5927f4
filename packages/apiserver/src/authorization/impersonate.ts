import { newInternalError } from '@coxswain/api';
import { SERVICE_ACCOUNT_PREFIX, serviceAccountGroups } from '../authentication/service-account-claims.ts';
import { ALL_UNAUTHENTICATED, ANONYMOUS, authenticated, type UserInfo } from '../authentication/user-info.ts';
import type { Asked } from '../server/reply.ts';
import type { Access } from './access.ts';
import { authorize } from './authorize.ts';
import type { Authorizer } from './authorizer.ts';

const EXTRA = 'impersonate-extra-';

/**
 * Who the asker wants to be taken for (kubectl --as, --as-group, --as-uid); himself without such headers.
 * @throws StatusError Forbidden unless he may impersonate each of it
 */
export function impersonate(
  authorizer: Authorizer,
  user: UserInfo,
  { headers, rawHeaders }: Pick<Asked, 'headers' | 'rawHeaders'>,
): UserInfo {
  const name = headers['impersonate-user'];
  if (name === undefined && !Object.keys(headers).some((key) => key.startsWith('impersonate-'))) return user;
  if (typeof name !== 'string' || name === '')
    throw newInternalError(new Error('requested groups, uid or extra without impersonating a user'));
  const asked = new Map<string, string[]>();
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    const key = (rawHeaders[i] as string).toLowerCase();
    if (key.startsWith('impersonate-')) asked.set(key, [...(asked.get(key) ?? []), rawHeaders[i + 1] as string]);
  }
  const groups = asked.get('impersonate-group') ?? [];
  const [uid = ''] = asked.get('impersonate-uid') ?? [];
  const extra = Object.fromEntries(
    [...asked]
      .filter(([key]) => key.startsWith(EXTRA))
      .map(([key, values]) => [decodeURIComponent(key.slice(EXTRA.length)), values]),
  );
  for (const access of accessesOf(name, groups, uid, extra)) authorize(authorizer, user, access);
  const hasExtra = Object.keys(extra).length > 0;
  if (name === ANONYMOUS.name && groups.length === 0) return ANONYMOUS;
  if (groups.includes(ALL_UNAUTHENTICATED)) return { name, uid, groups, ...(hasExtra && { extra }) };
  const account = serviceAccountOf(name);
  const all = groups.length === 0 && account ? serviceAccountGroups(account.namespace) : groups;
  return authenticated(name, uid, all, hasExtra ? extra : undefined);
}

function accessesOf(
  name: string,
  groups: readonly string[],
  uid: string,
  extra: Readonly<Record<string, readonly string[]>>,
): Access[] {
  const access = (group: string, resource: string, of: string, namespace = '', subresource = ''): Access => ({
    type: 'resource',
    verb: 'impersonate',
    group,
    resource,
    subresource,
    namespace,
    name: of,
  });
  const account = serviceAccountOf(name);
  const all = [account ? access('', 'serviceaccounts', account.name, account.namespace) : access('', 'users', name)];
  for (const group of groups) all.push(access('', 'groups', group));
  if (uid !== '') all.push(access('authentication.k8s.io', 'uids', uid));
  for (const [key, values] of Object.entries(extra))
    for (const value of values) all.push(access('authentication.k8s.io', 'userextras', value, '', key));
  return all;
}

function serviceAccountOf(user: string): { readonly namespace: string; readonly name: string } | undefined {
  if (!user.startsWith(SERVICE_ACCOUNT_PREFIX)) return undefined;
  const [namespace = '', name = '', more] = user.slice(SERVICE_ACCOUNT_PREFIX.length).split(':');
  return namespace === '' || name === '' || more !== undefined ? undefined : { namespace, name };
}
