import type { SelfSubjectReview, UserInfo as WireUser } from '@coxswain/api';
import type { UserInfo } from '../authentication/user-info.ts';
import type { HandlerDependencies } from '../handlers/dependencies.ts';

/** `kubectl auth whoami` (KEP-3325). */
export function reviewSelf(_dependencies: HandlerDependencies, user: UserInfo, review: SelfSubjectReview): void {
  review.status = { userInfo: wireUser(user) };
}

/** A user as reviews and requests for certificates show it. */
export function wireUser({ name, uid, groups, extra }: UserInfo): WireUser {
  return {
    username: name,
    ...(uid === '' ? {} : { uid }),
    ...(groups.length > 0 && { groups: [...groups] }),
    ...(extra && { extra: Object.fromEntries(Object.entries(extra).map(([key, values]) => [key, [...values]])) }),
  };
}
