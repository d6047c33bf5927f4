import type { ApiResource } from '../discovery/api-resources.ts';
import type { Answer, RequestContext } from '../server/request-context.ts';

/** One group version that another server answers. */
export interface AggregatedApi {
  readonly group: string;
  readonly version: string;
  readonly resources: readonly ApiResource[];
  /** The APIService's name. */
  readonly service: string;
}

/** What discovery shows beside this server's own groups. */
export interface AggregatedApis {
  /** Those that are available. */
  readonly apis: readonly AggregatedApi[];
  /** By `apis/group/version`, the hashes of OpenAPI v3 documents that others have. */
  openApiHashes(): ReadonlyMap<string, string>;
  /** Another number whenever `apis` is another list. */
  readonly generation: number;
  /** The answer of the server that has this group version; undefined when none has. */
  answer(context: RequestContext, group: string, version: string): Promise<Answer | undefined>;
}

export const NO_AGGREGATED_APIS: AggregatedApis = {
  apis: [],
  generation: 0,
  openApiHashes: () => new Map(),
  answer: async () => undefined,
};

export interface AggregatedGroup {
  readonly name: string;
  readonly versions: readonly AggregatedApi[];
}

/** By group, in the order of their coming. */
export function groupsOf({ apis }: AggregatedApis): AggregatedGroup[] {
  const groups = new Map<string, AggregatedApi[]>();
  for (const api of apis) groups.set(api.group, [...(groups.get(api.group) ?? []), api]);
  return [...groups].map(([name, versions]) => ({ name, versions }));
}

/** A group as aggregated discovery (KEP-3352) has it. */
export function discoveryOf({ name, versions }: AggregatedGroup): object {
  return {
    metadata: { name, creationTimestamp: null },
    versions: versions.map(({ version, group, resources }) => ({
      version,
      resources: resources
        .filter((resource) => !resource.name.includes('/'))
        .map(({ name: resource, namespaced, kind, singularName, verbs, shortNames, categories }) => ({
          resource,
          responseKind: { group, version, kind },
          scope: namespaced ? 'Namespaced' : 'Cluster',
          singularResource: singularName,
          verbs,
          ...(shortNames ? { shortNames } : {}),
          ...(categories ? { categories } : {}),
        })),
      freshness: 'Current',
    })),
  };
}
