import type { PolicyRule } from '@coxswain/api';

/**
 * Of the rules that somebody wants to grant, those that the rules he has do not cover; empty when all are. Each is of
 * one group and resource (or URL) with the verbs that lack. Pure.
 */
export function uncoveredRules(held: readonly PolicyRule[], wanted: readonly PolicyRule[]): PolicyRule[] {
  const missing = new Map<string, PolicyRule>();
  for (const each of wanted.flatMap(atoms)) {
    if (held.some((rule) => covers(rule, each))) continue;
    const { verbs: [verb = ''] = [], ...rest } = each;
    const key = JSON.stringify(rest);
    const known = missing.get(key);
    if (!known) missing.set(key, { ...rest, verbs: [verb] });
    else if (!known.verbs?.includes(verb)) known.verbs = [...(known.verbs ?? []), verb];
  }
  return [...missing.values()];
}

/** A rule taken apart: one verb, one group, one resource, at most one name; or one verb and one URL. */
function atoms({ verbs = [], apiGroups = [], resources = [], resourceNames = [], nonResourceURLs = [] }: PolicyRule) {
  const all: PolicyRule[] = [];
  for (const verb of verbs) {
    for (const url of nonResourceURLs) all.push({ verbs: [verb], nonResourceURLs: [url] });
    for (const group of apiGroups)
      for (const resource of resources) {
        const atom = { verbs: [verb], apiGroups: [group], resources: [resource] };
        if (resourceNames.length === 0) all.push(atom);
        for (const name of resourceNames) all.push({ ...atom, resourceNames: [name] });
      }
  }
  return all;
}

function covers(rule: PolicyRule, atom: PolicyRule): boolean {
  if (!has(rule.verbs, atom.verbs?.[0])) return false;
  const url = atom.nonResourceURLs?.[0];
  if (url !== undefined)
    return (rule.nonResourceURLs ?? []).some(
      (each) => each === '*' || each === url || (each.endsWith('*') && url.startsWith(each.slice(0, -1))),
    );
  const resource = atom.resources?.[0] ?? '';
  const subresource = resource.includes('/') ? `*/${resource.slice(resource.indexOf('/') + 1)}` : undefined;
  if (!has(rule.apiGroups, atom.apiGroups?.[0])) return false;
  if (!has(rule.resources, resource) && !(subresource !== undefined && rule.resources?.includes(subresource)))
    return false;
  const name = atom.resourceNames?.[0];
  const names = rule.resourceNames ?? [];
  return names.length === 0 || (name !== undefined && names.includes(name));
}

function has(list: readonly string[] | undefined, wanted: string | undefined): boolean {
  return wanted !== undefined && (list ?? []).some((each) => each === '*' || each === wanted);
}
