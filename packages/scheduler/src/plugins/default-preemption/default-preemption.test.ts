import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Node, Pod, PodDisruptionBudget } from '@coxswain/api';
import fc from 'fast-check';
import { NominatedPods } from '../../cache/nominated-pods.ts';
import { PodInfo } from '../../cache/pod-info.ts';
import { SchedulerCache } from '../../cache/scheduler-cache.ts';
import { Framework } from '../../framework/framework.ts';
import { SchedulerCore } from '../../schedule-one.ts';
import { makeNode, makePod, mayRun, testHandle } from '../../testing/index.ts';
import { defaultPlugins } from '../default-plugins.ts';

interface Cluster {
  readonly nodes: readonly Node[];
  readonly pods?: readonly Pod[];
  readonly budgets?: readonly PodDisruptionBudget[];
  readonly nominated?: readonly [Pod, string][];
}

function decide(pod: Pod, { nodes, pods = [], budgets = [], nominated = [] }: Cluster) {
  const cache = new SchedulerCache();
  for (const node of nodes) cache.setNode(node);
  for (const each of pods) cache.setPod(each);
  const handle = { ...testHandle(), disruptionBudgets: () => budgets };
  const framework = new Framework('default-scheduler', defaultPlugins, handle);
  const nominations = new NominatedPods();
  for (const [each, node] of nominated) nominations.set(new PodInfo(each), node);
  const core = new SchedulerCore({ frameworkOf: () => framework, cache, nominated: nominations, random: () => 0 });
  return core.scheduleOne(new PodInfo(pod));
}

function outcome(pod: Pod, cluster: Cluster): string {
  const decision = decide(pod, cluster);
  if (decision.kind === 'placed') return `on ${decision.nodeName}`;
  if (decision.kind === 'error') return decision.error.message;
  if (!decision.preemption) return decision.message.replace(/^.*preemption: /, '');
  const { nodeName, victims } = decision.preemption;
  return `${nodeName} for ${victims.map(({ pod: { metadata } }) => metadata.name).join()}`;
}

const small = (name: string, cpu = '2') => makeNode(name, { allocatable: { cpu } });
const run = (name: string, nodeName: string, priority: number, cpu = '1', more: Partial<Pod['status']> = {}): Pod => ({
  ...makePod(name, { labels: { app: name }, requests: { cpu }, spec: { priority, ...(nodeName ? { nodeName } : {}) } }),
  ...(more ? { status: more as NonNullable<Pod['status']> } : {}),
});
const wanting = (cpu: string, spec: Partial<Pod['spec']> = {}) =>
  makePod('p', { requests: { cpu }, spec: { priority: 100, ...spec } });
const started = (startTime: string) => ({ startTime });
const budget = (app: string, disruptionsAllowed: number): PodDisruptionBudget => ({
  metadata: { name: app, namespace: 'default' },
  spec: { selector: { matchLabels: { app } } },
  status: { disruptionsAllowed, currentHealthy: 1, desiredHealthy: 1, expectedPods: 1 },
});
const leaving = (pod: Pod): Pod => ({
  ...pod,
  metadata: { ...pod.metadata, deletionTimestamp: '2026-01-01T00:00:00Z' },
  status: { conditions: [{ type: 'DisruptionTarget', status: 'True', reason: 'PreemptionByScheduler' }] },
});

const cases: readonly [string, Pod, Cluster, string][] = [
  ['no more than needed', wanting('1'), { nodes: [small('n')], pods: [run('a', 'n', 1), run('b', 'n', 2)] }, 'n for a'],
  [
    'the one that began last, among equals',
    wanting('1'),
    {
      nodes: [small('n')],
      pods: [
        run('old', 'n', 1, '1', started('2026-01-01T00:00:00Z')),
        run('new', 'n', 1, '1', started('2026-02-01T00:00:00Z')),
      ],
    },
    'n for new',
  ],
  [
    'the node whose highest victim is the lowest',
    wanting('2'),
    { nodes: [small('n'), small('m')], pods: [run('a', 'n', 5), run('b', 'm', 4), run('c', 'm', 4)] },
    'm for b,c',
  ],
  [
    'the node with fewer victims',
    wanting('2'),
    { nodes: [small('n'), small('m')], pods: [run('a', 'n', 4), run('b', 'n', 4), run('c', 'm', 4, '2')] },
    'm for c',
  ],
  [
    'rather the pod that no budget protects',
    wanting('1'),
    { nodes: [small('n')], pods: [run('a', 'n', 1), run('b', 'n', 2)], budgets: [budget('a', 0)] },
    'n for b',
  ],
  [
    'a budget that allows it protects nothing',
    wanting('1'),
    { nodes: [small('n')], pods: [run('a', 'n', 1), run('b', 'n', 2)], budgets: [budget('a', 1)] },
    'n for a',
  ],
  [
    'rather another node than a violated budget',
    wanting('2'),
    { nodes: [small('n'), small('m')], pods: [run('a', 'n', 1), run('b', 'm', 9)], budgets: [budget('a', 0)] },
    'm for b',
  ],
  [
    'not among equals',
    wanting('2'),
    { nodes: [small('n')], pods: [run('a', 'n', 100)] },
    '0/1 nodes are available: 1 No preemption victims found for incoming pod.',
  ],
  [
    'not when it would not help',
    wanting('2'),
    { nodes: [small('n', '3')], pods: [run('a', 'n', 1), run('b', 'n', 200, '2')] },
    '0/1 nodes are available: 1 Insufficient cpu.',
  ],
  [
    'not where other rules forbid',
    wanting('2', { nodeSelector: { x: 'y' } }),
    { nodes: [small('n')], pods: [run('a', 'n', 1)] },
    '0/1 nodes are available: 1 Preemption is not helpful for scheduling.',
  ],
  [
    'not when the pod is too polite',
    wanting('2', { preemptionPolicy: 'Never' }),
    { nodes: [small('n')], pods: [run('a', 'n', 1)] },
    'not eligible due to preemptionPolicy=Never.',
  ],
  [
    'not while former victims are leaving',
    wanting('2'),
    { nodes: [small('n')], pods: [leaving(run('a', 'n', 1))], nominated: [[wanting('2'), 'n']] },
    'not eligible due to a terminating pod on the nominated node.',
  ],
  [
    'room is kept for a nominated pod of higher priority',
    wanting('1'),
    { nodes: [small('n'), small('m')], nominated: [[run('q', '', 200, '2'), 'n']] },
    'on m',
  ],
  [
    'but not for one of lower priority',
    wanting('2'),
    { nodes: [small('n')], nominated: [[run('q', '', 1), 'n']] },
    'on n',
  ],
  [
    'the nominated node first',
    wanting('1'),
    { nodes: [small('n'), small('m')], nominated: [[wanting('1'), 'm']] },
    'on m',
  ],
];

for (const [name, pod, cluster, want] of cases) test(name, () => assert.equal(outcome(pod, cluster), want));

test('victims of anti-affinity and spread constraints', () => {
  const labelSelector = { matchLabels: { app: 'a' } };
  const topologyKey = 'kubernetes.io/hostname';
  const anti = { requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey, labelSelector }] };
  const pods = [run('a', 'n', 1)];
  assert.equal(
    outcome(wanting('1', { affinity: { podAntiAffinity: anti } }), { nodes: [small('n')], pods }),
    'n for a',
  );
  const spread = { maxSkew: 1, topologyKey, whenUnsatisfiable: 'DoNotSchedule', labelSelector };
  const pod = { ...wanting('1', { topologySpreadConstraints: [spread] }) };
  pod.metadata = { ...pod.metadata, labels: { app: 'a' } };
  const nodes = [small('n'), makeNode('full', { allocatable: { pods: '0' } })];
  assert.equal(outcome(pod, { nodes, pods }), 'n for a');
});

const runningShape = fc.record({
  app: fc.constantFrom('a', 'b'),
  priority: fc.integer({ min: 0, max: 3 }),
  cpu: fc.integer({ min: 0, max: 2 }),
  node: fc.nat(2),
});
const arriving = fc.record({
  cpu: fc.integer({ min: 0, max: 4 }),
  anti: fc.constantFrom(undefined, 'zone', 'kubernetes.io/hostname'),
  spread: fc.constantFrom(undefined, 'zone', 'kubernetes.io/hostname'),
});

test('victims are enough, needed and of lower priority; none are found only when they would not help', () => {
  fc.assert(
    fc.property(fc.array(runningShape, { maxLength: 8 }), arriving, (shapes, { cpu, anti, spread }) => {
      const nodes = [0, 1, 2].map((i) =>
        makeNode(`n${i}`, { allocatable: { cpu: '4' }, labels: { zone: i === 0 ? 'x' : 'y' } }),
      );
      const pods = shapes.map(({ app, priority, cpu: used, node }, i) =>
        makePod(`r${i}`, {
          labels: { app },
          requests: { cpu: String(used) },
          spec: { priority, nodeName: `n${node}` },
        }),
      );
      const labelSelector = { matchLabels: { app: 'a' } };
      const term = { topologyKey: anti ?? '', labelSelector };
      const constraint = { maxSkew: 1, topologyKey: spread ?? '', whenUnsatisfiable: 'DoNotSchedule', labelSelector };
      const pod = makePod('p', {
        labels: { app: 'a' },
        requests: { cpu: String(cpu) },
        spec: {
          priority: 2,
          ...(anti
            ? { affinity: { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [term] } } }
            : {}),
          ...(spread ? { topologySpreadConstraints: [constraint] } : {}),
        },
      });
      const decision = decide(pod, { nodes, pods });
      if (decision.kind !== 'unschedulable') {
        assert.equal(decision.kind, 'placed');
        return;
      }
      const { preemption } = decision;
      if (!preemption) {
        for (const node of nodes) {
          const stay = pods.filter(({ spec }) => spec.nodeName !== node.metadata.name || (spec.priority ?? 0) >= 2);
          assert.equal(
            mayRun(pod, node, { nodes, placed: stay, namespaces: {} }),
            false,
            `preemption on ${node.metadata.name} would help`,
          );
        }
        return;
      }
      const names = new Set(preemption.victims.map((victim) => victim.pod.metadata.name));
      const there = nodes.find(({ metadata }) => metadata.name === preemption.nodeName) as Node;
      const stay = pods.filter(({ metadata }) => !names.has(metadata.name));
      assert.ok(mayRun(pod, there, { nodes, placed: stay, namespaces: {} }));
      for (const { pod: victim, priority } of preemption.victims) {
        assert.ok(priority < 2);
        assert.equal(victim.spec.nodeName, preemption.nodeName);
      }
    }),
    { numRuns: 300 },
  );
});
