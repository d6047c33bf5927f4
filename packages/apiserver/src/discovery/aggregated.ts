import type { Kind } from '@coxswain/api';
import { type AggregatedApis, discoveryOf, groupsOf } from '../aggregation/aggregated-apis.ts';
import type { Resources } from '../server/resources.ts';
import { apiResourcesOf, subresourcesOf } from './api-resources.ts';

/** apidiscovery.k8s.io APIGroupDiscoveryList (KEP-3352): all groups, or the core group alone, in one document. */
export function aggregatedGroups(
  resources: Resources,
  core: boolean,
  version: string,
  aggregated: AggregatedApis,
): object {
  const groups = core ? [{ name: '', versions: ['v1'] }] : resources.groups();
  return {
    kind: 'APIGroupDiscoveryList',
    apiVersion: `apidiscovery.k8s.io/${version}`,
    metadata: {},
    items: [
      ...groups.map(({ name, versions }) => ({
        metadata: { ...(name === '' ? {} : { name }), creationTimestamp: null },
        versions: versions.map((groupVersion) => ({
          version: groupVersion,
          resources: [...resources.ofGroupVersion(name, groupVersion)]
            .sort((a, b) => (a.plural < b.plural ? -1 : 1))
            .map(resourceOf),
          freshness: 'Current',
        })),
      })),
      ...(core ? [] : groupsOf(aggregated).map(discoveryOf)),
    ],
  };
}

function resourceOf(kind: Kind): object {
  const [own] = apiResourcesOf(kind);
  const scope = kind.namespaced ? 'Namespaced' : 'Cluster';
  const subresources = subresourcesOf(kind).map(({ name, kind: [group, version, subKind], verbs }) => ({
    subresource: name,
    responseKind: { group, version, kind: subKind },
    verbs,
  }));
  return {
    resource: kind.plural,
    responseKind: { group: kind.group, version: kind.version, kind: kind.kind },
    scope,
    singularResource: kind.singular,
    verbs: own?.verbs,
    ...(kind.shortNames ? { shortNames: kind.shortNames } : {}),
    ...(kind.categories ? { categories: kind.categories } : {}),
    ...(subresources.length > 0 ? { subresources } : {}),
  };
}
