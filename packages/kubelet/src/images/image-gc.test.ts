import assert from 'node:assert/strict';
import { it } from 'node:test';
import { FakeRuntime, loopbackClient } from '@coxswain/cri/testing';
import { silentLogger } from '@coxswain/foundation';
import { eventually, FakeClock } from '@coxswain/foundation/testing';
import { noEvents } from '../events/pod-events.ts';
import { ImageGarbageCollector, type ImageGcOptions } from './image-gc.ts';
import { planImageGc } from './plan-image-gc.ts';

const image = (id: string, more: object = {}) => ({
  id,
  size: 10,
  firstSeen: 0,
  lastUsed: 0,
  inUse: false,
  pinned: false,
  ...more,
});

it('deletes the longest unused until enough is free', () => {
  const images = [
    image('used', { inUse: true }),
    image('pinned', { pinned: true }),
    image('recent', { lastUsed: 900 }),
    image('old', { lastUsed: 100 }),
    image('never'),
    image('young', { firstSeen: 990 }),
  ];
  const ids = (toFree: number) => planImageGc(images, { now: 1000, toFree, minAgeMs: 100 }).map(({ id }) => id);
  assert.deepEqual(ids(15), ['never', 'old']);
  assert.deepEqual(ids(Infinity), ['never', 'old', 'recent']);
  assert.deepEqual(ids(0), []);
});

/** A runtime with an image in use and one that is not, on a disk of 100 bytes. */
async function setUp(more: Partial<ImageGcOptions> = {}) {
  const clock = new FakeClock();
  const runtime = new FakeRuntime({ clock, images: ['a:1', 'b:1'] });
  const cri = loopbackClient(runtime.handlers);
  const { podSandboxId } = await cri.runPodSandbox({
    config: { metadata: { name: 'p', namespace: 'n', uid: 'u', attempt: 0 } },
  });
  await cri.createContainer({
    podSandboxId,
    config: { metadata: { name: 'c', attempt: 0 }, image: { image: 'a:1' } },
  });
  const said: string[] = [];
  const disk = { available: 50 };
  const collector = new ImageGarbageCollector({
    cri,
    clock,
    log: silentLogger(),
    events: { ...noEvents, node: (_node, _type, reason, message) => said.push(`${reason} ${message}`) },
    nodeName: 'n',
    imagefs: async () => ({ capacity: 100, used: 100 - disk.available, inodes: 1, inodesFree: 1, ...disk }),
    highThresholdPercent: 85,
    lowThresholdPercent: 80,
    minAgeMs: 120_000,
    maxAgeMs: 0,
    ...more,
  });
  return { clock, collector, disk, said, images: () => runtime.images.list().map(({ repoTags }) => repoTags[0]) };
}

it('looks at once when it starts, and counts what is there as old', async (t) => {
  const stop = new AbortController();
  t.after(() => stop.abort());
  const { collector, disk, images } = await setUp();
  disk.available = 10;
  void collector.run(stop.signal);
  await eventually(() => assert.deepEqual(images(), ['a:1']));
  const never = await setUp({ highThresholdPercent: 100 });
  never.disk.available = 0;
  await never.collector.run(stop.signal);
  assert.equal(never.images().length, 2);
});

it('frees the disk down to the low threshold, and says when it can not', async () => {
  const { clock, collector, disk, said, images } = await setUp();
  await collector.collect();
  assert.equal(images().length, 2);
  disk.available = 10;
  await assert.rejects(collector.collect(), /freed 0 bytes/, 'both are young');
  await clock.advance(120_001);
  await collector.collect();
  assert.deepEqual(images(), ['a:1']);
  await assert.rejects(collector.collect(), /Failed to free sufficient space/);
  assert.match(said.at(-1) ?? '', /^FreeDiskSpaceFailed Insufficient free disk space .*\(90\.0% of/);
});
