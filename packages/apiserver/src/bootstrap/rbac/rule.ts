import type { PolicyRule } from '@coxswain/api';

export interface BootstrapRole {
  readonly name: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly rules: readonly PolicyRule[];
  /** Its rules are those of all roles with one of these labels. */
  readonly aggregates?: readonly string[];
}

const words = (text: string): string[] => text.split(' ').filter((word) => word !== '');

/** A rule as one reads it: verbs, group ('' is core), resources, each separated by spaces. */
export function rule(verbs: string, groups: string, resources: string, names = ''): PolicyRule {
  const apiGroups = groups === '' ? [''] : words(groups).map((group) => (group === 'core' ? '' : group));
  return {
    verbs: words(verbs),
    apiGroups,
    resources: words(resources),
    ...(names === '' ? {} : { resourceNames: words(names) }),
  };
}

export function urlRule(verbs: string, urls: string): PolicyRule {
  return { verbs: words(verbs), nonResourceURLs: words(urls) };
}

export const READ = 'get list watch';
export const WRITE = 'create delete deletecollection patch update';
export const EVENTS: PolicyRule = rule('create patch update', 'core events.k8s.io', 'events');
