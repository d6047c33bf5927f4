import assert from 'node:assert/strict';
import { it } from 'node:test';
import { nodeKind } from '@coxswain/api';
import { FakeApiClient } from '@coxswain/client/testing';
import { FakeRuntime, loopbackClient } from '@coxswain/cri/testing';
import { silentLogger, systemClock } from '@coxswain/foundation';
import { eventually } from '@coxswain/foundation/testing';
import { noEvents } from '../events/pod-events.ts';
import { NodeManager, parseTaint } from './node-manager.ts';

function setUp(api = new FakeApiClient()) {
  const runtime = new FakeRuntime();
  const manager = new NodeManager({
    client: api,
    cri: loopbackClient(runtime.handlers),
    clock: systemClock,
    log: silentLogger(),
    events: noEvents,
    settings: { nodeName: 'n', nodeIPs: ['192.0.2.1'], port: 10250, maxPods: 5, kubeReserved: {}, systemReserved: {} },
    machine: {
      cpus: 2,
      memory: 2 ** 30,
      ephemeralStorage: 2 ** 30,
      machineID: '',
      systemUUID: '',
      bootID: '',
      kernelVersion: '',
      osImage: '',
      architecture: 'amd64',
      swap: 0,
    },
    labels: { 'kubernetes.io/hostname': 'n', extra: 'yes' },
    taints: [{ key: 'k', effect: 'NoSchedule' }],
    listedAt: () => 0,
    statusUpdateMs: 20,
    onRuntimeReady: () => {},
  });
  const stop = new AbortController();
  const running = manager.run(stop.signal);
  const ready = () => api.object(nodeKind, 'n')?.status?.conditions?.find(({ type }) => type === 'Ready');
  const end = async () => {
    stop.abort();
    await running;
  };
  return { api, runtime, ready, end };
}

it('registers a node, and tells when its network goes and comes', async () => {
  const { api, runtime, ready, end } = setUp();
  await eventually(() => assert.equal(ready()?.status, 'True'));
  assert.deepEqual(api.object(nodeKind, 'n')?.spec.taints, [{ key: 'k', effect: 'NoSchedule' }]);
  runtime.networkReady = false;
  await eventually(() => assert.equal(ready()?.status, 'False'));
  assert.match(ready()?.message ?? '', /^container runtime network not ready: NetworkReady=false reason:NetworkPlugin/);
  runtime.networkReady = true;
  await eventually(() => assert.equal(ready()?.status, 'True'));
  await end();
});

it('adopts a node that is there, and writes nothing while nothing changes', async () => {
  const api = new FakeApiClient();
  api.add(nodeKind, { metadata: { name: 'n', labels: { kept: 'yes' } }, spec: { podCIDR: '10.244.0.0/24' } });
  const { ready, end } = setUp(api);
  await eventually(() => assert.equal(ready()?.status, 'True'));
  const node = api.object(nodeKind, 'n');
  assert.deepEqual(node?.metadata.labels, { kept: 'yes', 'kubernetes.io/hostname': 'n', extra: 'yes' });
  assert.equal(node?.spec.podCIDR, '10.244.0.0/24');
  const writes = api.writes().length;
  await new Promise((resolve) => setTimeout(resolve, 150));
  assert.equal(api.writes().length, writes);
  await end();
});

it('registers again when its node was deleted', async () => {
  const { api, runtime, ready, end } = setUp();
  await eventually(() => assert.equal(ready()?.status, 'True'));
  api.remove(nodeKind, 'n');
  runtime.networkReady = false;
  await eventually(() => assert.equal(ready()?.status, 'False'));
  await end();
});

it('reads taints', () => {
  assert.deepEqual(parseTaint('a/b=c:NoExecute'), { key: 'a/b', value: 'c', effect: 'NoExecute' });
  assert.deepEqual(parseTaint('a:NoSchedule'), { key: 'a', effect: 'NoSchedule' });
  assert.equal(parseTaint('a=b'), undefined);
});
