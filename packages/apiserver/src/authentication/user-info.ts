/** Who makes a request, as authentication found out. */
export interface UserInfo {
  readonly name: string;
  readonly uid: string;
  readonly groups: readonly string[];
}

export const ALL_AUTHENTICATED = 'system:authenticated';
export const ALL_UNAUTHENTICATED = 'system:unauthenticated';

export const ANONYMOUS: UserInfo = { name: 'system:anonymous', uid: '', groups: [ALL_UNAUTHENTICATED] };

export function authenticated(name: string, uid: string, groups: readonly string[]): UserInfo {
  return { name, uid, groups: groups.includes(ALL_AUTHENTICATED) ? groups : [...groups, ALL_AUTHENTICATED] };
}
