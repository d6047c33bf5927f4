import type { Kind } from '@coxswain/api';

/** One line of `kubectl api-resources`, as discovery sends it (meta/v1 APIResource). */
export interface ApiResource {
  readonly name: string;
  readonly singularName: string;
  readonly namespaced: boolean;
  readonly group?: string;
  readonly version?: string;
  readonly kind: string;
  readonly verbs: readonly string[];
  readonly shortNames?: readonly string[];
  readonly categories?: readonly string[];
  readonly storageVersionHash?: string;
}

const ALL_VERBS = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'];

/** A kind's resource followed by its subresources in the order of their names. */
export function apiResourcesOf(kind: Kind): ApiResource[] {
  const { plural, singular, namespaced, shortNames, categories } = kind;
  const own: ApiResource = {
    name: plural,
    singularName: singular,
    namespaced,
    kind: kind.kind,
    verbs: [...(kind.verbs ?? ALL_VERBS)].sort(),
    ...(shortNames ? { shortNames } : {}),
    ...(categories ? { categories } : {}),
  };
  const subresources = subresourcesOf(kind).map(({ name, kind: [group, version, subKind], verbs }) => ({
    name: `${plural}/${name}`,
    singularName: '',
    namespaced,
    ...(group === kind.group && version === kind.version ? {} : { group, version }),
    kind: subKind,
    verbs,
  }));
  return [own, ...subresources];
}

export interface Subresource {
  readonly name: string;
  readonly kind: readonly [group: string, version: string, kind: string];
  readonly verbs: readonly string[];
}

/** All subresources of a kind in the order of their names. */
export function subresourcesOf(kind: Kind): Subresource[] {
  const { status, scale, others = {} } = kind.subresources ?? {};
  const verbs = ['get', 'patch', 'update'];
  const own: Subresource[] = Object.entries(others).map(([name, other]) => ({ name, ...other }));
  if (status) own.push({ name: 'status', kind: [kind.group, kind.version, kind.kind], verbs });
  if (scale) own.push({ name: 'scale', kind: ['autoscaling', 'v1', 'Scale'], verbs });
  return own.sort((a, b) => (a.name < b.name ? -1 : 1));
}
