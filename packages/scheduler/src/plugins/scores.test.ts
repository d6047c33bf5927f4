import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeNode, makePod, runFilter, runScore, snapshotOf, testHandle } from '../testing/index.ts';
import { imageLocality } from './image-locality/image-locality.ts';
import { nodeAffinity } from './node-affinity/node-affinity.ts';
import { nodeResourcesBalancedAllocation } from './node-resources/balanced-allocation.ts';
import { nodeResourcesFit } from './node-resources/node-resources-fit.ts';
import { podTopologySpread } from './pod-topology-spread/pod-topology-spread.ts';
import { taintToleration } from './taint-toleration/taint-toleration.ts';

const on = (nodeName: string, requests: Record<string, string>, name = `on-${nodeName}`) =>
  makePod(name, { requests, spec: { nodeName } });

test('LeastAllocated: the emptier node', () => {
  const snapshot = snapshotOf([makeNode('a'), makeNode('b')], [on('a', { cpu: '2', memory: '4Gi' })]);
  const pod = makePod('p', { requests: { cpu: '1', memory: '2Gi' } });
  assert.deepEqual(runScore(nodeResourcesFit(), pod, snapshot), { a: 25, b: 75 });
});

test('BalancedAllocation: the node where CPU and memory are used alike', () => {
  const pods = [on('a', { cpu: '3', memory: '0' }), on('b', { cpu: '1', memory: '2Gi' })];
  const snapshot = snapshotOf([makeNode('a'), makeNode('b')], pods);
  const pod = makePod('p', { requests: { cpu: '1', memory: '2Gi' } });
  assert.deepEqual(runScore(nodeResourcesBalancedAllocation(), pod, snapshot), { a: 62, b: 100 });
});

test('TaintToleration: fewer PreferNoSchedule taints', () => {
  const taint = (key: string) => ({ key, effect: 'PreferNoSchedule' as const });
  const snapshot = snapshotOf([
    makeNode('none'),
    makeNode('one', { spec: { taints: [taint('a')] } }),
    makeNode('two', { spec: { taints: [taint('a'), taint('b')] } }),
  ]);
  assert.deepEqual(runScore(taintToleration(), makePod('p'), snapshot), { none: 100, one: 50, two: 0 });
});

test('NodeAffinity: the preferred terms by weight', () => {
  const prefer = (weight: number, key: string) => ({
    weight,
    preference: { matchExpressions: [{ key, operator: 'Exists' }] },
  });
  const pod = makePod('p', {
    spec: {
      affinity: {
        nodeAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [prefer(30, 'x'), prefer(10, 'y')] },
      },
    },
  });
  const snapshot = snapshotOf([
    makeNode('xy', { labels: { x: '', y: '' } }),
    makeNode('x', { labels: { x: '' } }),
    makeNode('none'),
  ]);
  assert.deepEqual(runScore(nodeAffinity(), pod, snapshot), { xy: 100, x: 75, none: 0 });
});

const zone = (name: string, value: string) => makeNode(name, { labels: { zone: value } });
const web = (name: string, nodeName = '') =>
  makePod(name, {
    labels: { app: 'web' },
    spec: {
      ...(nodeName ? { nodeName } : {}),
      topologySpreadConstraints: [
        {
          maxSkew: 1,
          topologyKey: 'zone',
          whenUnsatisfiable: 'DoNotSchedule',
          labelSelector: { matchLabels: { app: 'web' } },
        },
      ],
    },
  });

test('PodTopologySpread: no zone gets more than maxSkew ahead', () => {
  const snapshot = snapshotOf([zone('a1', 'a'), zone('a2', 'a'), zone('b1', 'b'), makeNode('c')], [web('one', 'a1')]);
  const skewed = "node(s) didn't match pod topology spread constraints";
  assert.deepEqual(runFilter(podTopologySpread, web('p'), snapshot), {
    a1: skewed,
    a2: skewed,
    b1: 'ok',
    c: `! ${skewed} (missing required label)`,
  });
});

test('PodTopologySpread: ScheduleAnyway only prefers', () => {
  const pod = web('p');
  for (const constraint of pod.spec.topologySpreadConstraints ?? []) constraint.whenUnsatisfiable = 'ScheduleAnyway';
  const snapshot = snapshotOf([zone('a', 'a'), zone('b', 'b')], [web('one', 'a'), web('two', 'a'), web('three', 'b')]);
  assert.deepEqual(runFilter(podTopologySpread, pod, snapshot), { a: 'ok', b: 'ok' });
  const { a, b } = runScore(podTopologySpread(testHandle()), pod, snapshot);
  assert.ok((b as number) > (a as number), `${b} > ${a}`);
});

test('MostAllocated and RequestedToCapacityRatio, with an extended resource', () => {
  const gpu = 'x.io/gpu';
  const node = (name: string) => makeNode(name, { allocatable: { [gpu]: '4' } });
  const snapshot = snapshotOf([node('a'), node('b')], [on('a', { [gpu]: '2' })]);
  const pod = makePod('p', { requests: { [gpu]: '1' } });
  const resources = [{ name: gpu, weight: 3 }];
  const scores = (scoringStrategy: object) =>
    runScore(nodeResourcesFit(undefined, { scoringStrategy: { ...scoringStrategy, resources } }), pod, snapshot);
  assert.deepEqual(scores({ type: 'MostAllocated' }), { a: 75, b: 25 });
  assert.deepEqual(scores({ type: 'LeastAllocated' }), { a: 25, b: 75 });
  const shape = [
    { utilization: 0, score: 0 },
    { utilization: 50, score: 10 },
    { utilization: 100, score: 4 },
  ];
  assert.deepEqual(scores({ type: 'RequestedToCapacityRatio', requestedToCapacityRatio: { shape } }), { a: 70, b: 50 });
});

test('ImageLocality: much of the image, where not all pods would go', () => {
  const withImages = (name: string, ...images: [string, number][]) => {
    const node = makeNode(name);
    const list = images.map(([image, sizeBytes]) => ({ names: [image], sizeBytes }));
    return { ...node, status: { ...node.status, images: list } };
  };
  const mb = 1024 * 1024;
  const big = withImages('big', ['i:latest', 800 * mb]);
  const small = withImages('small', ['i:latest', 40 * mb]);
  const snapshot = snapshotOf([big, small, makeNode('none')]);
  assert.deepEqual(runScore(imageLocality(), makePod('p'), snapshot), { big: 52, small: 0, none: 0 });
});

test('NodeAffinity: what the profile adds holds for all pods', () => {
  const terms = { nodeSelectorTerms: [{ matchExpressions: [{ key: 'pool', operator: 'Exists' }] }] };
  const addedAffinity = { requiredDuringSchedulingIgnoredDuringExecution: terms };
  const snapshot = snapshotOf([makeNode('in', { labels: { pool: '' } }), makeNode('out')]);
  assert.deepEqual(
    runFilter((handle) => nodeAffinity(handle, { addedAffinity }), makePod('p'), snapshot),
    {
      in: 'ok',
      out: "! node(s) didn't match scheduler-enforced node affinity",
    },
  );
});

test('PodTopologySpread: minDomains, nodeTaintsPolicy', () => {
  const pod = web('p');
  const [constraint] = pod.spec.topologySpreadConstraints ?? [];
  if (constraint) constraint.minDomains = 3;
  const skewed = "node(s) didn't match pod topology spread constraints";
  const pods = [web('one', 'a'), web('two', 'b')];
  assert.deepEqual(runFilter(podTopologySpread, pod, snapshotOf([zone('a', 'a'), zone('b', 'b')], pods)), {
    a: skewed,
    b: skewed,
  });
  const tainted = { ...zone('b', 'b'), spec: { taints: [{ key: 'k', effect: 'NoSchedule' }] } };
  const honoring = web('p');
  for (const each of honoring.spec.topologySpreadConstraints ?? []) each.nodeTaintsPolicy = 'Honor';
  const one = [web('one', 'a')];
  assert.equal(runFilter(podTopologySpread, honoring, snapshotOf([zone('a', 'a'), tainted], one))['a'], 'ok');
  assert.equal(runFilter(podTopologySpread, web('p'), snapshotOf([zone('a', 'a'), tainted], one))['a'], skewed);
});
