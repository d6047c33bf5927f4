import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkHistory } from './check-history.ts';
import type { Change, History, ReadRecord, Seen, WatchStep, WriteRecord } from './history.ts';

const seen = (key: string, revision: number, stamp: string, color = 'red'): Seen => ({ key, revision, stamp, color });
const put = (state: Seen): Change => ({ key: state.key, revision: state.revision, state });
const event = (type: 'ADDED' | 'MODIFIED' | 'DELETED', state: Seen): WatchStep => ({
  step: 'event',
  type,
  seen: state,
});

const A1 = seen('n/a', 10, 'a1');
const A2 = seen('n/a', 12, 'a2', 'blue');
const B1 = seen('n/b', 13, 'b1');
const GONE = seen('n/a', 14, 'a2');

const call = (time: number) => ({ client: 'c', began: time, ended: time + 1 });
const write = (part: Partial<WriteRecord> & Pick<WriteRecord, 'operation' | 'key' | 'stamp'>, time: number) => ({
  ...call(time),
  expected: undefined,
  outcome: 'done' as const,
  revision: undefined,
  ...part,
});
const WRITES: WriteRecord[] = [
  write({ operation: 'create', key: 'n/a', stamp: 'a1', revision: 10 }, 0),
  write({ operation: 'update', key: 'n/a', stamp: 'a2', revision: 12, expected: 10 }, 10),
  write({ operation: 'create', key: 'n/b', stamp: 'b1', revision: 13 }, 20),
  write({ operation: 'delete', key: 'n/a', stamp: '', expected: 12 }, 30),
  write({ operation: 'update', key: 'n/b', stamp: 'b2', expected: 1, outcome: 'refused' }, 40),
];
const STEPS: WatchStep[] = [
  { step: 'list', revision: 11, items: [A1] },
  { step: 'watch', revision: 11 },
  event('MODIFIED', A2),
  { step: 'bookmark', revision: 12, initialEventsEnd: false },
  { step: 'watch', revision: 12 },
  event('ADDED', B1),
  event('DELETED', GONE),
];
const STREAM: WatchStep[] = [
  { step: 'stream' },
  event('ADDED', A1),
  { step: 'stream' },
  event('ADDED', A1),
  { step: 'bookmark', revision: 11, initialEventsEnd: true },
  event('DELETED', seen('n/a', 12, 'a1')),
  event('ADDED', B1),
];
const READS: ReadRecord[] = [
  { ...call(5), type: 'get', key: 'n/a', seen: A1 },
  { ...call(15), type: 'list', revision: 12, items: [A2] },
  { ...call(35), type: 'get', key: 'n/a', seen: undefined },
];
const GOOD: History = {
  changes: [put(A1), put(A2), put(B1), { key: 'n/a', revision: 14, state: undefined }],
  writes: WRITES,
  reads: READS,
  watchers: [
    { name: 'all', color: undefined, steps: STEPS, view: [B1] },
    { name: 'red', color: 'red', steps: STREAM, view: [B1] },
  ],
  final: [B1],
};

const without = <T>(items: readonly T[], index: number) => items.filter((_, i) => i !== index);
const replaced = <T>(items: readonly T[], index: number, item: T) => items.map((old, i) => (i === index ? item : old));
const steps = (of: readonly WatchStep[], view: readonly Seen[] = [B1]): History => ({
  ...GOOD,
  watchers: [{ name: 'all', color: undefined, steps: of, view }],
});
const writes = (of: readonly WriteRecord[]): History => ({ ...GOOD, writes: of });
const reads = (...of: ReadRecord[]): History => ({ ...GOOD, reads: of });

test('a history in which all is well', () => assert.deepEqual(checkHistory(GOOD), []));

const BAD: [name: string, history: History, problem: RegExp][] = [
  ['a lost event', steps(without(STEPS, 5)), /lost ADDED n\/b@13 before DELETED/],
  ['a lost last event', steps(without(STEPS, 6)), /lost DELETED n\/a@14 and all after it/],
  ['a repeated event', steps([...STEPS, event('DELETED', GONE)]), /n\/a@14 comes again or out of order/],
  [
    'events out of order',
    steps(replaced(replaced(STEPS, 5, STEPS[6] as WatchStep), 6, STEPS[5] as WatchStep)),
    /lost ADDED n\/b@13.*|ADDED n\/b@13 comes again or out of order/,
  ],
  ['an event of the wrong type', steps(replaced(STEPS, 2, event('ADDED', A2))), /should be MODIFIED n\/a@12/],
  ['an event with old contents', steps(replaced(STEPS, 2, event('MODIFIED', { ...A2, stamp: 'a1' }))), /shows a1/],
  ['an event that never happened', steps([...STEPS, event('ADDED', seen('n/c', 15, 'c'))]), /never happened/],
  [
    'a bookmark that overtakes an event',
    steps(replaced(STEPS, 3, { step: 'bookmark', revision: 13, initialEventsEnd: false })),
    /bookmark at 13 comes before ADDED n\/b@13/,
  ],
  [
    'a bookmark from the past',
    steps(replaced(STEPS, 3, { step: 'bookmark', revision: 11, initialEventsEnd: false })),
    /goes back behind 12/,
  ],
  [
    'a list that lacks something',
    steps(replaced(STEPS, 0, { step: 'list', revision: 11, items: [] })),
    /missing \[n\/a/,
  ],
  ['a relist from the past', steps([...STEPS, { step: 'list', revision: 13, items: [A2, B1] }]), /goes back behind 14/],
  [
    'initial events that are not the state',
    steps([{ step: 'stream' }, ...STREAM.slice(4)]),
    /stream of initial events/,
  ],
  ['a view that is not the final state', steps(STEPS, [A2, B1]), /its view is not etcd's final state/],
  ['a final state that nothing led to', { ...GOOD, final: [] }, /do not lead to etcd's final state/],
  [
    'an acknowledged write that disappeared',
    writes([...WRITES, write({ operation: 'create', key: 'n/c', stamp: 'c1', revision: 15 }, 50)]),
    /create of n\/c c1 was acknowledged at 15 and is not there/,
  ],
  [
    'an acknowledged delete that did not happen',
    writes([...WRITES, write({ operation: 'delete', key: 'n/b', stamp: '', expected: 13 }, 50)]),
    /delete of n\/b {2}was acknowledged/,
  ],
  [
    'a refused write that happened',
    writes(replaced(WRITES, 2, { ...(WRITES[2] as WriteRecord), outcome: 'refused' })),
    /was refused and took place/,
  ],
  [
    'a condition that did not hold',
    writes(replaced(WRITES, 1, { ...(WRITES[1] as WriteRecord), expected: 9 })),
    /expected 9 and came after 10/,
  ],
  [
    'a write that happened twice',
    { ...GOOD, changes: [...GOOD.changes, put(seen('n/b', 15, 'b1'))], final: [seen('n/b', 15, 'b1')] },
    /took place more than once: at 13, 15/,
  ],
  ['a write of nobody', writes(without(WRITES, 2)), /nobody asked for b1/],
  ['a deletion of nobody', writes(without(WRITES, 3)), /nobody asked for the deletion/],
  [
    'a write before one that was acknowledged earlier',
    writes(replaced(WRITES, 0, { ...(WRITES[0] as WriteRecord), ...call(50) })),
    /create of n\/a at 10 comes before/,
  ],
  ['a stale get', reads({ ...call(35), type: 'get', key: 'n/a', seen: A2 }), /though 14 was known before/],
  [
    'a get of what never was',
    reads({ ...call(5), type: 'get', key: 'n/a', seen: seen('n/a', 10, 'x') }),
    /was never x/,
  ],
  ['a get that misses', reads({ ...call(25), type: 'get', key: 'n/b', seen: undefined }), /n\/b was not found/],
  ['a stale list', reads({ ...call(35), type: 'list', revision: 12, items: [A2] }), /older than 14/],
  [
    'a list of no one moment',
    reads({ ...call(35), type: 'list', revision: 14, items: [A2, B1] }),
    /not the state at 14/,
  ],
  [
    'a read behind what another reader saw',
    reads(
      { ...call(11), type: 'list', revision: 13, items: [A2, B1] },
      { ...call(13), type: 'get', key: 'n/b', seen: undefined },
    ),
    /n\/b was not found/,
  ],
];

for (const [name, history, problem] of BAD)
  test(`the checker finds ${name}`, () => assert.match(checkHistory(history).join('\n'), problem));
