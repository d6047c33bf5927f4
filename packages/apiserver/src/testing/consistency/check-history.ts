import { checkReads } from './check-reads.ts';
import { checkWatcher } from './check-watcher.ts';
import { checkWrites } from './check-writes.ts';
import type { History } from './history.ts';
import { differenceOf, Timeline } from './timeline.ts';

/**
 * Holds what clients saw against what happened: every acknowledged write took place where it said and only once, refused
 * ones did not, reads never went back behind what was acknowledged before, and every watcher got every event once and in
 * order. Pure. Returns what is wrong, nothing when all is well.
 */
export function checkHistory(history: History): string[] {
  const timeline = new Timeline(history.changes);
  const problems = [...checkWrites(timeline, history.writes), ...checkReads(timeline, history)];
  for (const watcher of history.watchers) {
    problems.push(...checkWatcher(timeline, watcher));
    const wanted = history.final.filter(({ color }) => watcher.color === undefined || color === watcher.color);
    const difference = differenceOf(watcher.view, wanted);
    if (difference) problems.push(`${watcher.name}: its view is not etcd's final state: ${difference}`);
  }
  const difference = differenceOf(timeline.stateAt(timeline.last), history.final);
  if (difference) problems.push(`the recorded changes do not lead to etcd's final state: ${difference}`);
  return problems;
}
