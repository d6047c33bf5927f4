import type { Seen, WatcherRecord } from './history.ts';
import { differenceOf, type Timeline, type VisibleChange } from './timeline.ts';

/** Every change that the watcher covers comes once, in order and as the right type; bookmarks promise no more than is true. */
export function checkWatcher(timeline: Timeline, { name, color, steps }: WatcherRecord): string[] {
  const problems: string[] = [];
  const say = (text: string) => problems.push(`${name}: ${text}`);
  const due = timeline.visible(color);
  let at = 0;
  let initial: Seen[] | undefined;
  const start = (how: string, revision: number, items: readonly Seen[]) => {
    if (revision < at) say(`${how} at ${revision} goes back behind ${at}`);
    const difference = differenceOf(items, timeline.stateAt(revision, color));
    if (difference) say(`${how} is not the state at ${revision}: ${difference}`);
    at = revision;
  };
  for (const step of steps) {
    switch (step.step) {
      case 'list':
        start('a list', step.revision, step.items);
        break;
      case 'stream':
        initial = [];
        break;
      case 'watch':
        initial = undefined;
        if (step.revision !== at) say(`watched from ${step.revision}, was at ${at}`);
        break;
      case 'event':
        if (initial) initial.push(step.seen);
        else {
          const problem = wrongEvent(due, at, step.type, step.seen);
          if (problem) say(problem);
          at = Math.max(at, step.seen.revision);
        }
        break;
      case 'bookmark':
        if (step.initialEventsEnd) {
          start('a stream of initial events', step.revision, initial ?? []);
          initial = undefined;
        } else if (!initial) {
          if (step.revision < at) say(`a bookmark at ${step.revision} goes back behind ${at}`);
          const lost = due.find(({ revision }) => revision > at && revision <= step.revision);
          if (lost) say(`a bookmark at ${step.revision} comes before ${describe(lost)}`);
          at = Math.max(at, step.revision);
        }
        break;
      default:
        step satisfies never;
    }
  }
  const missing = due.find(({ revision }) => revision > at);
  if (missing) say(`lost ${describe(missing)} and all after it`);
  return problems;
}

function wrongEvent(due: readonly VisibleChange[], at: number, type: string, seen: Seen): string | undefined {
  const got = `${type} ${seen.key}@${seen.revision}`;
  if (seen.revision <= at) return `${got} comes again or out of order, was at ${at}`;
  const expected = due.find(({ revision }) => revision > at);
  if (!expected) return `${got} never happened`;
  if (expected.revision !== seen.revision) return `lost ${describe(expected)} before ${got}`;
  if (expected.key !== seen.key || expected.type !== type) return `${got} should be ${describe(expected)}`;
  if (type !== 'DELETED' && expected.stamp !== seen.stamp)
    return `${got} shows ${seen.stamp} instead of ${expected.stamp}`;
  return undefined;
}

function describe({ type, key, revision }: VisibleChange): string {
  return `${type} ${key}@${revision}`;
}
