import { column, wideColumn } from '../../../schema/column.ts';
import { formatAge } from '../../../schema/durations.ts';
import type { Column } from '../../../schema/kind.ts';
import type { ContainerStatus } from './container-status.ts';
import type { Pod } from './pod.ts';

interface PodSummary {
  readonly ready: number;
  readonly total: number;
  readonly status: string;
  readonly restarts: number;
  /** When the last restarted container ended before. */
  readonly lastRestart: string | undefined;
}

/** What `kubectl get pods` says of a pod, by upstream's rules. */
export function summarisePod(pod: Pod): PodSummary {
  const status = pod.status ?? {};
  const sidecars = new Set(
    (pod.spec.initContainers ?? []).filter(({ restartPolicy }) => restartPolicy === 'Always').map(({ name }) => name),
  );
  let text = status.reason || status.phase || '';
  if (status.conditions?.some(({ type, reason }) => type === 'PodScheduled' && reason === 'SchedulingGated'))
    text = 'SchedulingGated';

  const init = summariseInit(status.initContainerStatuses ?? [], sidecars, pod.spec.initContainers?.length ?? 0);
  let { ready, restarts, lastRestart } = init;
  if (init.status !== undefined) text = init.status;
  if (init.status === undefined || isTrue(pod, 'Initialized')) {
    restarts = init.sidecarRestarts;
    lastRestart = init.lastSidecarRestart;
    let running = false;
    for (const container of [...(status.containerStatuses ?? [])].reverse()) {
      restarts += container.restartCount ?? 0;
      lastRestart = later(lastRestart, container.lastState?.terminated?.finishedAt);
      const { waiting, terminated } = container.state ?? {};
      if (waiting?.reason) text = waiting.reason;
      else if (terminated) text = terminated.reason || exitText(terminated);
      else if (container.ready && container.state?.running) {
        running = true;
        ready++;
      }
    }
    if (text === 'Completed' && running) text = isTrue(pod, 'Ready') ? 'Running' : 'NotReady';
  }
  if (pod.metadata.deletionTimestamp) {
    if (status.reason === 'NodeLost') text = 'Unknown';
    else if (status.phase !== 'Succeeded' && status.phase !== 'Failed') text = 'Terminating';
  }
  const total = (pod.spec.containers?.length ?? 0) + sidecars.size;
  return { ready, total, status: text, restarts, lastRestart };
}

function summariseInit(statuses: readonly ContainerStatus[], sidecars: ReadonlySet<string>, count: number) {
  let ready = 0;
  let restarts = 0;
  let sidecarRestarts = 0;
  let lastRestart: string | undefined;
  let lastSidecarRestart: string | undefined;
  let status: string | undefined;
  for (const [i, container] of statuses.entries()) {
    restarts += container.restartCount ?? 0;
    lastRestart = later(lastRestart, container.lastState?.terminated?.finishedAt);
    const isSidecar = sidecars.has(container.name);
    if (isSidecar) {
      sidecarRestarts += container.restartCount ?? 0;
      lastSidecarRestart = later(lastSidecarRestart, container.lastState?.terminated?.finishedAt);
    }
    const { terminated, waiting } = container.state ?? {};
    if (terminated?.exitCode === 0) continue;
    if (isSidecar && container.started) {
      if (container.ready) ready++;
      continue;
    }
    if (terminated) status = `Init:${terminated.reason || exitText(terminated)}`;
    else if (waiting?.reason && waiting.reason !== 'PodInitializing') status = `Init:${waiting.reason}`;
    else status = `Init:${i}/${count}`;
    break;
  }
  return { ready, restarts, lastRestart, sidecarRestarts, lastSidecarRestart, status };
}

function exitText({ signal, exitCode }: { signal?: number | undefined; exitCode?: number | undefined }): string {
  return signal ? `Signal:${signal}` : `ExitCode:${exitCode ?? 0}`;
}

function later(a: string | undefined, b: string | undefined): string | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return a > b ? a : b;
}

function isTrue(pod: Pod, condition: string): boolean {
  return pod.status?.conditions?.some(({ type, status }) => type === condition && status === 'True') ?? false;
}

function restartsCell(pod: Pod, now: number): string {
  const { restarts, lastRestart } = summarisePod(pod);
  return restarts === 0 || lastRestart === undefined
    ? `${restarts}`
    : `${restarts} (${formatAge(lastRestart, now)} ago)`;
}

function readinessGatesCell(pod: Pod): string {
  const gates = pod.spec.readinessGates ?? [];
  if (gates.length === 0) return '<none>';
  return `${gates.filter(({ conditionType }) => isTrue(pod, conditionType)).length}/${gates.length}`;
}

export const podColumns: readonly Column<Pod>[] = [
  column('Ready', (pod) => {
    const { ready, total } = summarisePod(pod);
    return `${ready}/${total}`;
  }),
  column('Status', (pod) => summarisePod(pod).status),
  column('Restarts', restartsCell),
  wideColumn('IP', (pod) => pod.status?.podIPs?.[0]?.ip || pod.status?.podIP || '<none>'),
  wideColumn('Node', (pod) => pod.spec.nodeName || '<none>'),
  wideColumn('Nominated Node', (pod) => pod.status?.nominatedNodeName || '<none>'),
  wideColumn('Readiness Gates', readinessGatesCell),
];
