import type { WriteRecord } from './history.ts';
import type { Timeline } from './timeline.ts';

/** Where a write took place; undefined when it did not. */
export function revisionOf(timeline: Timeline, write: WriteRecord): number | undefined {
  const { operation, key, stamp, expected, revision } = write;
  if (operation !== 'delete') return revision;
  if (stamp !== '') return undefined;
  return timeline
    .of(key)
    .find((change) => !change.state && timeline.before(key, change.revision)?.revision === expected)?.revision;
}

/** No acknowledged write is missing, none happened twice, refused ones not at all, and conditions were held. */
export function checkWrites(timeline: Timeline, writes: readonly WriteRecord[]): string[] {
  const problems: string[] = [];
  const byStamp = new Map<string, number[]>();
  for (const { state } of timeline.changes)
    if (state) byStamp.set(state.stamp, [...(byStamp.get(state.stamp) ?? []), state.revision]);

  for (const write of writes) {
    const { client, operation, key, stamp, outcome, expected } = write;
    const what = `${client}: ${operation} of ${key} ${stamp}`;
    const places = byStamp.get(stamp) ?? [];
    if (places.length > 1) problems.push(`${what} took place more than once: at ${places.join(', ')}`);
    if (outcome === 'refused' && places.length > 0) problems.push(`${what} was refused and took place at ${places}`);
    if (outcome !== 'done') continue;
    const revision = revisionOf(timeline, write);
    const change = revision === undefined ? undefined : timeline.at(revision);
    if (revision === undefined || change?.key !== key || (change.state?.stamp ?? '') !== stamp) {
      problems.push(`${what} was acknowledged at ${revision} and is not there`);
      continue;
    }
    const previous = timeline.before(key, revision);
    if (operation === 'create' ? previous?.state !== undefined : previous?.state === undefined)
      problems.push(`${what} at ${revision} came upon ${previous?.state?.stamp ?? 'nothing'}`);
    if (expected !== undefined && previous?.revision !== expected)
      problems.push(`${what} at ${revision} expected ${expected} and came after ${previous?.revision}`);
  }
  return [...problems, ...strangers(timeline, writes)];
}

/** Changes that nobody asked for. */
function strangers(timeline: Timeline, writes: readonly WriteRecord[]): string[] {
  const possible = writes.filter(({ outcome }) => outcome !== 'refused');
  const stamps = new Set(possible.map(({ key, stamp }) => `${key} ${stamp}`));
  const deletes = new Set(
    possible.filter(({ operation }) => operation === 'delete').map(({ key, expected }) => `${key} ${expected}`),
  );
  return timeline.changes.flatMap(({ key, revision, state }) => {
    const asked = state
      ? stamps.has(`${key} ${state.stamp}`)
      : deletes.has(`${key} ${timeline.before(key, revision)?.revision}`);
    return asked ? [] : [`nobody asked for ${state ? state.stamp : 'the deletion'} of ${key} at ${revision}`];
  });
}
