import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LabelSelector, Node, Pod } from '@coxswain/api';
import fc from 'fast-check';
import { PodInfo } from './cache/pod-info.ts';
import { SchedulerCache } from './cache/scheduler-cache.ts';
import { Framework } from './framework/framework.ts';
import { defaultPlugins } from './plugins/default-plugins.ts';
import { SchedulerCore } from './schedule-one.ts';
import { makeNode, makePod, mayRun, testHandle } from './testing/index.ts';

const SELECT_A: LabelSelector = { matchLabels: { app: 'a' } };
const SELECT_B: LabelSelector = { matchLabels: { app: 'b' } };
const KEYS = ['zone', 'kubernetes.io/hostname', 'rack'] as const;

const nodeShape = fc.record({
  cpu: fc.integer({ min: 1, max: 4 }),
  pods: fc.integer({ min: 1, max: 4 }),
  disk: fc.constantFrom('ssd', 'hdd'),
  zone: fc.constantFrom('x', 'y', undefined),
  rack: fc.constantFrom('r', undefined),
  tainted: fc.boolean(),
  cordoned: fc.constantFrom(false, false, false, true),
});
const term = fc.record({
  topologyKey: fc.constantFrom(...KEYS),
  labelSelector: fc.constantFrom(SELECT_A, SELECT_B, {}),
});
const terms = fc.oneof(
  { weight: 2, arbitrary: fc.constant([] as never[]) },
  fc.array(term, { minLength: 1, maxLength: 2 }),
);
const spread = fc.record({
  topologyKey: fc.constantFrom(...KEYS),
  maxSkew: fc.integer({ min: 1, max: 2 }),
  minDomains: fc.constantFrom(1, 2, 3),
  whenUnsatisfiable: fc.constantFrom('DoNotSchedule' as const, 'DoNotSchedule' as const, 'ScheduleAnyway' as const),
  labelSelector: fc.constantFrom(SELECT_A, SELECT_B),
  nodeAffinityPolicy: fc.constantFrom('Honor' as const, 'Ignore' as const),
  nodeTaintsPolicy: fc.constantFrom('Honor' as const, 'Ignore' as const),
});
const podShape = fc.record({
  app: fc.constantFrom('a', 'b'),
  cpu: fc.integer({ min: 0, max: 2 }),
  disk: fc.constantFrom(undefined, undefined, 'ssd', 'hdd'),
  tolerates: fc.boolean(),
  port: fc.constantFrom(0, 0, 80),
  affinity: terms,
  anti: terms,
  spread: fc.oneof(
    { weight: 2, arbitrary: fc.constant([] as never[]) },
    fc.array(spread, { minLength: 1, maxLength: 2 }),
  ),
});
type Shape<T> = T extends fc.Arbitrary<infer U> ? U : never;

function node(name: string, shape: Shape<typeof nodeShape>): Node {
  const { cpu, pods, disk, zone, rack, tainted, cordoned } = shape;
  return makeNode(name, {
    allocatable: { cpu: String(cpu), pods: String(pods) },
    labels: { disk, ...(zone ? { zone } : {}), ...(rack ? { rack } : {}) },
    spec: { taints: tainted ? [{ key: 'k', effect: 'NoSchedule' as const }] : [], unschedulable: cordoned },
  });
}

function pod(name: string, shape: Shape<typeof podShape>): Pod {
  const { app, cpu, disk, tolerates, port, affinity, anti } = shape;
  const required = (list: Shape<typeof terms>) => ({ requiredDuringSchedulingIgnoredDuringExecution: list });
  const made = makePod(name, {
    labels: { app },
    requests: { cpu: String(cpu) },
    spec: {
      ...(disk ? { nodeSelector: { disk } } : {}),
      ...(tolerates ? { tolerations: [{ key: 'k', operator: 'Exists' }] } : {}),
      affinity: { podAffinity: required(affinity), podAntiAffinity: required(anti) },
      topologySpreadConstraints: shape.spread,
    },
  });
  const [container] = made.spec.containers;
  if (port && container) container.ports = [{ containerPort: 80, hostPort: port }];
  return made;
}

test('binds only where the rules allow, and always when a node fits', () => {
  const handle = testHandle();
  fc.assert(
    fc.property(
      fc.array(nodeShape, { minLength: 1, maxLength: 5 }),
      fc.array(podShape, { maxLength: 12 }),
      (nodeShapes, podShapes) => {
        const cache = new SchedulerCache();
        const nodes = nodeShapes.map((shape, i) => node(`n${i}`, shape));
        for (const each of nodes) cache.setNode(each);
        const framework = new Framework('default-scheduler', defaultPlugins, handle);
        const core = new SchedulerCore({ frameworkOf: () => framework, cache });
        const placed: Pod[] = [];
        for (const [i, shape] of podShapes.entries()) {
          const waiting = pod(`p${i}`, shape);
          const allowed = nodes
            .filter((each) => mayRun(waiting, each, nodes, placed))
            .map(({ metadata }) => metadata.name);
          const decision = core.scheduleOne(new PodInfo(waiting));
          if (decision.kind !== 'placed') {
            assert.deepEqual([decision.kind, allowed], ['unschedulable', []]);
            continue;
          }
          const { nodeName } = decision;
          assert.ok(allowed.includes(nodeName), `${nodeName} is not among ${allowed}`);
          placed.push({ ...waiting, spec: { ...waiting.spec, nodeName } });
        }
      },
    ),
    { numRuns: 400 },
  );
});
