/** Who makes a request, as authentication found out. */
export interface UserInfo {
  readonly name: string;
  readonly uid: string;
  readonly groups: readonly string[];
  /** What authenticators know besides, by qualified names (`authentication.kubernetes.io/pod-name`). */
  readonly extra?: Readonly<Record<string, readonly string[]>>;
}

export const ALL_AUTHENTICATED = 'system:authenticated';
export const ALL_UNAUTHENTICATED = 'system:unauthenticated';
export const CREDENTIAL_ID = 'authentication.kubernetes.io/credential-id';

export const ANONYMOUS: UserInfo = { name: 'system:anonymous', uid: '', groups: [ALL_UNAUTHENTICATED] };

export function authenticated(
  name: string,
  uid: string,
  groups: readonly string[],
  extra?: UserInfo['extra'],
): UserInfo {
  const all = groups.includes(ALL_AUTHENTICATED) ? groups : [...groups, ALL_AUTHENTICATED];
  return { name, uid, groups: all, ...(extra && { extra }) };
}
