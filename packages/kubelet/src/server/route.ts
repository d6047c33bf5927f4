import type { IncomingMessage, ServerResponse } from 'node:http';

export interface RoutedRequest {
  readonly raw: IncomingMessage;
  readonly response: ServerResponse;
  /** The path's segments in place of the pattern's `:names`, decoded. */
  readonly params: readonly string[];
  readonly query: URLSearchParams;
}

export interface RouteAnswer {
  /** 200 unless given. */
  readonly code?: number;
  readonly type: string;
  readonly body: string | Buffer;
}

/** One path of the kubelet's API. */
export interface Route {
  /** Any unless given. */
  readonly method?: string;
  /** Segments; `:` stands for one of any name, a last `*` for one or more. */
  readonly path: string;
  /** Undefined when it has written to the response itself. */
  answer(request: RoutedRequest): Promise<RouteAnswer | undefined> | RouteAnswer;
}

export const plainText = (code: number, body: string): RouteAnswer => ({
  code,
  type: 'text/plain; charset=utf-8',
  body,
});

export const json = (value: unknown): RouteAnswer => ({ type: 'application/json', body: JSON.stringify(value) });

/** The first route that fits, with what its pattern leaves open. */
export function findRoute(
  routes: readonly Route[],
  method: string,
  path: string,
): { readonly route: Route; readonly params: readonly string[] } | undefined {
  const segments = path.split('/');
  for (const route of routes) {
    if (route.method !== undefined && route.method !== method) continue;
    const params = match(route.path.split('/'), segments);
    if (params) return { route, params };
  }
  return undefined;
}

function match(pattern: readonly string[], segments: readonly string[]): string[] | undefined {
  const open = pattern.at(-1) === '*';
  if (open ? segments.length < pattern.length : segments.length !== pattern.length) return undefined;
  const params: string[] = [];
  for (const [i, wanted] of pattern.entries()) {
    const segment = segments[i] as string;
    if (wanted === '*') return params;
    if (wanted === ':') params.push(decode(segment));
    else if (wanted !== segment) return undefined;
  }
  return params;
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
