import assert from 'node:assert/strict';
import { it } from 'node:test';
import { buildContainer, buildPod } from '../testing/build-pod.ts';
import { evictionMessage } from './eviction-message.ts';
import { boundsLocalStorage, localStorageVerdict } from './local-storage.ts';
import { NOTHING_REMEMBERED, observeThresholds } from './observe-thresholds.ts';
import { NO_USAGE, type PodUsage, rankPods } from './rank-pods.ts';
import { DEFAULT_EVICTION_HARD, parseThresholds } from './thresholds.ts';

const MI = 2 ** 20;
const none = { hard: [], soft: [], softGracePeriod: {}, minimumReclaim: {} };

it('reads thresholds', () => {
  const parsed = parseThresholds({ ...none, hard: DEFAULT_EVICTION_HARD });
  assert.deepEqual(
    parsed.map(({ value }) => value),
    [{ quantity: 100 * MI }, { share: 0.1 }, { share: 0.05 }, { share: 0.15 }, { share: 0.05 }],
  );
  const [soft] = parseThresholds({
    ...none,
    soft: ['memory.available<1Gi'],
    softGracePeriod: { 'memory.available': '1m30s' },
    minimumReclaim: { 'memory.available': '500Mi' },
  });
  assert.deepEqual([soft?.hard, soft?.graceMs, soft?.minReclaim], [false, 90_000, { quantity: 500 * MI }]);
  assert.deepEqual(parseThresholds({ ...none, hard: ['nodefs.available<0%'] }), []);
  assert.throws(() => parseThresholds({ ...none, hard: ['disk<1'] }), /unsupported eviction signal disk/);
  assert.throws(() => parseThresholds({ ...none, hard: ['memory.available'] }), /invalid eviction threshold syntax/);
  assert.throws(() => parseThresholds({ ...none, soft: ['pid.available<10'] }), /grace period must be specified/);
});

it('holds a condition for the transition period and waits for soft thresholds', () => {
  const thresholds = parseThresholds({
    hard: ['memory.available<100Mi'],
    soft: ['memory.available<1Gi'],
    softGracePeriod: { 'memory.available': '30s' },
    minimumReclaim: { 'memory.available': '100Mi' },
  });
  const look = (available: number, now: number, memory = NOTHING_REMEMBERED) =>
    observeThresholds(thresholds, { 'memory.available': { available: available * MI, capacity: 4096 * MI } }, memory, {
      now,
      transitionMs: 60_000,
    });
  const first = look(500, 1000);
  assert.deepEqual([first.due.length, [...first.pressures]], [0, ['MemoryPressure']]);
  const second = look(500, 31_000, first.memory);
  assert.deepEqual(
    second.due.map(({ hard }) => hard),
    [false],
  );
  const third = look(50, 32_000, second.memory);
  assert.deepEqual(
    third.due.map(({ hard }) => hard),
    [true, false],
  );
  assert.deepEqual(
    look(150, 33_000, third.memory).due.map(({ hard }) => hard),
    [true, false],
    'until the minimum reclaim is free too',
  );
  const calm = look(3000, 34_000, third.memory);
  assert.deepEqual([calm.due, [...calm.pressures]], [[], ['MemoryPressure']]);
  assert.deepEqual([...look(3000, 95_000, calm.memory).pressures], []);
});

it('ranks pods and says why one goes', () => {
  const usage = (memory: number): PodUsage => ({
    ...NO_USAGE,
    memory: memory * MI,
    containers: new Map([['main', { memory: memory * MI, disk: 0 }]]),
  });
  const request = (memory: string) => [buildContainer('main', { resources: { requests: { memory } } })];
  const pods = [
    buildPod('within', { containers: request('500Mi') }),
    buildPod('over', { containers: request('100Mi') }),
    buildPod('way-over'),
    buildPod('important', { priority: 100 }),
    buildPod('critical', { priority: 2_000_001_000 }),
  ];
  const used = new Map([200, 200, 300, 900, 2000].map((memory, at) => [pods[at], usage(memory)]));
  const ranked = rankPods(pods, 'memory.available', (pod) => used.get(pod) ?? NO_USAGE);
  assert.deepEqual(
    ranked.map(({ metadata: { name } }) => name),
    ['way-over', 'over', 'important', 'within'],
  );
  const [threshold] = parseThresholds({ ...none, hard: ['memory.available<100Mi'] });
  assert.equal(
    evictionMessage(pods[1] as never, threshold as never, { available: 80 * MI, capacity: 1024 * MI }, usage(200)),
    'The node was low on resource: memory. Threshold quantity: 100Mi, available: 80Mi. Container main was using 200Mi, request is 100Mi, has larger consumption of memory. ',
  );
});

it('judges what a pod wrote', () => {
  const limits = { 'ephemeral-storage': '10Mi' };
  const volumes = [{ name: 'v', emptyDir: { sizeLimit: '1Mi' } }];
  const pod = buildPod('p', { containers: [buildContainer('main', { resources: { limits } })], volumes });
  const usage = (disk: number): PodUsage => ({
    ...NO_USAGE,
    disk: disk * MI,
    containers: new Map([['main', { memory: 0, disk: disk * MI }]]),
  });
  assert.ok(boundsLocalStorage(pod));
  assert.ok(!boundsLocalStorage(buildPod('q')));
  assert.equal(localStorageVerdict(pod, usage(1), new Map()), undefined);
  assert.equal(
    localStorageVerdict(pod, usage(1), new Map([['v', 2 * MI]])),
    'Usage of EmptyDir volume "v" exceeds the limit "1Mi". ',
  );
  assert.equal(
    localStorageVerdict(pod, usage(11), new Map()),
    'Pod ephemeral local storage usage exceeds the total limit of containers 10Mi. ',
  );
});
