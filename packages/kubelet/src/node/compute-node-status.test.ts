import assert from 'node:assert/strict';
import { it } from 'node:test';
import { computeNodeStatus, computeResources, type NodeStatusInput } from './compute-node-status.ts';
import { networkProblem, runtimeProblems } from './runtime-state.ts';

const GIB = 2 ** 30;
const input: NodeStatusInput = {
  settings: {
    nodeName: 'node-1',
    nodeIPs: ['192.0.2.1'],
    port: 10250,
    maxPods: 110,
    kubeReserved: {},
    systemReserved: {},
  },
  machine: {
    cpus: 4,
    memory: 8 * GIB,
    ephemeralStorage: 100 * GIB,
    machineID: 'm',
    systemUUID: 's',
    bootID: 'b',
    kernelVersion: '6.1',
    osImage: 'Debian',
    architecture: 'amd64',
    swap: 0,
  },
  version: { version: '0.1.0', runtimeName: 'docker', runtimeVersion: '27.0', runtimeApiVersion: 'v1' },
  runtimeHandlers: [],
  images: [],
  problems: [],
  old: {},
  now: 5000,
};

it('describes a ready node', () => {
  const status = computeNodeStatus(input);
  assert.equal(status.nodeInfo?.containerRuntimeVersion, 'docker://27.0');
  assert.deepEqual(status.addresses, [
    { type: 'InternalIP', address: '192.0.2.1' },
    { type: 'Hostname', address: 'node-1' },
  ]);
  const ready = status.conditions?.find(({ type }) => type === 'Ready');
  assert.deepEqual([ready?.status, ready?.reason], ['True', 'KubeletReady']);
  const later = computeNodeStatus({ ...input, old: status, now: 60_000, problems: ['container runtime is down'] });
  const [memory] = later.conditions ?? [];
  assert.deepEqual(
    [memory?.lastTransitionTime, memory?.lastHeartbeatTime],
    ['1970-01-01T00:00:05Z', '1970-01-01T00:01:00Z'],
  );
  const notReady = later.conditions?.find(({ type }) => type === 'Ready');
  assert.deepEqual([notReady?.reason, notReady?.lastTransitionTime], ['KubeletNotReady', '1970-01-01T00:01:00Z']);
});

it('takes reserved resources off what pods may have', () => {
  const { capacity, allocatable } = computeResources(
    { maxPods: 10, kubeReserved: { cpu: '200m', memory: '1Gi' }, systemReserved: { cpu: '300m' } },
    input.machine,
  );
  assert.deepEqual([capacity['cpu'], capacity['memory'], capacity['pods']], ['4', '8Gi', '10']);
  assert.deepEqual([allocatable['cpu'], allocatable['memory']], ['3500m', '7068Mi']);
});

it('says why a runtime is not ready', () => {
  const conditions = [
    { type: 'RuntimeReady', status: true, reason: '', message: '' },
    { type: 'NetworkReady', status: false, reason: 'NetworkPluginNotReady', message: 'cni config uninitialized' },
  ];
  const state = { conditions, answeredAt: 1000, listedAt: 1000 };
  const want =
    'container runtime network not ready: NetworkReady=false reason:NetworkPluginNotReady message:cni config uninitialized';
  assert.deepEqual(runtimeProblems(state, 2000), [want]);
  assert.match(networkProblem(state) ?? '', /cni config uninitialized/);
  assert.deepEqual(runtimeProblems({ ...state, conditions: [], answeredAt: 0 }, 2000), [
    'container runtime status check may not have completed yet',
  ]);
  assert.deepEqual(runtimeProblems({ ...state, conditions: [conditions[0] as never] }, 40_000), [
    'container runtime is down',
  ]);
});
