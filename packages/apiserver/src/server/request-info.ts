import { type Kind, newBadRequest } from '@coxswain/api';
import type { Resources } from './resources.ts';

export type Verb = 'get' | 'list' | 'watch' | 'create' | 'update' | 'patch' | 'delete' | 'deletecollection';

/** A request for objects. */
export interface ResourceRequest {
  readonly type: 'resource';
  readonly verb: Verb;
  readonly kind: Kind;
  /** '' for cluster-scoped kinds and for lists over all namespaces. */
  readonly namespace: string;
  /** '' for collections. */
  readonly name: string;
  /** '' for the object itself. */
  readonly subresource: string;
  /** Of a `proxy` subresource: the undecoded path behind it, '' or from its slash on. */
  readonly proxyPath?: string;
}

/** What a path and method ask for (upstream's RequestInfo). */
export type RequestInfo =
  | ResourceRequest
  /** Discovery, health, OpenAPI, metrics. */
  | { readonly type: 'path'; readonly path: string }
  /** No such resource in the group. */
  | { readonly type: 'not-found' }
  /** A group version that is not this server's own; perhaps another answers it. */
  | ({ readonly type: 'unknown-group'; readonly group: string; readonly version: string; readonly verb: Verb } & Omit<
      Place,
      'extra'
    >)
  | { readonly type: 'method-not-allowed' };

const NAMESPACE_SUBRESOURCES = new Set(['status', 'finalize']);

/**
 * Pure. `path` is the undecoded path without query; `watch` is the query's `watch`. @throws StatusError 400 when the
 * path's escapes are broken
 */
export function parseRequestInfo(resources: Resources, method: string, path: string, watch: boolean): RequestInfo {
  const parts = splitPath(path);
  const [root] = parts;
  if (root !== 'api' && root !== 'apis') return { type: 'path', path };
  const head = root === 'api' ? 2 : 3;
  if (parts.length <= head) return { type: 'path', path };
  const group = root === 'api' ? '' : (parts[1] as string);
  const version = parts[head - 1] as string;
  let rest = parts.slice(head);
  let watching = watch;
  if (rest[0] === 'watch' && rest.length > 1) {
    watching = true;
    rest = rest.slice(1);
  }
  const place = locate(rest);
  if (!resources.serves(group, version)) {
    const { extra: _, ...where } = place;
    return { type: 'unknown-group', group, version, verb: verbOf(method, place, false, watching) ?? 'get', ...where };
  }
  const kind = resources.find(group, version, place.plural);
  if (!kind) return { type: 'not-found' };
  if (kind.namespaced && place.namespace === '' && place.name !== '') return { type: 'not-found' };
  if (!kind.namespaced && place.namespace !== '') return { type: 'not-found' };
  const { namespace, name, subresource } = place;
  const proxied = subresource === 'proxy' && kind.subresources?.others?.['proxy'] !== undefined;
  if (place.extra && !proxied) return { type: 'not-found' };
  const verb = verbOf(proxied && /^(HEAD|OPTIONS)$/.test(method) ? 'GET' : method, place, kind.namespaced, watching);
  if (verb === undefined) return { type: 'method-not-allowed' };
  if (proxied)
    return { type: 'resource', verb, kind, namespace, name, subresource, proxyPath: behindProxy(path, namespace) };
  return { type: 'resource', verb, kind, namespace, name, subresource };
}

interface Place {
  readonly plural: string;
  readonly namespace: string;
  readonly name: string;
  readonly subresource: string;
  /** More segments than a subresource has. */
  readonly extra: boolean;
}

function locate(parts: readonly string[]): Place {
  if (parts[0] === 'namespaces' && parts.length >= 3 && !NAMESPACE_SUBRESOURCES.has(parts[2] as string)) {
    const [, namespace = '', plural = '', name = '', subresource = ''] = parts;
    return { plural, namespace, name, subresource, extra: parts.length > 5 };
  }
  const [plural = '', name = '', subresource = ''] = parts;
  return { plural, namespace: '', name, subresource, extra: parts.length > 3 };
}

function verbOf(method: string, place: Place, namespaced: boolean, watch: boolean): Verb | undefined {
  const { name, subresource, namespace } = place;
  if (subresource !== '') {
    const verbs: Record<string, Verb> = { GET: 'get', POST: 'create', PUT: 'update', PATCH: 'patch', DELETE: 'delete' };
    return verbs[method];
  }
  if (name === '') {
    if (method === 'GET') return watch ? 'watch' : 'list';
    if (namespaced && namespace === '') return undefined;
    return ({ POST: 'create', DELETE: 'deletecollection' } as Record<string, Verb>)[method];
  }
  if (method === 'GET') return watch ? 'watch' : 'get';
  return ({ PUT: 'update', PATCH: 'patch', DELETE: 'delete' } as Record<string, Verb>)[method];
}

/** `/api/v1/[namespaces/<namespace>/]<plural>/<name>/proxy<what comes back>`. */
function behindProxy(path: string, namespace: string): string {
  const parts = path.split('/').slice(namespace === '' ? 6 : 8);
  return parts.length === 0 ? '' : `/${parts.join('/')}`;
}

/** The decoded segments; a closing slash is ignored. @throws StatusError 400 when the escapes are broken */
function splitPath(path: string): string[] {
  const parts = path.split('/');
  parts.shift();
  if (parts.at(-1) === '') parts.pop();
  if (!path.includes('%')) return parts;
  try {
    return parts.map(decodeURIComponent);
  } catch {
    throw newBadRequest(`'${path}' is not a valid url component`);
  }
}
