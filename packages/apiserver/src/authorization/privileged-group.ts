import type { Authorizer } from './authorizer.ts';

const NO_RULES = { resourceRules: [], nonResourceRules: [], incomplete: false };

/** The group that may everything before anybody is asked. */
export const privilegedGroup: Authorizer = {
  authorize: ({ groups }) => ({ outcome: groups.includes('system:masters') ? 'allow' : 'no-opinion' }),
  rulesFor: ({ groups }) =>
    groups.includes('system:masters')
      ? {
          resourceRules: [{ verbs: ['*'], apiGroups: ['*'], resources: ['*'] }],
          nonResourceRules: [{ verbs: ['*'], nonResourceURLs: ['*'] }],
          incomplete: false,
        }
      : NO_RULES,
};
