import assert from 'node:assert/strict';
import { it } from 'node:test';
import { FakeRuntime, loopbackClient } from '@coxswain/cri/testing';
import { createMetrics } from '@coxswain/foundation';
import { FakeClock } from '@coxswain/foundation/testing';
import { meteredCri } from './cri-metrics.ts';

it('counts what the runtime is asked, and what it refuses', async () => {
  const register = createMetrics({ defaults: false });
  const cri = meteredCri(loopbackClient(new FakeRuntime({}).handlers), register, new FakeClock());
  await cri.runPodSandbox({ config: { metadata: { name: 'p', uid: 'u' } } });
  await cri.listContainers({});
  await assert.rejects(cri.containerStatus({ containerId: 'none' }));
  const text = await register.metrics();
  for (const line of [
    'kubelet_runtime_operations_total{operation_type="run_podsandbox"} 1',
    'kubelet_runtime_operations_total{operation_type="list_containers"} 1',
    'kubelet_runtime_operations_errors_total{operation_type="container_status"} 1',
    'kubelet_runtime_operations_duration_seconds_count{operation_type="container_status"} 1',
    'kubelet_started_pods_total 1',
    'kubelet_started_pods_errors_total 0',
  ])
    assert.ok(text.split('\n').includes(line), `${line} in\n${text}`);
});
