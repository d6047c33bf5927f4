import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { makeNode, makePod } from '../testing/index.ts';
import { PodInfo } from './pod-info.ts';
import { SchedulerCache } from './scheduler-cache.ts';
import { Snapshot } from './snapshot.ts';

function view(snapshot: Snapshot): Record<string, unknown> {
  return Object.fromEntries(
    snapshot.nodes
      .map(({ name, requested, pods }) => [name, [requested.milliCpu, pods.map(({ key }) => key).sort()]] as const)
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}

function refresh(cache: SchedulerCache, snapshot = new Snapshot()): Snapshot {
  cache.updateSnapshot(snapshot);
  return snapshot;
}

const info = (name: string, node = '') =>
  new PodInfo(makePod(name, { requests: { cpu: '100m' }, ...(node ? { spec: { nodeName: node } } : {}) }));

test('assume, confirm, forget', () => {
  const cache = new SchedulerCache();
  cache.setNode(makeNode('n'));
  cache.assume(info('a'), 'n');
  cache.assume(info('b'), 'n');
  cache.setPod(info('a', 'n').pod);
  cache.forget(info('a'));
  cache.forget(info('b'));
  assert.deepEqual(view(refresh(cache)), { n: [100, ['default/a']] });
  assert.throws(() => cache.assume(info('a'), 'n'), /is in the cache already/);
});

test('a pod bound elsewhere than assumed moves', () => {
  const cache = new SchedulerCache();
  cache.setNode(makeNode('n'));
  cache.setNode(makeNode('m'));
  cache.assume(info('a'), 'n');
  cache.setPod(info('a', 'm').pod);
  assert.deepEqual(view(refresh(cache)), { m: [100, ['default/a']], n: [0, []] });
});

test('a snapshot stands still between updates', () => {
  const cache = new SchedulerCache();
  cache.setNode(makeNode('n'));
  const snapshot = refresh(cache);
  cache.assume(info('a'), 'n');
  assert.deepEqual(view(snapshot), { n: [0, []] });
  assert.deepEqual(view(refresh(cache, snapshot)), { n: [100, ['default/a']] });
});

test('pods of a node that went and came again still count', () => {
  const cache = new SchedulerCache();
  cache.setPod(info('early', 'n').pod);
  const snapshot = refresh(cache);
  assert.deepEqual(view(snapshot), {});
  cache.setNode(makeNode('n'));
  assert.deepEqual(view(refresh(cache, snapshot)), { n: [100, ['default/early']] });
  cache.removeNode('n');
  assert.deepEqual(view(refresh(cache, snapshot)), {});
  cache.setNode(makeNode('n'));
  assert.deepEqual(view(refresh(cache, snapshot)), { n: [100, ['default/early']] });
});

test('after any history the snapshot equals one built from scratch', () => {
  const step = fc.record({
    action: fc.constantFrom('set', 'remove', 'assume', 'forget', 'node', 'gone', 'look'),
    pod: fc.integer({ min: 0, max: 4 }),
    node: fc.constantFrom('x', 'y', 'z'),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const cache = new SchedulerCache();
      const snapshot = new Snapshot();
      const nodes = new Set<string>();
      const pods = new Map<string, { node: string; assumed: boolean }>();
      for (const { action, pod, node } of steps) {
        const name = `p${pod}`;
        const known = pods.get(name);
        if (action === 'set') {
          cache.setPod(info(name, node).pod);
          pods.set(name, { node, assumed: false });
        } else if (action === 'remove') {
          cache.removePod(info(name).pod);
          pods.delete(name);
        } else if (action === 'assume' && !known) {
          cache.assume(info(name), node);
          pods.set(name, { node, assumed: true });
        } else if (action === 'forget') {
          cache.forget(info(name));
          if (known?.assumed) pods.delete(name);
        } else if (action === 'node') {
          cache.setNode(makeNode(node));
          nodes.add(node);
        } else if (action === 'gone') {
          cache.removeNode(node);
          nodes.delete(node);
        } else cache.updateSnapshot(snapshot);
      }
      cache.updateSnapshot(snapshot);
      const fresh = new SchedulerCache();
      for (const node of nodes) fresh.setNode(makeNode(node));
      for (const [name, { node }] of pods) fresh.setPod(info(name, node).pod);
      assert.deepEqual(view(snapshot), view(refresh(fresh)));
    }),
  );
});
