import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { Pod } from '@coxswain/api';
import { buildContainer, buildPod } from '../testing/build-pod.ts';
import { buildContainerStatus, buildRuntimeStatus, buildSandbox } from '../testing/build-status.ts';
import { computePodActions, type ProbeVerdicts } from './compute-pod-actions.ts';
import type { PodRuntimeStatus } from './runtime-status.ts';

const a = buildContainer('a');
const b = buildContainer('b');
const init = buildContainer('init');
const init2 = buildContainer('init2');
const sidecar = buildContainer('sidecar', { restartPolicy: 'Always' });
const well: ProbeVerdicts = { liveness: () => 'success', startup: () => 'unknown' };
const ended = (exitCode: number) => ({ state: 'exited' as const, exitCode, finishedAt: 3000 });

interface Row {
  readonly name: string;
  readonly pod: Pod;
  readonly status: PodRuntimeStatus;
  readonly probes?: Partial<ProbeVerdicts>;
  /** What is done, in short: `kill pod`, `sandbox <attempt>`, `kill a`, `start a`. */
  readonly want: string[];
}

const rows: Row[] = [
  {
    name: 'a new pod',
    pod: buildPod('p', { containers: [a, b] }),
    status: buildRuntimeStatus({ sandboxes: [] }),
    want: ['sandbox 0', 'start a', 'start b'],
  },
  {
    name: 'everything runs',
    pod: buildPod('p', { containers: [a, b] }),
    status: buildRuntimeStatus({ containers: [buildContainerStatus(a), buildContainerStatus(b)] }),
    want: [],
  },
  {
    name: 'one container ended under Always',
    pod: buildPod('p', { containers: [a, b] }),
    status: buildRuntimeStatus({ containers: [buildContainerStatus(a, ended(0)), buildContainerStatus(b)] }),
    want: ['start a'],
  },
  {
    name: 'one container ended well under OnFailure',
    pod: buildPod('p', { containers: [a, b], restartPolicy: 'OnFailure' }),
    status: buildRuntimeStatus({ containers: [buildContainerStatus(a, ended(0)), buildContainerStatus(b)] }),
    want: [],
  },
  {
    name: 'one container failed under OnFailure',
    pod: buildPod('p', { containers: [a, b], restartPolicy: 'OnFailure' }),
    status: buildRuntimeStatus({ containers: [buildContainerStatus(a, ended(1)), buildContainerStatus(b)] }),
    want: ['start a'],
  },
  {
    name: 'all is done under Never',
    pod: buildPod('p', { containers: [a], restartPolicy: 'Never' }),
    status: buildRuntimeStatus({ containers: [buildContainerStatus(a, ended(1))] }),
    want: ['kill pod'],
  },
  {
    name: 'the sandbox died',
    pod: buildPod('p', { containers: [a] }),
    status: buildRuntimeStatus({
      sandboxes: [buildSandbox({ ready: false })],
      containers: [buildContainerStatus(a, ended(137))],
    }),
    want: ['kill pod', 'sandbox 1', 'start a'],
  },
  {
    name: 'the sandbox died and with it a container that the runtime still calls running',
    pod: buildPod('p', { containers: [a] }),
    status: buildRuntimeStatus({ sandboxes: [buildSandbox({ ready: false })], containers: [buildContainerStatus(a)] }),
    want: ['kill pod', 'sandbox 1', 'start a'],
  },
  {
    name: 'the sandbox of a finished job died',
    pod: buildPod('p', { containers: [a], restartPolicy: 'Never' }),
    status: buildRuntimeStatus({
      sandboxes: [buildSandbox({ ready: false })],
      containers: [buildContainerStatus(a, ended(0))],
    }),
    want: ['kill pod'],
  },
  {
    name: 'two sandboxes are ready',
    pod: buildPod('p', { containers: [a] }),
    status: buildRuntimeStatus({ sandboxes: [buildSandbox({ id: 's1', attempt: 1 }), buildSandbox()] }),
    want: ['kill pod', 'sandbox 2', 'start a'],
  },
  {
    name: 'the sandbox has no address',
    pod: buildPod('p', { containers: [a] }),
    status: buildRuntimeStatus({ sandboxes: [buildSandbox({ ips: [] })] }),
    want: ['kill pod', 'sandbox 1', 'start a'],
  },
  {
    name: 'the image changed',
    pod: buildPod('p', { containers: [a] }),
    status: buildRuntimeStatus({ containers: [buildContainerStatus(a, { hash: 'other' })] }),
    want: ['kill a', 'start a'],
  },
  {
    name: 'the liveness probe failed',
    pod: buildPod('p', { containers: [{ ...a, livenessProbe: {} }] }),
    status: buildRuntimeStatus({ containers: [buildContainerStatus(a)] }),
    probes: { liveness: () => 'failure' },
    want: ['kill a', 'start a'],
  },
  {
    name: 'the liveness probe failed under Never',
    pod: buildPod('p', { containers: [{ ...a, livenessProbe: {} }], restartPolicy: 'Never' }),
    status: buildRuntimeStatus({ containers: [buildContainerStatus(a)] }),
    probes: { liveness: () => 'failure' },
    want: ['kill a'],
  },
  {
    name: 'a new pod with init containers',
    pod: buildPod('p', { containers: [a], initContainers: [init, init2] }),
    status: buildRuntimeStatus({ sandboxes: [] }),
    want: ['sandbox 0', 'start init'],
  },
  {
    name: 'an init container runs',
    pod: buildPod('p', { containers: [a], initContainers: [init, init2] }),
    status: buildRuntimeStatus({ containers: [buildContainerStatus(init)] }),
    want: [],
  },
  {
    name: 'the first init container is done',
    pod: buildPod('p', { containers: [a], initContainers: [init, init2] }),
    status: buildRuntimeStatus({ containers: [buildContainerStatus(init, ended(0))] }),
    want: ['start init2'],
  },
  {
    name: 'all init containers are done',
    pod: buildPod('p', { containers: [a, b], initContainers: [init] }),
    status: buildRuntimeStatus({ containers: [buildContainerStatus(init, ended(0))] }),
    want: ['start a', 'start b'],
  },
  {
    name: 'an init container failed under Always',
    pod: buildPod('p', { containers: [a], initContainers: [init] }),
    status: buildRuntimeStatus({ containers: [buildContainerStatus(init, ended(1))] }),
    want: ['start init'],
  },
  {
    name: 'an init container failed under Never',
    pod: buildPod('p', { containers: [a], initContainers: [init], restartPolicy: 'Never' }),
    status: buildRuntimeStatus({ containers: [buildContainerStatus(init, ended(1))] }),
    want: ['kill pod'],
  },
  {
    name: 'the init container was collected while the main one runs',
    pod: buildPod('p', { containers: [a], initContainers: [init] }),
    status: buildRuntimeStatus({ containers: [buildContainerStatus(a)] }),
    want: [],
  },
  {
    name: 'a new sandbox runs the init containers again',
    pod: buildPod('p', { containers: [a], initContainers: [init] }),
    status: buildRuntimeStatus({
      sandboxes: [buildSandbox({ id: 's1', attempt: 1, createdAt: 9000 })],
      containers: [buildContainerStatus(a, ended(137)), buildContainerStatus(init, ended(0))],
    }),
    want: ['start init'],
  },
  {
    name: 'a sidecar that has started lets the next go',
    pod: buildPod('p', { containers: [a], initContainers: [sidecar] }),
    status: buildRuntimeStatus({ containers: [buildContainerStatus(sidecar)] }),
    want: ['start a'],
  },
  {
    name: 'a sidecar whose startup probe has not passed holds the next back',
    pod: buildPod('p', { containers: [a], initContainers: [{ ...sidecar, startupProbe: {} }] }),
    status: buildRuntimeStatus({ containers: [buildContainerStatus(sidecar)] }),
    want: [],
  },
  {
    name: 'a sidecar that ended starts again beside the running ones',
    pod: buildPod('p', { containers: [a], initContainers: [sidecar] }),
    status: buildRuntimeStatus({ containers: [buildContainerStatus(a), buildContainerStatus(sidecar, ended(0))] }),
    want: ['start sidecar'],
  },
  {
    name: 'a sidecar does not outlive the main containers',
    pod: buildPod('p', { containers: [a], initContainers: [sidecar], restartPolicy: 'Never' }),
    status: buildRuntimeStatus({ containers: [buildContainerStatus(a, ended(0)), buildContainerStatus(sidecar)] }),
    want: ['kill pod'],
  },
];

for (const { name, pod, status, probes, want } of rows) {
  it(name, () => {
    const actions = computePodActions(pod, status, { ...well, ...probes });
    assert.deepEqual(
      [
        ...(actions.killPod ? ['kill pod'] : []),
        ...(actions.createSandbox ? [`sandbox ${actions.attempt}`] : []),
        ...actions.containersToKill.map((kill) => `kill ${kill.name}`),
        ...actions.containersToStart.map((container) => `start ${container.name}`),
      ],
      want,
    );
  });
}
