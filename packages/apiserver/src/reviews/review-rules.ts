import type { SelfSubjectRulesReview } from '@coxswain/api';
import type { UserInfo } from '../authentication/user-info.ts';
import type { HandlerDependencies } from '../handlers/dependencies.ts';

/** What may the asker do in a namespace? (`kubectl auth can-i --list`) */
export function reviewOwnRules(
  { authorizer }: Pick<HandlerDependencies, 'authorizer'>,
  user: UserInfo,
  review: SelfSubjectRulesReview,
): void {
  const rules = authorizer.rulesFor(user, review.spec.namespace ?? '');
  const { resourceRules, nonResourceRules, incomplete, evaluationError } = rules;
  review.status = {
    resourceRules: resourceRules.map((rule) => ({ ...structuredClone(rule) })),
    nonResourceRules: nonResourceRules.map((rule) => ({ ...structuredClone(rule) })),
    incomplete,
    ...(evaluationError === undefined ? {} : { evaluationError }),
  } as NonNullable<SelfSubjectRulesReview['status']>;
}
