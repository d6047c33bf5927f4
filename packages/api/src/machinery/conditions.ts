export interface ConditionLike {
  readonly type: string;
  readonly status: string;
  readonly lastTransitionTime?: string | undefined;
}

export function findCondition<T extends ConditionLike>(
  conditions: readonly T[] | undefined,
  type: string,
): T | undefined {
  return conditions?.find((condition) => condition.type === type);
}

export function isConditionTrue(conditions: readonly ConditionLike[] | undefined, type: string): boolean {
  return findCondition(conditions, type)?.status === 'True';
}

/**
 * The conditions with this one in its type's place, or at the end. Its lastTransitionTime is kept from before as long as the
 * status stays the same, else it is what the condition says. The list given stays as it was.
 */
export function setCondition<T extends ConditionLike>(conditions: readonly T[] | undefined, condition: T): T[] {
  const before = findCondition(conditions, condition.type);
  if (before === undefined) return [...(conditions ?? []), condition];
  const keepsTime = before.status === condition.status && before.lastTransitionTime !== undefined;
  const next = keepsTime ? { ...condition, lastTransitionTime: before.lastTransitionTime } : condition;
  return (conditions ?? []).map((existing) => (existing.type === condition.type ? next : existing));
}

export function removeCondition<T extends ConditionLike>(conditions: readonly T[] | undefined, type: string): T[] {
  return (conditions ?? []).filter((condition) => condition.type !== type);
}
