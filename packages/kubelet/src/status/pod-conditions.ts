import type { ContainerStatus, Pod, PodCondition } from '@coxswain/api';
import { isSidecar } from '../container/pod-containers.ts';
import type { ContainerStatusLists } from './container-statuses.ts';
import type { PodPhase } from './pod-phase.ts';

/** The conditions that the kubelet owns; others in a pod's status belong to their writers. */
export const KUBELET_CONDITIONS = [
  'PodReadyToStartContainers',
  'Initialized',
  'Ready',
  'ContainersReady',
  'PodScheduled',
] as const;

/** Without transition times, which depend on what was before. */
export type ConditionValue = Pick<PodCondition, 'type' | 'status' | 'reason' | 'message'>;

export function podConditions(
  pod: Pod,
  statuses: ContainerStatusLists,
  phase: PodPhase,
  sandboxReady: boolean,
): ConditionValue[] {
  const containersReady = containersReadyCondition(pod, statuses, phase);
  return [
    { type: 'PodReadyToStartContainers', status: sandboxReady ? 'True' : 'False' },
    initializedCondition(pod, statuses, phase),
    readyCondition(pod, containersReady),
    containersReady,
    { type: 'PodScheduled', status: 'True' },
  ];
}

function initializedCondition(pod: Pod, { init, main }: ContainerStatusLists, phase: PodPhase): ConditionValue {
  const type = 'Initialized';
  if (phase === 'Succeeded') return { type, status: 'True', reason: 'PodCompleted' };
  if (main.some(({ state, lastState }) => state?.running || state?.terminated || lastState?.terminated))
    return { type, status: 'True' };
  const specs = new Map((pod.spec.initContainers ?? []).map((container) => [container.name, container]));
  const incomplete = init
    .filter(({ name, ready, started }) => {
      const spec = specs.get(name);
      return spec && isSidecar(spec) ? !started : !ready;
    })
    .map(({ name }) => name);
  if (incomplete.length === 0) return { type, status: 'True' };
  return {
    type,
    status: 'False',
    reason: 'ContainersNotInitialized',
    message: `containers with incomplete status: [${incomplete.join(' ')}]`,
  };
}

function containersReadyCondition(pod: Pod, { init, main }: ContainerStatusLists, phase: PodPhase): ConditionValue {
  const type = 'ContainersReady';
  if (phase === 'Succeeded') return { type, status: 'False', reason: 'PodCompleted' };
  if (phase === 'Failed') return { type, status: 'False', reason: 'PodFailed' };
  const sidecars = (pod.spec.initContainers ?? []).filter(isSidecar).map(({ name }) => name);
  const byName = new Map<string, ContainerStatus>([...init, ...main].map((status) => [status.name, status]));
  const unready = [...sidecars, ...pod.spec.containers.map(({ name }) => name)].filter(
    (name) => !byName.get(name)?.ready,
  );
  if (unready.length === 0) return { type, status: 'True' };
  return {
    type,
    status: 'False',
    reason: 'ContainersNotReady',
    message: `containers with unready status: [${unready.join(' ')}]`,
  };
}

function readyCondition(pod: Pod, containersReady: ConditionValue): ConditionValue {
  const type = 'Ready';
  if (containersReady.status !== 'True') return { ...containersReady, type };
  const problems: string[] = [];
  for (const { conditionType } of pod.spec.readinessGates ?? []) {
    const found = pod.status?.conditions?.find((condition) => condition.type === conditionType);
    if (!found) problems.push(`corresponding condition of pod readiness gate "${conditionType}" does not exist.`);
    else if (found.status !== 'True')
      problems.push(`the status of pod readiness gate "${conditionType}" is not "True", but ${found.status}`);
  }
  if (problems.length === 0) return { type, status: 'True' };
  return { type, status: 'False', reason: 'ReadinessGatesNotReady', message: problems.join(', ') };
}
