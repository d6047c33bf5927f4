import type { ApiClient, RequestOptions } from '@coxswain/client';
import type { ApiResource } from './resource.ts';

/** The answer of `/api` (versions) or `/apis` (groups). */
export interface Roots {
  readonly versions?: readonly string[];
  readonly groups?: readonly {
    readonly name: string;
    readonly preferredVersion?: { readonly groupVersion: string };
    readonly versions: readonly { readonly groupVersion: string }[];
  }[];
}

interface ResourceList {
  readonly groupVersion: string;
  readonly resources: readonly {
    readonly name: string;
    readonly singularName: string;
    readonly namespaced: boolean;
    readonly kind: string;
    readonly verbs: readonly string[];
    readonly shortNames?: readonly string[];
    readonly categories?: readonly string[];
  }[];
}

/** Discovery of servers before 1.26: one request a group and version. A group that fails is left out. */
export async function fetchUnaggregated(
  client: ApiClient,
  path: string,
  roots: Roots,
  options: RequestOptions,
): Promise<ApiResource[]> {
  const versions = [
    ...(roots.versions ?? []),
    ...(roots.groups ?? []).flatMap((group) => {
      const all = group.versions.map(({ groupVersion }) => groupVersion);
      const preferred = group.preferredVersion?.groupVersion ?? all[0];
      return [preferred, ...all.filter((version) => version !== preferred)].filter((version) => version !== undefined);
    }),
  ];
  const lists = await Promise.all(
    versions.map((version) => client.request('GET', `${path}/${version}`, options).catch(() => undefined)),
  );
  return lists.flatMap((list) => (list === undefined ? [] : fromList(list as ResourceList)));
}

export function fromList({ groupVersion, resources }: ResourceList): ApiResource[] {
  const [first = '', second] = groupVersion.split('/');
  const [group, version] = second === undefined ? ['', first] : [first, second];
  return resources
    .filter(({ name }) => !name.includes('/'))
    .map(({ name, singularName, namespaced, kind, verbs, shortNames = [], categories = [] }) => ({
      group,
      version,
      plural: name,
      singular: singularName || kind.toLowerCase(),
      kind,
      shortNames,
      categories,
      namespaced,
      verbs,
    }));
}
