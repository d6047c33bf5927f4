import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { Pod, PodStatus } from '@coxswain/api';
import type { PodRuntimeStatus } from '../container/runtime-status.ts';
import { buildContainer, buildPod } from '../testing/build-pod.ts';
import { buildContainerStatus, buildRuntimeStatus, buildSandbox } from '../testing/build-status.ts';
import { generatePodStatus, type PodStatusInput } from './generate-pod-status.ts';

const a = buildContainer('a');
const b = buildContainer('b');
const init = buildContainer('init');
const sidecar = buildContainer('side', { restartPolicy: 'Always' });
const ended = (exitCode: number) => ({
  state: 'exited' as const,
  exitCode,
  finishedAt: 3000,
  reason: exitCode === 0 ? 'Completed' : 'Error',
});
const input: PodStatusInput = {
  waiting: () => undefined,
  ready: () => true,
  started: () => true,
  runtimeName: 'docker',
  recursiveReadOnlyMounts: true,
  final: false,
  hostIPs: ['192.0.2.1'],
  now: 10_000,
};

interface Row {
  readonly name: string;
  readonly pod: Pod;
  readonly status: PodRuntimeStatus;
  readonly input?: Partial<PodStatusInput>;
  /** phase, Ready's status and reason, then each container's state. */
  readonly want: string[];
}

const backoff = { reason: 'CrashLoopBackOff', message: 'back-off 10s restarting failed container=a' };

const rows: Row[] = [
  {
    name: 'nothing yet',
    pod: buildPod('p', { containers: [a] }),
    status: buildRuntimeStatus({ sandboxes: [] }),
    want: ['Pending', 'False ContainersNotReady', 'a:ContainerCreating'],
  },
  {
    name: 'init to come',
    pod: buildPod('p', { containers: [a], initContainers: [init] }),
    status: buildRuntimeStatus(),
    want: ['Pending', 'False ContainersNotReady', 'a:PodInitializing', 'init:PodInitializing'],
  },
  {
    name: 'all run',
    pod: buildPod('p', { containers: [b, a] }),
    status: buildRuntimeStatus({ containers: [buildContainerStatus(a), buildContainerStatus(b)] }),
    want: ['Running', 'True ', 'a:running', 'b:running'],
  },
  {
    name: 'one is not ready',
    pod: buildPod('p', { containers: [a, b] }),
    status: buildRuntimeStatus({ containers: [buildContainerStatus(a), buildContainerStatus(b)] }),
    input: { ready: (id) => id !== 'id-b-0' },
    want: ['Running', 'False ContainersNotReady', 'a:running', 'b:running'],
  },
  {
    name: 'crash loop',
    pod: buildPod('p', { containers: [a] }),
    status: buildRuntimeStatus({ containers: [buildContainerStatus(a, ended(1))] }),
    input: { waiting: () => backoff },
    want: ['Running', 'False ContainersNotReady', 'a:CrashLoopBackOff<Error'],
  },
  {
    name: 'image trouble',
    pod: buildPod('p', { containers: [a] }),
    status: buildRuntimeStatus(),
    input: { waiting: () => ({ reason: 'ErrImagePull', message: 'no' }) },
    want: ['Pending', 'False ContainersNotReady', 'a:ErrImagePull'],
  },
  {
    name: 'job done',
    pod: buildPod('p', { containers: [a], restartPolicy: 'Never' }),
    status: buildRuntimeStatus({ containers: [buildContainerStatus(a, ended(0))] }),
    want: ['Succeeded', 'False PodCompleted', 'a:Completed'],
  },
  {
    name: 'job failed',
    pod: buildPod('p', { containers: [a, b], restartPolicy: 'Never' }),
    status: buildRuntimeStatus({
      containers: [buildContainerStatus(a, ended(0)), buildContainerStatus(b, ended(2))],
    }),
    want: ['Failed', 'False PodFailed', 'a:Completed', 'b:Error'],
  },
  {
    name: 'job failed and runs again',
    pod: buildPod('p', { containers: [a], restartPolicy: 'OnFailure' }),
    status: buildRuntimeStatus({ containers: [buildContainerStatus(a, ended(2))] }),
    want: ['Running', 'False ContainersNotReady', 'a:Error'],
  },
  {
    name: 'init failed for good',
    pod: buildPod('p', { containers: [a], initContainers: [init], restartPolicy: 'Never' }),
    status: buildRuntimeStatus({ containers: [buildContainerStatus(init, ended(1))] }),
    want: ['Failed', 'False PodFailed', 'a:PodInitializing', 'init:Error'],
  },
  {
    name: 'deleted and stopped',
    pod: buildPod('p', { containers: [a] }, { deletionTimestamp: '2026-01-01T00:00:00Z' }),
    status: buildRuntimeStatus({
      sandboxes: [buildSandbox({ ready: false })],
      containers: [buildContainerStatus(a, ended(143))],
    }),
    input: { final: true },
    want: ['Failed', 'False PodFailed', 'a:Error'],
  },
  {
    name: 'sidecar and main',
    pod: buildPod('p', { containers: [a], initContainers: [sidecar] }),
    status: buildRuntimeStatus({ containers: [buildContainerStatus(a), buildContainerStatus(sidecar)] }),
    want: ['Running', 'True ', 'a:running', 'side:running'],
  },
  {
    name: 'over its deadline',
    pod: buildPod('p', { containers: [a] }),
    status: buildRuntimeStatus({ containers: [buildContainerStatus(a, ended(137))] }),
    input: { final: true, verdict: { reason: 'DeadlineExceeded', message: 'too long' } },
    want: ['Failed', 'False PodFailed', 'a:Error'],
  },
  {
    name: 'a failed readiness gate',
    pod: buildPod('p', { containers: [a], readinessGates: [{ conditionType: 'x/y' }] }),
    status: buildRuntimeStatus({ containers: [buildContainerStatus(a)] }),
    want: ['Running', 'False ReadinessGatesNotReady', 'a:running'],
  },
];

function summary(status: PodStatus): string[] {
  const ready = status.conditions?.find(({ type }) => type === 'Ready');
  const statuses = [...(status.containerStatuses ?? []), ...(status.initContainerStatuses ?? [])];
  return [
    status.phase ?? '',
    `${ready?.status} ${ready?.reason ?? ''}`,
    ...statuses.map(({ name, state, lastState }) => {
      const now = state?.running ? 'running' : (state?.waiting?.reason ?? state?.terminated?.reason);
      return `${name}:${now}${lastState?.terminated ? `<${lastState.terminated.reason}` : ''}`;
    }),
  ];
}

for (const { name, pod, status, input: more, want } of rows) {
  it(name, () => assert.deepEqual(summary(generatePodStatus(pod, status, { ...input, ...more })), want));
}

it('fills in addresses, ids and times, and keeps transition times', () => {
  const pod = buildPod('p', { containers: [a] });
  const runtime = buildRuntimeStatus({ containers: [buildContainerStatus(a)] });
  const first = generatePodStatus(pod, runtime, input);
  assert.deepEqual(first.podIPs, [{ ip: '10.244.0.2' }]);
  assert.deepEqual([first.hostIP, first.podIP, first.qosClass], ['192.0.2.1', '10.244.0.2', 'BestEffort']);
  assert.equal(first.startTime, '1970-01-01T00:00:10Z');
  assert.equal(first.containerStatuses?.[0]?.containerID, 'docker://id-a-0');
  const later = generatePodStatus({ ...pod, status: first }, runtime, { ...input, now: 60_000, ready: () => false });
  const times = Object.fromEntries((later.conditions ?? []).map((c) => [c.type, c.lastTransitionTime]));
  assert.equal(times['Ready'], '1970-01-01T00:01:00Z');
  assert.equal(times['Initialized'], '1970-01-01T00:00:10Z');
  assert.equal(later.startTime, first.startTime);
});

it('says no more of a rejected pod than why, also after a restart', () => {
  const pod = buildPod('p', { containers: [a], initContainers: [init] });
  const verdict = { reason: 'OutOfcpu', message: 'Pod was rejected: no', rejected: true } as const;
  const nothing = buildRuntimeStatus({ sandboxes: [] });
  const status = generatePodStatus(pod, nothing, { ...input, verdict });
  assert.deepEqual([status.phase, status.reason, status.message], ['Failed', 'OutOfcpu', 'Pod was rejected: no']);
  assert.equal(status.containerStatuses, undefined);
  const again = generatePodStatus({ ...pod, status }, nothing, { ...input, now: 20_000 });
  assert.deepEqual(again, status);
});

it('says how each volume is mounted, before the container runs and after', () => {
  const volumeMounts = [
    { name: 'v', mountPath: '/rw' },
    { name: 'v', mountPath: '/ro', readOnly: true },
    { name: 'v', mountPath: '/rro', readOnly: true, recursiveReadOnly: 'Enabled' },
    { name: 'v', mountPath: '/maybe', readOnly: true, recursiveReadOnly: 'IfPossible' },
  ];
  const mounting = buildContainer('m', { volumeMounts });
  const pod = buildPod('p', { containers: [mounting] });
  const modes = (runtime: PodRuntimeStatus, recursiveReadOnlyMounts: boolean) =>
    generatePodStatus(pod, runtime, { ...input, recursiveReadOnlyMounts }).containerStatuses?.[0]?.volumeMounts;
  const running = buildRuntimeStatus({ containers: [buildContainerStatus(mounting)] });
  const want = [
    { name: 'v', mountPath: '/rw' },
    { name: 'v', mountPath: '/ro', readOnly: true, recursiveReadOnly: 'Disabled' },
    { name: 'v', mountPath: '/rro', readOnly: true, recursiveReadOnly: 'Enabled' },
    { name: 'v', mountPath: '/maybe', readOnly: true, recursiveReadOnly: 'Enabled' },
  ];
  assert.deepEqual(modes(running, true), want);
  assert.deepEqual(modes(buildRuntimeStatus({ sandboxes: [] }), true), want);
  assert.deepEqual(
    modes(running, false)?.map(({ recursiveReadOnly }) => recursiveReadOnly),
    [undefined, 'Disabled', 'Disabled', 'Disabled'],
  );
});

it('says which signal asks a container to end', () => {
  const signals = (stopSignal?: string) => {
    const runtime = buildRuntimeStatus({ containers: [buildContainerStatus(a, { stopSignal })] });
    return generatePodStatus(buildPod('p', { containers: [a] }), runtime, input).containerStatuses?.[0]?.stopSignal;
  };
  assert.deepEqual([signals('SIGUSR1'), signals()], ['SIGUSR1', undefined]);
});

it('shares what there is for termination messages among the containers', () => {
  const message = '\u{1f6a3}'.repeat(1000);
  const many = Array.from({ length: 5 }, (_, i) => buildContainer(`c${i}`));
  const containers = many.map((each) => buildContainerStatus(each, { ...ended(1), message }));
  const status = generatePodStatus(
    buildPod('p', { containers: many, restartPolicy: 'Never' }),
    buildRuntimeStatus({ containers }),
    input,
  );
  for (const { state } of status.containerStatuses ?? []) {
    const said = state?.terminated?.message ?? '';
    assert.equal(said, message.slice(0, said.length));
    assert.equal(Buffer.byteLength(said), 2456, 'of 12 KiB / 5 as many whole characters as fit');
  }
});
