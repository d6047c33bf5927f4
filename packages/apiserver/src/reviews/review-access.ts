import type {
  LocalSubjectAccessReview,
  NonResourceAttributes,
  ResourceAttributes,
  SelfSubjectAccessReview,
  SubjectAccessReview,
  SubjectAccessReviewStatus,
} from '@coxswain/api';
import type { UserInfo } from '../authentication/user-info.ts';
import type { Access } from '../authorization/access.ts';
import type { Authorizer } from '../authorization/authorizer.ts';
import type { HandlerDependencies } from '../handlers/dependencies.ts';

type Dependencies = Pick<HandlerDependencies, 'authorizer'>;

/** May the asker? (`kubectl auth can-i`) */
export function reviewOwnAccess({ authorizer }: Dependencies, user: UserInfo, review: SelfSubjectAccessReview): void {
  review.status = judge(authorizer, user, review.spec);
}

/** May somebody else? */
export function reviewSubjectAccess({ authorizer }: Dependencies, _user: UserInfo, review: SubjectAccessReview): void {
  const { user: name = '', uid = '', groups = [], extra } = review.spec;
  const subject: UserInfo = { name, uid, groups, ...(extra && { extra: extra as NonNullable<UserInfo['extra']> }) };
  review.status = judge(authorizer, subject, review.spec);
}

/** The same within one namespace. */
export function reviewLocalAccess(dependencies: Dependencies, user: UserInfo, review: LocalSubjectAccessReview): void {
  reviewSubjectAccess(dependencies, user, review);
}

interface Asked {
  readonly resourceAttributes?: ResourceAttributes | undefined;
  readonly nonResourceAttributes?: NonResourceAttributes | undefined;
}

function judge(authorizer: Authorizer, user: UserInfo, asked: Asked): SubjectAccessReviewStatus {
  const { outcome, reason } = authorizer.authorize(user, accessAsked(asked));
  return {
    allowed: outcome === 'allow',
    ...(reason ? { reason } : {}),
    ...(outcome === 'deny' ? { denied: true } : {}),
  };
}

function accessAsked({ resourceAttributes, nonResourceAttributes }: Asked): Access {
  if (!resourceAttributes)
    return { type: 'path', verb: nonResourceAttributes?.verb ?? '', path: nonResourceAttributes?.path ?? '' };
  const { verb = '', group = '', resource = '', subresource = '', namespace = '', name = '' } = resourceAttributes;
  return { type: 'resource', verb, group, resource, subresource, namespace, name };
}
