import type { ApiResource } from './resource.ts';

/**
 * The resource that a word on the command line means: plural, singular, short name or kind in any case, with a group or
 * a version and a group behind: `po`, `deployments.apps`, `deployment.v1.apps`. Plural and singular names win over
 * short ones; of several groups the first in the list is taken.
 */
export function matchResource(word: string, resources: readonly ApiResource[]): ApiResource | undefined {
  const text = word.toLowerCase();
  const rules: ((resource: ApiResource) => boolean)[] = [
    ({ plural, singular, kind }) => plural === text || singular === text || kind.toLowerCase() === text,
    ({ shortNames }) => shortNames.includes(text),
  ];
  for (const rule of rules) {
    const found = resources.find(rule);
    if (found) return found;
  }
  const [name = '', ...rest] = text.split('.');
  if (rest.length === 0) return undefined;
  const exact = resources.filter((resource) => rules.some((rule) => rule(withName(resource, name, text))));
  return (
    exact.find(({ group }) => group === rest.join('.')) ??
    exact.find(({ version, group }) => version === rest[0] && group === rest.slice(1).join('.')) ??
    exact.find(({ group }) => group.startsWith(`${rest.join('.')}.`))
  );
}

/** The resource as it would be if its name were written with what stands behind the dot. */
function withName(resource: ApiResource, name: string, text: string): ApiResource {
  const same = [resource.plural, resource.singular, resource.kind.toLowerCase(), ...resource.shortNames].includes(name);
  return same ? { ...resource, plural: text } : resource;
}

/** The resources of a category such as `all`, in alphabetical order as the server tells them. */
export function matchCategory(word: string, resources: readonly ApiResource[]): ApiResource[] {
  return resources.filter(({ categories, verbs }) => categories.includes(word) && verbs.includes('list'));
}
