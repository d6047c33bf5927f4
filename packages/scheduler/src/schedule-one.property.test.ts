import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { PodInfo } from './cache/pod-info.ts';
import { SchedulerCache } from './cache/scheduler-cache.ts';
import { Framework } from './framework/framework.ts';
import { defaultPlugins } from './plugins/default-plugins.ts';
import { SchedulerCore } from './schedule-one.ts';
import { makeNode, makePod, testHandle } from './testing/index.ts';

const nodeShape = fc.record({
  cpu: fc.integer({ min: 0, max: 3 }),
  pods: fc.integer({ min: 0, max: 3 }),
  disk: fc.constantFrom('ssd', 'hdd'),
  tainted: fc.boolean(),
  cordoned: fc.boolean(),
});
const podShape = fc.record({
  cpu: fc.integer({ min: 0, max: 2 }),
  disk: fc.constantFrom(undefined, 'ssd', 'hdd'),
  tolerates: fc.boolean(),
  port: fc.constantFrom(0, 80),
});

test('binds only where the rules allow, and always when a node fits', () => {
  const handle = testHandle();
  fc.assert(
    fc.property(
      fc.array(nodeShape, { minLength: 1, maxLength: 4 }),
      fc.array(podShape, { maxLength: 10 }),
      (nodes, pods) => {
        const cache = new SchedulerCache();
        for (const [i, { cpu, pods: allowed, disk, tainted, cordoned }] of nodes.entries()) {
          const taints = tainted ? [{ key: 'k', effect: 'NoSchedule' as const }] : [];
          const allocatable = { cpu: String(cpu), pods: String(allowed) };
          cache.setNode(
            makeNode(`n${i}`, { allocatable, labels: { disk }, spec: { taints, unschedulable: cordoned } }),
          );
        }
        const core = new SchedulerCore({
          framework: new Framework('default-scheduler', defaultPlugins, handle),
          cache,
        });
        const left = nodes.map(({ cpu, pods: allowed }) => ({ cpu, pods: allowed, port80: false }));
        for (const [i, { cpu, disk, tolerates, port }] of pods.entries()) {
          const pod = makePod(`p${i}`, {
            requests: { cpu: String(cpu) },
            spec: {
              ...(disk ? { nodeSelector: { disk } } : {}),
              ...(tolerates ? { tolerations: [{ key: 'k', operator: 'Exists' }] } : {}),
            },
          });
          if (port && pod.spec.containers[0]) pod.spec.containers[0].ports = [{ containerPort: 80, hostPort: port }];
          const allowed = nodes.flatMap((node, at) => {
            const room = left[at] as (typeof left)[number];
            const fits = room.pods > 0 && cpu <= room.cpu && !(port && room.port80);
            return fits && !node.cordoned && (!node.tainted || tolerates) && (!disk || disk === node.disk)
              ? [`n${at}`]
              : [];
          });
          const decision = core.scheduleOne(new PodInfo(pod));
          if (decision.kind !== 'placed') {
            assert.deepEqual([decision.kind, allowed], ['unschedulable', []]);
            continue;
          }
          assert.ok(allowed.includes(decision.nodeName), `${decision.nodeName} is not among ${allowed}`);
          const room = left[Number(decision.nodeName.slice(1))] as (typeof left)[number];
          room.cpu -= cpu;
          room.pods--;
          room.port80 ||= port === 80;
        }
      },
    ),
  );
});
