import { revisionOf } from './check-writes.ts';
import type { History, ReadRecord } from './history.ts';
import { differenceOf, type Timeline } from './timeline.ts';

/** Consistent reads and writes never fall behind what somebody was told before they began. */
export function checkReads(timeline: Timeline, { writes, reads }: Pick<History, 'writes' | 'reads'>): string[] {
  const known: { time: number; revision: number }[] = [];
  const begins: { time: number; check: (floor: number) => string | undefined }[] = [];
  for (const write of writes) {
    const revision = write.outcome === 'done' ? revisionOf(timeline, write) : undefined;
    if (revision === undefined) continue;
    known.push({ time: write.ended, revision });
    const { client, operation, key } = write;
    begins.push({
      time: write.began,
      check: (floor) =>
        revision > floor ? undefined : `${client}: ${operation} of ${key} at ${revision} comes before ${floor}`,
    });
  }
  for (const read of reads) {
    known.push({ time: read.ended, revision: read.type === 'list' ? read.revision : (read.seen?.revision ?? 0) });
    begins.push({ time: read.began, check: (floor) => checkRead(timeline, read, floor) });
  }
  known.sort((a, b) => a.time - b.time);
  begins.sort((a, b) => a.time - b.time);
  const problems: string[] = [];
  let next = 0;
  let floor = 0;
  for (const { time, check } of begins) {
    for (; next < known.length; next++) {
      const { time: told, revision } = known[next] as { time: number; revision: number };
      if (told >= time) break;
      floor = Math.max(floor, revision);
    }
    const problem = check(floor);
    if (problem) problems.push(problem);
  }
  return problems;
}

/** `floor`: a revision that somebody knew of before the read began. */
function checkRead(timeline: Timeline, read: ReadRecord, floor: number): string | undefined {
  if (read.type === 'list') {
    if (read.revision < floor) return `${read.client}: a list at ${read.revision} is older than ${floor}`;
    const difference = differenceOf(read.items, timeline.stateAt(read.revision));
    return difference && `${read.client}: a list is not the state at ${read.revision}: ${difference}`;
  }
  const { client, key, seen } = read;
  if (!seen) {
    const absent =
      timeline.stateOf(key, floor) === undefined ||
      timeline.of(key).some(({ revision, state }) => revision > floor && !state);
    return absent ? undefined : `${client}: ${key} was not found and exists since before ${floor}`;
  }
  if (timeline.at(seen.revision)?.state?.stamp !== seen.stamp || seen.key !== key)
    return `${client}: ${key} was never ${seen.stamp} at ${seen.revision}`;
  const after = timeline.of(key).find(({ revision }) => revision > seen.revision);
  if (after && after.revision <= floor)
    return `${client}: ${key} was read at ${seen.revision}, though ${after.revision} was known before`;
  return undefined;
}
