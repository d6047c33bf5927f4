export interface DeadContainer {
  readonly id: string;
  readonly podUid: string;
  readonly name: string;
  readonly sandboxId: string;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
}

export interface ContainerGcPolicy {
  /** Milliseconds; younger ones stay. */
  readonly minAgeMs: number;
  /** Dead ones kept of each container; negative without bound. */
  readonly maxPerContainer: number;
  /** Kept on the whole node; negative without bound. */
  readonly maxContainers: number;
}

/** Pure: which dead containers go. Of pods that are gone, all; otherwise the oldest beyond the bounds. */
export function planContainerGc(
  dead: readonly DeadContainer[],
  policy: ContainerGcPolicy,
  options: { readonly now: number; readonly isPresent: (podUid: string) => boolean },
): DeadContainer[] {
  const old = dead.filter(({ createdAt }) => options.now - createdAt >= policy.minAgeMs);
  const remove = new Set(old.filter(({ podUid }) => !options.isPresent(podUid)));
  const units = new Map<string, DeadContainer[]>();
  for (const container of old) {
    if (remove.has(container)) continue;
    const key = `${container.podUid}/${container.name}`;
    units.set(key, [...(units.get(key) ?? []), container]);
  }
  const keep = (limit: number) => {
    for (const unit of units.values()) {
      unit.sort((a, b) => b.createdAt - a.createdAt);
      for (const container of unit.splice(limit)) remove.add(container);
    }
  };
  if (policy.maxPerContainer >= 0) keep(policy.maxPerContainer);
  const left = () => [...units.values()].flat();
  if (policy.maxContainers >= 0 && left().length > policy.maxContainers) {
    // Evenly over all containers first, then the oldest.
    keep(Math.max(1, Math.floor(policy.maxContainers / units.size)));
    const rest = left().sort((a, b) => b.createdAt - a.createdAt);
    for (const container of rest.slice(policy.maxContainers)) remove.add(container);
  }
  return old.filter((container) => remove.has(container));
}
