import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nodeKind, podKind } from '@coxswain/api';
import { FakeApiClient } from '@coxswain/client/testing';
import { createMetrics, silentLogger } from '@coxswain/foundation';
import { eventually } from '@coxswain/foundation/testing';
import { schedulerMetrics } from './metrics.ts';
import { schedule } from './scheduler.ts';
import { makeNode, makePod } from './testing/index.ts';

test('upstream’s names, with what happened', async () => {
  const client = new FakeApiClient();
  client.add(nodeKind, makeNode('n'));
  client.add(podKind, makePod('fits'), makePod('big', { requests: { cpu: '99' } }));
  client.add(podKind, makePod('gated', { spec: { schedulingGates: [{ name: 'g' }] } }));
  const registry = createMetrics({ defaults: false });
  const metrics = schedulerMetrics(registry, 'default-scheduler');
  const abort = new AbortController();
  const running = schedule({ client, log: silentLogger(), metrics }, abort.signal);
  await eventually(async () => {
    const text = await registry.metrics();
    for (const line of [
      'scheduler_schedule_attempts_total{result="scheduled",profile="default-scheduler"} 1',
      'scheduler_schedule_attempts_total{result="unschedulable",profile="default-scheduler"} 1',
      'scheduler_pending_pods{queue="unschedulable"} 1',
      'scheduler_pending_pods{queue="gated"} 1',
      'scheduler_unschedulable_pods{plugin="NodeResourcesFit",profile="default-scheduler"} 1',
      'scheduler_queue_incoming_pods_total{queue="active",event="PodAdd"} 2',
      'scheduler_cache_size{type="nodes"} 1',
      'scheduler_pod_scheduling_attempts_count 1',
    ])
      assert.ok(text.includes(line), `${line} in\n${text}`);
  });
  abort.abort();
  await running;
});
