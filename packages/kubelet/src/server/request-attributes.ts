/** What a request to the kubelet asks for, as subresources of its Node; any of them suffices. */
export interface RequestAttributes {
  readonly verb: string;
  readonly subresources: readonly string[];
}

const VERBS: Readonly<Record<string, string>> = {
  POST: 'create',
  GET: 'get',
  HEAD: 'get',
  PUT: 'update',
  PATCH: 'patch',
  DELETE: 'delete',
};

/** Paths with a subresource of their own, which `proxy` doesn't give. */
const OWN: readonly (readonly [string, string])[] = [
  ['/stats', 'stats'],
  ['/metrics', 'metrics'],
  ['/logs', 'log'],
  ['/checkpoint', 'checkpoint'],
];
/** Paths with a finer subresource beside `proxy` (KEP-2862). */
const FINE: readonly (readonly [string, string])[] = [
  ['/pods', 'pods'],
  ['/runningpods', 'pods'],
  ['/healthz', 'healthz'],
  ['/configz', 'configz'],
];

/** To enter a container is to create, also by the GET of a WebSocket, which upstream takes for a get. */
const ENTERS = /^\/(exec|attach|portForward|run)(\/|$)/;

export function requestAttributes(method: string, path: string): RequestAttributes {
  const verb = ENTERS.test(path) ? 'create' : (VERBS[method] ?? '');
  const find = (list: typeof OWN) => list.find(([at]) => path === at || path.startsWith(`${at}/`))?.[1];
  const own = find(OWN);
  if (own !== undefined) return { verb, subresources: [own] };
  const fine = find(FINE);
  return { verb, subresources: fine === undefined ? ['proxy'] : [fine, 'proxy'] };
}
