import { UsageError } from '@coxswain/foundation';
import type { ApiResource } from './resource.ts';
import type { ResourceFinder } from './resource-finder.ts';

/** What a command's words select: all objects of some resources, or objects by name. */
export interface Selection {
  readonly resource: ApiResource;
  /** Undefined for all of them. */
  readonly name?: string;
}

/** Reads `pods`, `pods,svc`, `pod a b`, `pod/a deploy/b`. @throws UsageError, Error as kubectl words them */
export async function selectObjects(args: readonly string[], finder: ResourceFinder): Promise<Selection[]> {
  if (args.length === 0)
    throw new UsageError('You must specify the type of resource. Use "cox api-resources" for a list');
  if (args.some((arg) => arg.includes('/'))) {
    const selections: Selection[] = [];
    for (const arg of args) {
      const [type = '', name = '', ...rest] = arg.split('/');
      if (!arg.includes('/'))
        throw new UsageError(
          "there is no need to specify a resource type as a separate argument when passing arguments in resource/name form (e.g. 'cox get resource/<resource_name>' instead of 'cox get resource resource/<resource_name>'",
        );
      if (type === '' || name === '' || rest.length > 0)
        throw new UsageError('arguments in resource/name form must have a single resource and name');
      for (const word of type.split(','))
        for (const resource of await finder.find(word)) selections.push({ resource, name });
    }
    return selections;
  }
  const [types = '', ...names] = args;
  const resources = (
    await Promise.all(
      types
        .split(',')
        .filter((type) => type !== '')
        .map((type) => finder.find(type)),
    )
  ).flat();
  if (names.length === 0) return resources.map((resource) => ({ resource }));
  return resources.flatMap((resource) => names.map((name) => ({ resource, name })));
}
