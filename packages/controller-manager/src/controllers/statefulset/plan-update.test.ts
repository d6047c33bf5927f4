import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Pod, StatefulSet } from '@coxswain/api';
import { aPod } from '../../testing/fixtures.ts';
import { aStatefulSet } from '../../testing/stateful-set-fixture.ts';
import { planUpdate } from './plan-update.ts';

/**
 * A place: `old` or `new` revision; `-` not available, `x` on its way out; `gone` without a pod. By index, lowest first.
 */
type Place = 'old' | 'old-' | 'oldx' | 'new' | 'new-' | 'newx' | 'gone';

function place(state: Place, ordinal: number): Pod | undefined {
  if (state === 'gone') return undefined;
  return aPod({
    name: `web-${ordinal}`,
    labels: { 'controller-revision-hash': state.slice(0, 3) },
    ready: !state.endsWith('-'),
    deleting: state.endsWith('x'),
  });
}

const rolling = (rollingUpdate: object, spec: Partial<StatefulSet['spec']> = {}) =>
  ({ podManagementPolicy: 'Parallel', updateStrategy: { type: 'RollingUpdate', rollingUpdate }, ...spec }) as const;
const percent = (maxUnavailable: string) => rolling({ maxUnavailable });
const three = rolling({ maxUnavailable: 3 });

/** Which ordinals are taken away, in order. */
const rows: [rule: string, spec: Partial<StatefulSet['spec']>, places: Place[], updated: number[]][] = [
  ['from the largest ordinal, one at a time by default', {}, ['old', 'old', 'old'], [2]],
  ['RollingUpdate is the default', { updateStrategy: {} }, ['old', 'old'], [1]],
  ['the next when the one above is available', rolling({}), ['old', 'old', 'new'], [1]],
  ['not while the one above is not', rolling({}), ['old', 'old', 'new-'], []],
  ['not while one is on its way out', rolling({}), ['old', 'old', 'oldx'], []],
  ['nor while a place is empty', rolling({}), ['old', 'old', 'gone'], []],
  ['what is unavailable below counts too', rolling({}), ['new-', 'old', 'old'], []],
  ['nothing is left to do', rolling({}), ['new', 'new', 'new'], []],
  ['OnDelete updates nothing by itself', { updateStrategy: { type: 'OnDelete' } }, ['old', 'old-'], []],
  ['below the partition pods stay', rolling({ partition: 2 }), ['old', 'old', 'new'], []],
  ['from the partition on they go', rolling({ partition: 1 }), ['old', 'old', 'new'], [1]],
  ['a partition above the replicas holds all', rolling({ partition: 5 }), ['old', 'old', 'old'], []],
  [
    'partition counts from the first ordinal',
    rolling({ partition: 1 }, { ordinals: { start: 5 } }),
    ['old', 'old'],
    [6],
  ],
  ['maxUnavailable many at a time', three, ['old', 'old', 'old', 'old'], [3, 2, 1]],
  ['what is unavailable takes from it', three, ['old', 'old', 'new-', 'newx', 'new'], [1]],
  [
    'unavailable below the partition too',
    rolling({ partition: 2, maxUnavailable: 2 }),
    ['gone', 'old', 'old', 'old'],
    [3],
  ],
  ['a percentage is of the replicas', percent('50%'), ['old', 'old', 'old', 'old'], [3, 2]],
  ['and rounds down, as the controller computes it', percent('60%'), ['old', 'old', 'old', 'old'], [3, 2]],
  ['to one at least', percent('1%'), ['old', 'old', 'old', 'old'], [3]],
  ['a broken old pod is replaced, for it is missed already', rolling({}), ['old', 'old-', 'old'], [1]],
  ['all of them, whatever maxUnavailable says', rolling({}), ['old-', 'old-', 'old'], [1, 0]],
  ['also when a new one is not available', rolling({}), ['old-', 'old', 'new-'], [0]],
  ['broken ones go first, available ones as the limit leaves', three, ['old-', 'old', 'old', 'old'], [0, 3, 2]],
  ['broken ones below the partition stay', rolling({ partition: 1 }), ['old-', 'old', 'old'], []],
];

for (const [rule, spec, places, updated] of rows)
  test(`StatefulSet update: ${rule}`, () => {
    const set = aStatefulSet({ replicas: places.length, ...spec });
    const start = set.spec.ordinals?.start ?? 0;
    const healthy = ({ metadata, status }: Pod) =>
      metadata.deletionTimestamp === undefined && status?.conditions?.[0]?.status === 'True';
    const wanted = places.map((state, i) => place(state, start + i));
    const plan = planUpdate({ set, updateRevision: 'new' }, wanted, healthy);
    assert.deepEqual(
      plan.map(({ kind, ordinal }) => [kind, ordinal]),
      updated.map((ordinal) => ['update', ordinal]),
    );
  });
