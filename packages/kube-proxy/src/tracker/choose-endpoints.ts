import type { EndpointRule } from '../rule-set.ts';

export interface Candidate extends EndpointRule {
  readonly serving: boolean;
  readonly zone: string | undefined;
  readonly forZones: readonly string[];
  readonly forNodes: readonly string[];
}

/** Where this node stands, for preferring what is near. */
export interface Place {
  readonly node: string;
  /** Label topology.kubernetes.io/zone of the node. */
  readonly zone?: string | undefined;
}

/** `node`: one on this node, else one in its zone, else any. `zone`: one in its zone, else any. */
export type Preference = 'node' | 'zone' | 'none';

/** Ready ones; where there are none, those that still serve while they terminate (KEP-1669). */
export function usable(candidates: readonly Candidate[]): readonly Candidate[] {
  const ready = candidates.filter((candidate) => candidate.ready);
  return ready.length > 0 ? ready : candidates.filter(({ serving }) => serving);
}

/**
 * The usable ones that are near. The hints of EndpointSlices decide if each ready endpoint has one and some name this
 * node or zone (KEP-2433, KEP-3015); without hints, the endpoints' own nodes and zones decide by `preference`.
 */
export function chooseNear(
  candidates: readonly Candidate[],
  place: Place,
  preference: Preference,
): readonly Candidate[] {
  const all = usable(candidates);
  if (!all.some(({ ready }) => ready)) return all;
  return byHints(all, place) ?? byPreference(all, place, preference) ?? all;
}

function byHints(all: readonly Candidate[], { node, zone }: Place): readonly Candidate[] | undefined {
  if (all.every(({ forNodes }) => forNodes.length > 0)) {
    const near = all.filter(({ forNodes }) => forNodes.includes(node));
    if (near.length > 0) return near;
  }
  if (zone === undefined || !all.every(({ forZones }) => forZones.length > 0)) return undefined;
  return some(all.filter(({ forZones }) => forZones.includes(zone)));
}

function byPreference(
  all: readonly Candidate[],
  { zone }: Place,
  preference: Preference,
): readonly Candidate[] | undefined {
  if (preference === 'none') return undefined;
  const here = preference === 'node' ? some(all.filter(({ local }) => local)) : undefined;
  return here ?? (zone === undefined ? undefined : some(all.filter((candidate) => candidate.zone === zone)));
}

function some(near: readonly Candidate[]): readonly Candidate[] | undefined {
  return near.length > 0 ? near : undefined;
}
