import type { Node } from '@coxswain/api';
import { readyStatus } from './plan-node-taints.ts';

export interface EvictionRates {
  /** Nodes a second in a healthy zone. */
  readonly primary: number;
  /** In a large zone of which too much is unhealthy. */
  readonly secondary: number;
  /** Zones up to this many nodes get no evictions then. */
  readonly largeClusterSizeThreshold: number;
  /** Fraction of a zone's nodes from which it counts as disrupted. */
  readonly unhealthyZoneThreshold: number;
}

export interface Zones {
  /** No node at all is Ready: the fault is more likely on this side, nobody is evicted. */
  readonly allDown: boolean;
  /** Nodes a second that may be tainted NoExecute, by zone. */
  readonly rate: ReadonlyMap<string, number>;
}

export function zoneOf({ metadata: { labels = {} } }: Node): string {
  return `${labels['topology.kubernetes.io/region'] ?? ''}:${labels['topology.kubernetes.io/zone'] ?? ''}`;
}

/** How fast nodes may be evicted in each zone, by the share of its nodes that isn't Ready; upstream's zone states. */
export function planZones(nodes: readonly Node[], rates: EvictionRates): Zones {
  const counts = new Map<string, { ready: number; notReady: number }>();
  for (const node of nodes) {
    const ready = readyStatus(node);
    if (ready === undefined) continue;
    const zone = zoneOf(node);
    const count = counts.get(zone) ?? { ready: 0, notReady: 0 };
    if (ready === 'True') count.ready++;
    else count.notReady++;
    counts.set(zone, count);
  }
  const rate = new Map<string, number>();
  for (const [zone, { ready, notReady }] of counts) {
    const size = ready + notReady;
    const disrupted = ready > 0 && notReady > 2 && notReady / size >= rates.unhealthyZoneThreshold;
    const reduced = size > rates.largeClusterSizeThreshold ? rates.secondary : 0;
    rate.set(zone, disrupted ? reduced : rates.primary);
  }
  return { allDown: counts.size > 0 && [...counts.values()].every(({ ready }) => ready === 0), rate };
}
