import assert from 'node:assert/strict';
import { test } from 'node:test';
import { selectorFromSet } from '@coxswain/api';
import fc from 'fast-check';
import { makeNode, makePod } from '../testing/index.ts';
import { DomainCounter, ImaginedCounts } from './domain-counts.ts';
import type { PodIndex } from './pod-index.ts';
import { PodInfo } from './pod-info.ts';
import type { PodQuery } from './pod-query.ts';
import { SchedulerCache } from './scheduler-cache.ts';
import { Snapshot } from './snapshot.ts';

const query = (topologyKey: string | undefined, app: string, domains: boolean, tier?: string): PodQuery => ({
  key: `${topologyKey}|${app}|${domains}|${tier}`,
  namespaces: new Set(['default']),
  topologyKey,
  domains,
  matches: ({ labels, terminating }) => !terminating && selectorFromSet({ app }).matches(labels),
  ...(tier ? { eligible: ({ labels }: { labels: Record<string, string> }) => labels['tier'] === tier } : {}),
});
const queries = [
  query('zone', 'a', true),
  query('zone', 'b', true, 'x'),
  query('zone', 'a', false),
  query(undefined, 'a', false),
  query('kubernetes.io/hostname', 'b', true),
];

/** All that the index can say. */
function answers(index: PodIndex) {
  const asked = queries.map((each) => {
    const counts = index.count(each);
    const { total, domains, least } = counts;
    return { total, domains, least, at: Object.fromEntries([...counts.entries()].sort()) };
  });
  const terms = [...index.terms.requiredAnti.about('default')].map(({ term, counts }) => [
    term.key,
    Object.fromEntries([...counts.entries()].sort()),
  ]);
  return { asked, terms: terms.sort() };
}

function podOn(name: string, app: string, nodeName: string, leaving: boolean) {
  const term = { topologyKey: 'zone', labelSelector: { matchLabels: { app } } };
  const affinity = { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [term] } };
  const pod = makePod(name, { labels: { app }, spec: { affinity, ...(nodeName ? { nodeName } : {}) } });
  if (leaving) pod.metadata.deletionTimestamp = '2026-01-01T00:00:00Z';
  return pod;
}

const step = fc.record({
  action: fc.constantFrom('pod', 'pod', 'pod', 'gone', 'assume', 'forget', 'node', 'node', 'no node', 'look'),
  pod: fc.integer({ min: 0, max: 5 }),
  app: fc.constantFrom('a', 'b'),
  leaving: fc.boolean(),
  node: fc.constantFrom('n1', 'n2', 'n3'),
  zone: fc.constantFrom('x', 'y', ''),
  tier: fc.constantFrom('x', 'y'),
});

test('after any history the index says what one built from scratch says', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const cache = new SchedulerCache();
      const snapshot = new Snapshot();
      const nodes = new Map<string, ReturnType<typeof makeNode>>();
      const pods = new Map<string, { pod: ReturnType<typeof podOn>; assumed: boolean }>();
      for (const { action, pod, app, leaving, node, zone, tier } of steps) {
        const name = `p${pod}`;
        const known = pods.get(name);
        const placed = podOn(name, app, node, leaving);
        if (action === 'pod') {
          cache.setPod(placed);
          pods.set(name, { pod: placed, assumed: false });
        } else if (action === 'gone') {
          cache.removePod(placed);
          pods.delete(name);
        } else if (action === 'assume' && !known) {
          cache.assume(new PodInfo(podOn(name, app, '', leaving)), node);
          pods.set(name, { pod: placed, assumed: true });
        } else if (action === 'forget') {
          cache.forget(new PodInfo(placed));
          if (known?.assumed) pods.delete(name);
        } else if (action === 'node') {
          const made = makeNode(node, { labels: { ...(zone ? { zone } : {}), tier } });
          cache.setNode(made);
          nodes.set(node, made);
        } else if (action === 'no node') {
          cache.removeNode(node);
          nodes.delete(node);
        } else if (action === 'look') {
          cache.updateSnapshot(snapshot);
          answers(snapshot.index);
        }
      }
      cache.updateSnapshot(snapshot);
      const freshCache = new SchedulerCache();
      for (const node of nodes.values()) freshCache.setNode(node);
      for (const { pod } of pods.values()) freshCache.setPod(pod);
      const fresh = new Snapshot();
      freshCache.updateSnapshot(fresh);
      assert.deepEqual(answers(snapshot.index), answers(fresh.index));
    }),
    { numRuns: 300 },
  );
});

test('imagined changes count as real ones would', () => {
  const value = fc.constantFrom('x', 'y', 'z');
  const change = fc.record({ value, by: fc.constantFrom(1, -1) });
  fc.assert(
    fc.property(fc.array(value, { maxLength: 9 }), fc.array(change, { maxLength: 9 }), (real, imagined) => {
      const base = new DomainCounter(true);
      const want = new Map<string, number>();
      for (const zone of ['x', 'y', 'z']) {
        base.addNode(zone);
        want.set(zone, 0);
      }
      const add = (zone: string, by: number) => want.set(zone, (want.get(zone) ?? 0) + by);
      for (const zone of real) {
        base.addPods(zone, 1);
        add(zone, 1);
      }
      const counts = new ImaginedCounts(base);
      for (const { value: zone, by } of imagined) {
        if (counts.get(zone) + by < 0) continue;
        counts.add(zone, by);
        add(zone, by);
      }
      const copy = counts.clone();
      assert.deepEqual(new Map([...want.keys()].map((zone) => [zone, copy.get(zone)])), want);
      assert.equal(copy.least, Math.min(...want.values()));
      assert.equal(
        copy.total,
        [...want.values()].reduce((sum, count) => sum + count, 0),
      );
    }),
  );
});
