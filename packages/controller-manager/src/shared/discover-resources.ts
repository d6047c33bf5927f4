import type { ApiClient, DynamicResource } from '@coxswain/client';

export interface DiscoveredResource extends DynamicResource {
  readonly kind: string;
  readonly verbs: readonly string[];
}

export interface Discovery {
  /** In each group's preferred version, without subresources. */
  readonly resources: readonly DiscoveredResource[];
  /** Groups that could not be read (an aggregated API that is down), with the reason. */
  readonly failures: readonly { readonly groupVersion: string; readonly message: string }[];
}

interface ResourceList {
  resources?: { name: string; kind: string; namespaced: boolean; verbs?: string[] }[];
}
interface GroupList {
  groups?: { name: string; preferredVersion?: { groupVersion: string; version: string } }[];
}

/** What the apiserver serves, by its discovery documents. @throws when not even the list of groups can be read */
export async function discoverResources(client: ApiClient, signal: AbortSignal): Promise<Discovery> {
  const groups = (await client.request('GET', '/apis', { signal })) as GroupList;
  const wanted = [{ group: '', version: 'v1', path: '/api/v1' }];
  for (const { name, preferredVersion } of groups.groups ?? [])
    if (preferredVersion)
      wanted.push({ group: name, version: preferredVersion.version, path: `/apis/${preferredVersion.groupVersion}` });
  const resources: DiscoveredResource[] = [];
  const failures: { groupVersion: string; message: string }[] = [];
  await Promise.all(
    wanted.map(async ({ group, version, path }) => {
      try {
        const list = (await client.request('GET', path, { signal })) as ResourceList;
        for (const { name, kind, namespaced, verbs = [] } of list.resources ?? [])
          if (!name.includes('/')) resources.push({ group, version, plural: name, kind, namespaced, verbs });
      } catch (error) {
        const message = error instanceof Error ? error.message : String(error);
        failures.push({ groupVersion: group === '' ? version : `${group}/${version}`, message });
      }
    }),
  );
  resources.sort((a, b) => resourceId(a).localeCompare(resourceId(b)));
  return { resources, failures };
}

/** `deployments.v1.apps`; `pods.v1.` for core. */
export function resourceId({ group, version, plural }: DynamicResource): string {
  return `${plural}.${version}.${group}`;
}
