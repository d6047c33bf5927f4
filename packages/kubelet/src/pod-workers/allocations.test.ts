import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it } from 'node:test';
import { type Pod, podKind } from '@coxswain/api';
import type { FakeApiClient } from '@coxswain/client/testing';
import { eventually } from '@coxswain/foundation/testing';
import { buildContainer, buildPod } from '../testing/build-pod.ts';
import { startTestKubelet } from '../testing/start-test-kubelet.ts';

const isReady = (pod: Pod) => pod.status?.conditions?.find(({ type }) => type === 'Ready')?.status === 'True';
const stateOf = (pod: Pod) => pod.status?.containerStatuses?.[0];
const sized = (cpu: string) => ({ requests: { cpu, memory: '64Mi' }, limits: { cpu, memory: '64Mi' } });
const resize = (api: FakeApiClient, cpu: string) =>
  api.change(podKind, 'default/sized', ({ spec }) => {
    for (const container of spec.containers) container.resources = sized(cpu);
  });
const conditionOf = (type: string) => (found: Pod) => found.status?.conditions?.find((each) => each.type === type);

it('knows after a restart what it had granted, not what is asked for', async (t) => {
  const root = await mkdtemp(join(tmpdir(), 'kubelet-'));
  t.after(() => rm(root, { recursive: true }));
  const first = await startTestKubelet({ root });
  const { api, runtime } = first;
  api.add(podKind, buildPod('sized', { containers: [buildContainer('main', { resources: sized('500m') })] }));
  await first.until('default/sized', isReady);
  await first.stop();
  resize(api, '64');
  const second = await startTestKubelet({ root, api, runtime });
  try {
    const refused = await second.until('default/sized', (pod) => !!conditionOf('PodResizePending')(pod));
    assert.equal(conditionOf('PodResizePending')(refused)?.reason, 'Infeasible');
    assert.equal(stateOf(refused)?.allocatedResources?.['cpu'], '500m');
    assert.equal([...runtime.containers.values()][0]?.config.linux?.resources?.cpuQuota, 50_000);
    assert.match(
      second.events.join('\n'),
      /^ResizeInfeasible Pod resize Infeasible: \{"containers":\[\{"name":"main"/m,
    );
    resize(api, '1');
    const granted = await second.until('default/sized', (pod) => stateOf(pod)?.allocatedResources?.['cpu'] === '1');
    assert.equal(conditionOf('PodResizePending')(granted), undefined);
    await eventually(() => assert.match(second.events.join('\n'), /^ResizeCompleted Pod resize completed: /m));
    assert.equal(stateOf(granted)?.restartCount, 0);
  } finally {
    await second.stop();
  }
});

it('tells of a resize that the runtime refuses, and goes on with the rest', async () => {
  let broken = true;
  const before = (rpc: string) => {
    if (rpc === 'updateContainerResources' && broken) throw new Error('device or resource busy');
  };
  const { api, until, events, stop } = await startTestKubelet({ runtimeOptions: { before } });
  try {
    api.add(podKind, buildPod('sized', { containers: [buildContainer('main', { resources: sized('500m') })] }));
    await until('default/sized', isReady);
    resize(api, '1');
    const failing = await until('default/sized', (pod) => conditionOf('PodResizeInProgress')(pod)?.reason === 'Error');
    assert.match(conditionOf('PodResizeInProgress')(failing)?.message ?? '', /device or resource busy/);
    assert.deepEqual(
      [stateOf(failing)?.allocatedResources?.['cpu'], stateOf(failing)?.resources?.limits?.['cpu']],
      ['1', '500m'],
    );
    assert.match(events.join('\n'), /^ResizeError Pod resize error: .*device or resource busy/m);
    broken = false;
    api.change(podKind, 'default/sized', ({ metadata }) => {
      metadata.labels = { looked: 'at' };
    });
    const done = await until('default/sized', (pod) => stateOf(pod)?.resources?.limits?.['cpu'] === '1');
    assert.equal(conditionOf('PodResizeInProgress')(done), undefined);
  } finally {
    await stop();
  }
});
