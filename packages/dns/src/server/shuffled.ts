/** The items in random order, so that clients which take the first spread over all. `random` answers in [0, 1). */
export function shuffled<T>(items: readonly T[], random: () => number): readonly T[] {
  if (items.length < 2) return items;
  const mixed = [...items];
  for (let last = mixed.length - 1; last > 0; last -= 1) {
    const other = Math.floor(random() * (last + 1));
    const item = mixed[last] as T;
    mixed[last] = mixed[other] as T;
    mixed[other] = item;
  }
  return mixed;
}
