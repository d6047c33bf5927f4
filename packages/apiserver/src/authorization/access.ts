import type { RequestInfo } from '../server/request-info.ts';

/** What somebody wants to do, as authorizers judge it (upstream's authorizer.Attributes without the user). */
export type Access =
  | {
      readonly type: 'resource';
      readonly verb: string;
      readonly group: string;
      readonly resource: string;
      /** '' for the object itself. */
      readonly subresource: string;
      /** '' for all namespaces and for cluster-scoped resources. */
      readonly namespace: string;
      /** '' for collections. */
      readonly name: string;
    }
  | { readonly type: 'path'; readonly verb: string; readonly path: string };

const NAMED = /(?:^|,)metadata\.name==?([^,=!]+)(?:,|$)/;

/** What a request does; undefined for one that leads nowhere. */
export function accessOf(info: RequestInfo, method: string, path: string, fieldSelector = ''): Access {
  if (info.type === 'unknown-group') {
    const { verb, group, plural, subresource, namespace, name } = info;
    return { type: 'resource', verb, group, resource: plural, subresource, namespace, name };
  }
  if (info.type !== 'resource') return { type: 'path', verb: method.toLowerCase(), path };
  const { verb, kind, subresource, namespace, name } = info;
  // A namespace is within itself, as upstream sees it.
  const within = kind.group === '' && kind.plural === 'namespaces' && name !== '' ? name : namespace;
  // A list of one object is about that object.
  const about = name === '' && fieldSelector !== '' ? (NAMED.exec(fieldSelector)?.[1] ?? '') : name;
  const { group, plural: resource } = kind;
  return { type: 'resource', verb, group, resource, subresource, namespace: within, name: about };
}
