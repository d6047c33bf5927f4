import { amountOf, type NodePressure, pressureOf, type Signal, type Threshold } from './thresholds.ts';

export interface Observation {
  readonly available: number;
  readonly capacity: number;
}
export type Observations = Readonly<Partial<Record<Signal, Observation>>>;

/** What must be remembered from one look to the next. Times are milliseconds since the epoch. */
export interface EvictionMemory {
  readonly firstMet: ReadonlyMap<Threshold, number>;
  readonly lastPressure: ReadonlyMap<NodePressure, number>;
}

export const NOTHING_REMEMBERED: EvictionMemory = { firstMet: new Map(), lastPressure: new Map() };

export interface EvictionOutlook {
  readonly memory: EvictionMemory;
  readonly pressures: ReadonlySet<NodePressure>;
  /** To act on now, the most pressing first: hard before soft, memory before all else. */
  readonly due: readonly Threshold[];
}

/** Pure: which thresholds are met, since when, and which conditions the node has. */
export function observeThresholds(
  thresholds: readonly Threshold[],
  observations: Observations,
  before: EvictionMemory,
  options: { readonly now: number; readonly transitionMs: number },
): EvictionOutlook {
  const { now, transitionMs } = options;
  // 1. Met now; one that was met stays so until the minimum reclaim is free as well.
  const met = thresholds.filter((threshold) => isMet(threshold, observations, before.firstMet.has(threshold)));
  const firstMet = new Map(met.map((threshold) => [threshold, before.firstMet.get(threshold) ?? now]));
  // 2. A pressure is held for a while after it was last seen, lest the node swing to and fro.
  const lastPressure = new Map(before.lastPressure);
  for (const { signal } of met) lastPressure.set(pressureOf(signal), now);
  for (const [pressure, at] of lastPressure) if (at !== now && now - at >= transitionMs) lastPressure.delete(pressure);
  // 3. Soft ones wait.
  const due = met.filter((threshold) => now - (firstMet.get(threshold) ?? now) >= threshold.graceMs);
  due.sort((a, b) => rank(a) - rank(b));
  return { memory: { firstMet, lastPressure }, pressures: new Set(lastPressure.keys()), due };
}

export function isMet({ signal, value, minReclaim }: Threshold, seen: Observations, wasMet: boolean): boolean {
  const observation = seen[signal];
  if (!observation) return false;
  const { available, capacity } = observation;
  const extra = wasMet && minReclaim ? amountOf(minReclaim, capacity) : 0;
  return available < amountOf(value, capacity) + extra;
}

function rank({ signal, hard }: Threshold): number {
  return (signal === 'memory.available' ? 0 : 2) + (hard ? 0 : 1);
}
