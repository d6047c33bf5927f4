import { ALL_UNAUTHENTICATED, type UserInfo } from '../authentication/user-info.ts';
import type { Access } from './access.ts';

/** `no-opinion` leaves it to the next authorizer; `reason` is for reviews and refusals. */
export interface Decision {
  readonly outcome: 'allow' | 'deny' | 'no-opinion';
  readonly reason?: string;
}

export interface ResourceRule {
  readonly verbs: readonly string[];
  readonly apiGroups?: readonly string[];
  readonly resources?: readonly string[];
  readonly resourceNames?: readonly string[];
}

export interface NonResourceRule {
  readonly verbs: readonly string[];
  readonly nonResourceURLs?: readonly string[];
}

/** What somebody may do in a namespace, as SelfSubjectRulesReview tells it. */
export interface Rules {
  readonly resourceRules: readonly ResourceRule[];
  readonly nonResourceRules: readonly NonResourceRule[];
  /** There may be more than the rules say. */
  readonly incomplete: boolean;
  readonly evaluationError?: string;
}

export interface Authorizer {
  /** Pure over what the authorizer has cached; runs for every request. */
  authorize(user: UserInfo, access: Access): Decision;
  rulesFor(user: UserInfo, namespace: string): Rules;
}

const ALLOW: Decision = { outcome: 'allow' };
const NO_OPINION: Decision = { outcome: 'no-opinion' };

/** --authorization-mode=AlwaysAllow; who has not said who they are reads paths only. */
export const alwaysAllow: Authorizer = {
  authorize: ({ groups }, { type }) =>
    type === 'resource' && groups.includes(ALL_UNAUTHENTICATED) ? NO_OPINION : ALLOW,
  rulesFor: () => ({
    resourceRules: [{ verbs: ['*'], apiGroups: ['*'], resources: ['*'] }],
    nonResourceRules: [{ verbs: ['*'], nonResourceURLs: ['*'] }],
    incomplete: false,
  }),
};

/** Several authorizers as one: the first with an opinion decides. */
export function unionAuthorizer(authorizers: readonly Authorizer[]): Authorizer {
  return {
    authorize(user, access) {
      const reasons: string[] = [];
      for (const authorizer of authorizers) {
        const decision = authorizer.authorize(user, access);
        if (decision.outcome !== 'no-opinion') return decision;
        if (decision.reason) reasons.push(decision.reason);
      }
      return reasons.length === 0 ? NO_OPINION : { outcome: 'no-opinion', reason: reasons.join('\n') };
    },
    rulesFor(user, namespace) {
      const all = authorizers.map((authorizer) => authorizer.rulesFor(user, namespace));
      const errors = all.map(({ evaluationError }) => evaluationError).filter((error) => error !== undefined);
      return {
        resourceRules: all.flatMap(({ resourceRules }) => resourceRules),
        nonResourceRules: all.flatMap(({ nonResourceRules }) => nonResourceRules),
        incomplete: all.some(({ incomplete }) => incomplete),
        ...(errors.length > 0 && { evaluationError: errors.join(', ') }),
      };
    },
  };
}
