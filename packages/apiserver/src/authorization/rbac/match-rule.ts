import type { PolicyRule } from '@coxswain/api';
import type { Access } from '../access.ts';

/** Whether a rule allows an access. Pure. */
export function ruleAllows(rule: PolicyRule, access: Access): boolean {
  if (!includes(rule.verbs, access.verb)) return false;
  if (access.type === 'path') return (rule.nonResourceURLs ?? []).some((url) => urlMatches(url, access.path));
  const { group, resource, subresource, name } = access;
  if (!includes(rule.apiGroups, group)) return false;
  const names = rule.resourceNames ?? [];
  if (names.length > 0 && !names.includes(name)) return false;
  return resourceMatches(rule.resources ?? [], resource, subresource);
}

function includes(list: readonly string[] | undefined, wanted: string): boolean {
  return list?.some((each) => each === '*' || each === wanted) ?? false;
}

/** `*`, `pods`, `pods/log` or any subresource by a star. */
function resourceMatches(rules: readonly string[], resource: string, subresource: string): boolean {
  const combined = subresource === '' ? resource : `${resource}/${subresource}`;
  return rules.some((rule) => rule === '*' || rule === combined || (subresource !== '' && rule === `*/${subresource}`));
}

function urlMatches(rule: string, path: string): boolean {
  return rule === '*' || rule === path || (rule.endsWith('*') && path.startsWith(rule.slice(0, -1)));
}
