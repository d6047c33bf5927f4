import { choosePath, type Link, TUNNEL } from './choose-path.ts';
import { type Cidr, contains, formatCidr, overlaps, parseCidr } from './cidr.ts';
import type { NodeView } from './node-view.ts';

/** The number by which the kernel's routes are known as ours. */
export const ROUTE_PROTOCOL = 67;
/** Whoever else has a route for the whole range goes first. */
const UNREACHABLE_METRIC = 32_767;

/** One of our routes in the main table. */
export type Route =
  | { readonly type: 'unicast'; readonly dst: string; readonly via: string; readonly dev: string }
  | { readonly type: 'unreachable'; readonly dst: string; readonly metric: number };

export interface RouteInput {
  /** This node. */
  readonly node: string;
  /** All nodes; undefined while they aren't known, when nothing but the guard is planned and nothing is removed. */
  readonly nodes: readonly NodeView[] | undefined;
  readonly links: readonly Link[];
  readonly clusterCidr: string;
  /** Our routes as the kernel has them. */
  readonly existing: readonly Route[];
}

export interface RoutePlan {
  readonly remove: readonly Route[];
  readonly replace: readonly Route[];
  /** Nodes whose pods can't be reached from here, and why. */
  readonly skipped: ReadonlyMap<string, string>;
  /** Names of the nodes that are reached through the tunnel. */
  readonly tunnelled: readonly string[];
}

/**
 * The difference between our routes and what they should be: each other node's pod range by that node, the rest of the
 * cluster's range unreachable. A range that isn't inside the cluster's, or that an earlier node (by name) or this node
 * has, is skipped: no Node object can draw other traffic to itself.
 */
export function planRoutes({ node, nodes, links, clusterCidr, existing }: RouteInput): RoutePlan {
  const cluster = parseCidr(clusterCidr);
  if (!cluster) throw new RangeError(`${clusterCidr} is no IPv4 range`);
  const wanted: Route[] = [{ type: 'unreachable', dst: formatCidr(cluster), metric: UNREACHABLE_METRIC }];
  const skipped = new Map<string, string>();
  const tunnelled: string[] = [];
  const taken = new Map<string, Cidr>();
  for (const peer of ownFirst(node, nodes ?? [])) {
    const range = peer.podCidr === undefined ? undefined : parseCidr(peer.podCidr);
    if (!range) continue;
    const other = [...taken].find(([, theirs]) => overlaps(theirs, range))?.[0];
    if (other !== undefined) {
      skipped.set(peer.name, `its range ${peer.podCidr} overlaps with that of ${other}`);
      continue;
    }
    if (!contains(cluster, range)) {
      skipped.set(peer.name, `its range ${peer.podCidr} is outside ${clusterCidr}`);
      continue;
    }
    taken.set(peer.name, range);
    if (peer.name === node) continue;
    const path = choosePath(peer, links, clusterCidr);
    if (path.kind === 'none') skipped.set(peer.name, path.reason);
    else {
      wanted.push({ type: 'unicast', dst: formatCidr(range), via: path.via, dev: path.dev });
      if (path.kind === 'vxlan') tunnelled.push(peer.name);
    }
  }
  const present = new Set(existing.map(identity));
  const kept = new Set(wanted.map(identity));
  const destinations = new Set(wanted.map(slot));
  return {
    remove:
      nodes === undefined
        ? []
        : existing.filter((route) => !kept.has(identity(route)) && !destinations.has(slot(route))),
    replace: wanted.filter((route) => !present.has(identity(route))),
    skipped,
    tunnelled,
  };
}

function ownFirst(node: string, nodes: readonly NodeView[]): NodeView[] {
  const rank = ({ name }: NodeView) => (name === node ? 0 : 1);
  return [...nodes].sort((a, b) => rank(a) - rank(b) || (a.name < b.name ? -1 : 1));
}

/** Routes in the same slot replace one another. */
function slot(route: Route): string {
  return `${route.dst} ${route.type === 'unreachable' ? route.metric : 0}`;
}

function identity(route: Route): string {
  return `${route.type} ${slot(route)} ${route.type === 'unicast' ? `${route.via} ${route.dev}` : ''}`;
}

/** The plan as lines for `ip -batch`. */
export function renderRoutes({ remove, replace }: Pick<RoutePlan, 'remove' | 'replace'>): string {
  const lines = [
    ...remove.map((route) => `route del ${render(route)}`),
    ...replace.map((route) => `route replace ${render(route)}`),
  ];
  return lines.map((line) => `${line}\n`).join('');
}

function render(route: Route): string {
  return route.type === 'unreachable'
    ? `unreachable ${route.dst} metric ${route.metric} proto ${ROUTE_PROTOCOL}`
    : `${route.dst} via ${route.via} dev ${route.dev}${route.dev === TUNNEL ? ' onlink' : ''} proto ${ROUTE_PROTOCOL}`;
}
