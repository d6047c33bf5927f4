import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Namespace, namespaceKind, type Pod, type PodAffinityTerm } from '@coxswain/api';
import { PodInfo } from '../../cache/pod-info.ts';
import { makeNode, makePod, runFilter, runScore, snapshotOf, testHandle } from '../../testing/index.ts';
import { interPodAffinity } from './inter-pod-affinity.ts';

const AFFINITY = "! node(s) didn't match pod affinity rules";
const ANTI = "node(s) didn't match pod anti-affinity rules";
const EXISTING = "node(s) didn't satisfy existing pods anti-affinity rules";

const zone = (name: string, value: string) => makeNode(name, { labels: { zone: value } });
const nodes = [zone('a1', 'a'), zone('a2', 'a'), zone('b1', 'b'), makeNode('none')];

type Sort = 'podAffinity' | 'podAntiAffinity';
const term = (app: string, more: Partial<PodAffinityTerm> = {}): PodAffinityTerm => ({
  topologyKey: 'zone',
  labelSelector: { matchLabels: { app } },
  ...more,
});
const requiring = (sort: Sort, ...terms: PodAffinityTerm[]) => ({
  [sort]: { requiredDuringSchedulingIgnoredDuringExecution: terms },
});
const preferring = (sort: Sort, weight: number, podAffinityTerm: PodAffinityTerm) => ({
  [sort]: { preferredDuringSchedulingIgnoredDuringExecution: [{ weight, podAffinityTerm }] },
});
const pod = (name: string, app: string, nodeName: string, affinity = {}, more: Partial<Pod['metadata']> = {}): Pod => {
  const made = makePod(name, { labels: { app }, spec: { affinity, ...(nodeName ? { nodeName } : {}) } });
  return { ...made, metadata: { ...made.metadata, ...more } };
};
const ok = { a1: 'ok', a2: 'ok', b1: 'ok', none: 'ok' };

interface Case {
  readonly name: string;
  readonly affinity?: object;
  readonly app?: string;
  readonly placed: readonly Pod[];
  readonly want: Record<string, string>;
}

const db = pod('db', 'db', 'a1');
const elsewhere = pod('far', 'db', 'a1', {}, { namespace: 'other' });
const cases: Case[] = [
  { name: 'nothing asked', placed: [db], want: ok },
  {
    name: 'affinity: the domain of a matching pod',
    affinity: requiring('podAffinity', term('db')),
    placed: [db],
    want: { a1: 'ok', a2: 'ok', b1: AFFINITY, none: AFFINITY },
  },
  {
    name: 'affinity to itself: the first may go to any node with the label',
    app: 'db',
    affinity: requiring('podAffinity', term('db')),
    placed: [],
    want: { ...ok, none: AFFINITY },
  },
  {
    name: 'affinity to itself: not the first in its namespace',
    app: 'db',
    affinity: requiring('podAffinity', term('db')),
    placed: [db],
    want: { a1: 'ok', a2: 'ok', b1: AFFINITY, none: AFFINITY },
  },
  {
    name: 'affinity: one pod must match all terms',
    affinity: requiring('podAffinity', term('db'), term('web')),
    placed: [db, pod('web', 'web', 'a2')],
    want: { a1: AFFINITY, a2: AFFINITY, b1: AFFINITY, none: AFFINITY },
  },
  {
    name: 'affinity: terms of different topologies',
    affinity: requiring('podAffinity', term('db'), term('db', { topologyKey: 'kubernetes.io/hostname' })),
    placed: [db],
    want: { a1: 'ok', a2: AFFINITY, b1: AFFINITY, none: AFFINITY },
  },
  {
    name: 'anti-affinity',
    affinity: requiring('podAntiAffinity', term('db')),
    placed: [db],
    want: { ...ok, a1: ANTI, a2: ANTI },
  },
  {
    name: 'anti-affinity is symmetric',
    app: 'web',
    placed: [pod('db', 'db', 'b1', requiring('podAntiAffinity', term('web')))],
    want: { ...ok, b1: EXISTING },
  },
  {
    name: 'another namespace is not meant',
    affinity: requiring('podAntiAffinity', term('db')),
    placed: [elsewhere],
    want: ok,
  },
  {
    name: 'a namespace by name',
    affinity: requiring('podAntiAffinity', term('db', { namespaces: ['other'] })),
    placed: [elsewhere],
    want: { ...ok, a1: ANTI, a2: ANTI },
  },
  {
    name: 'matchLabelKeys: only pods with the same value',
    app: 'v2',
    affinity: requiring('podAntiAffinity', term('', { labelSelector: {}, matchLabelKeys: ['app'] })),
    placed: [db, pod('same', 'v2', 'b1')],
    want: { ...ok, b1: ANTI },
  },
  {
    name: 'mismatchLabelKeys: only pods with another value',
    app: 'v2',
    affinity: requiring('podAntiAffinity', term('', { labelSelector: {}, mismatchLabelKeys: ['app'] })),
    placed: [db, pod('same', 'v2', 'b1')],
    want: { ...ok, a1: ANTI, a2: ANTI },
  },
  {
    name: 'without a selector no pod is meant',
    affinity: requiring('podAntiAffinity', { topologyKey: 'zone' }),
    placed: [db],
    want: ok,
  },
];

for (const { name, affinity = {}, app = 'p', placed, want } of cases) {
  test(name, () => {
    assert.deepEqual(runFilter(interPodAffinity, pod('p', app, '', affinity), snapshotOf(nodes, placed)), want);
  });
}

test('namespaceSelector, both ways', async () => {
  const handle = testHandle();
  const labels = { team: 'x' };
  const namespace = (name: string) => ({ metadata: { name, labels } }) as unknown as Namespace;
  handle.client.add(namespaceKind, namespace('other'), namespace('default'));
  const plugin = interPodAffinity(handle);
  const abort = new AbortController();
  handle.informers.start(abort.signal);
  await handle.informers.waitForSync(abort.signal);
  const team = requiring('podAntiAffinity', term('db', { namespaceSelector: { matchLabels: labels } }));
  const asking = pod('p', 'web', '', team);
  assert.equal(runFilter(() => plugin, asking, snapshotOf(nodes, [elsewhere]))['a1'], ANTI);
  const forbidding = pod('far', 'x', 'b1', team, { namespace: 'other' });
  assert.equal(runFilter(() => plugin, pod('p', 'db', ''), snapshotOf(nodes, [forbidding]))['b1'], EXISTING);
  abort.abort();
});

test('preferred terms of the pod, and what placed pods prefer or require of it', () => {
  const score = (asking: Pod, ...placed: Pod[]) =>
    runScore(interPodAffinity(testHandle()), asking, snapshotOf(nodes, placed));
  const near = pod('p', 'web', '', preferring('podAffinity', 10, term('db')));
  assert.deepEqual(score(near, db), { a1: 100, a2: 100, b1: 0, none: 0 });
  const far = pod('p', 'web', '', preferring('podAntiAffinity', 10, term('db')));
  assert.deepEqual(score(far, db), { a1: 0, a2: 0, b1: 100, none: 100 });
  const liking = pod('db', 'db', 'b1', preferring('podAffinity', 5, term('web')));
  assert.deepEqual(score(pod('p', 'web', ''), liking), { a1: 0, a2: 0, b1: 100, none: 0 });
  const needing = pod('db', 'db', 'b1', requiring('podAffinity', term('web')));
  assert.deepEqual(score(pod('p', 'web', ''), needing), { a1: 0, a2: 0, b1: 100, none: 0 });
});

test('only pods that matter wake a waiting one', () => {
  const { events = [] } = interPodAffinity(testHandle());
  const hint = (event: string, waiting: Pod, other: Pod) =>
    events
      .find((each) => each.event === event)
      ?.hint?.(new PodInfo(waiting), { name: event as 'AssignedPodAdd', old: other, new: other });
  const waiting = pod('p', 'web', '', requiring('podAffinity', term('db')));
  assert.equal(hint('AssignedPodAdd', waiting, db), 'Queue');
  assert.equal(hint('AssignedPodAdd', waiting, pod('x', 'x', 'a1')), 'Skip');
  assert.equal(hint('AssignedPodDelete', waiting, db), 'Skip');
  const avoiding = pod('p', 'web', '', requiring('podAntiAffinity', term('db')));
  assert.equal(hint('AssignedPodDelete', avoiding, db), 'Queue');
  assert.equal(hint('NodeAdd', waiting, makeNode('n') as unknown as Pod), 'Skip');
});
