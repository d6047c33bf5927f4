import { type Pod, type PodCondition, type PodStatus, qosClassOf } from '@coxswain/api';
import { type PodRuntimeStatus, podIPsOf } from '../container/runtime-status.ts';
import { type ContainerStatusInput, containerStatuses } from './container-statuses.ts';
import { type ConditionValue, KUBELET_CONDITIONS, podConditions } from './pod-conditions.ts';
import { podPhase } from './pod-phase.ts';
import { toApiTime } from './time.ts';

export interface PodStatusInput extends ContainerStatusInput {
  readonly hostIPs: readonly string[];
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** The kubelet ended this pod (deadline, eviction, rejection): Failed for this reason. */
  readonly verdict?: PodVerdict | undefined;
  /** Conditions of a resize that can't be granted (now), or is under way. */
  readonly resize?: readonly ConditionValue[];
}

export interface PodVerdict {
  readonly reason: string;
  readonly message: string;
  /** Reason of a DisruptionTarget condition, for a pod that ends through no fault of its own. */
  readonly disruption?: string;
  /** The pod was never let in: its status says no more than why. */
  readonly rejected?: true;
}

/** Pure: the whole status of a pod. What the kubelet doesn't own (other conditions, …) is left out. */
export function generatePodStatus(pod: Pod, runtime: PodRuntimeStatus, input: PodStatusInput): PodStatus {
  const old = pod.status ?? {};
  if (input.verdict?.rejected || wasRejected(old, runtime)) return rejectedStatus(pod, old, input);
  const lists = containerStatuses(pod, runtime, input);
  const phase = terminalPhase(old.phase) ?? (input.verdict ? 'Failed' : podPhase(pod, lists, input.final));
  const ips = ownIPs(pod, runtime, input, phase);
  const sandboxReady = runtime.sandboxes.some(
    ({ ready, hostNetwork, ips: own }) => ready && (hostNetwork || own.length > 0),
  );
  const values = podConditions(pod, lists, phase, sandboxReady);
  const { verdict } = input;
  values.push(...(input.resize ?? []));
  if (verdict?.disruption)
    values.push({ type: 'DisruptionTarget', status: 'True', reason: verdict.disruption, message: verdict.message });
  const generation = pod.metadata.generation;
  const status: PodStatus = {
    ...(generation === undefined ? {} : { observedGeneration: generation }),
    phase,
    conditions: withTransitions(values, old.conditions ?? [], input.now, generation),
    startTime: old.startTime ?? toApiTime(input.now),
    qosClass: old.qosClass ?? qosClassOf(pod.spec),
    containerStatuses: lists.main,
    ...(lists.init.length > 0 ? { initContainerStatuses: lists.init } : {}),
    ...(lists.ephemeral.length > 0 ? { ephemeralContainerStatuses: lists.ephemeral } : {}),
  };
  const [hostIP] = input.hostIPs;
  if (hostIP !== undefined) {
    status.hostIP = hostIP;
    status.hostIPs = input.hostIPs.map((ip) => ({ ip }));
  }
  const [podIP] = ips;
  if (podIP !== undefined) {
    status.podIP = podIP;
    status.podIPs = ips.map((ip) => ({ ip }));
  }
  const { reason, message } = input.verdict ?? old;
  if (reason) status.reason = reason;
  if (message) status.message = message;
  return status;
}

/** Of a pod that was rejected by this kubelet before it started anew. */
function wasRejected(old: PodStatus, { sandboxes, containers }: PodRuntimeStatus): boolean {
  const held = sandboxes.length + containers.length + (old.containerStatuses?.length ?? 0);
  return old.phase === 'Failed' && old.reason !== undefined && held === 0;
}

function rejectedStatus(pod: Pod, old: PodStatus, { verdict, hostIPs, now }: PodStatusInput): PodStatus {
  const { generation } = pod.metadata;
  const { reason = '', message = '' } = verdict ?? old;
  const [hostIP] = hostIPs;
  return {
    ...(generation === undefined ? {} : { observedGeneration: generation }),
    phase: 'Failed',
    conditions: (old.conditions ?? []).filter(({ type }) => type === 'PodScheduled'),
    startTime: old.startTime ?? toApiTime(now),
    qosClass: old.qosClass ?? qosClassOf(pod.spec),
    ...(hostIP === undefined ? {} : { hostIP, hostIPs: hostIPs.map((ip) => ({ ip })) }),
    reason,
    message,
  };
}

/** A pod that has ended stays ended. */
function terminalPhase(phase: string | undefined): 'Succeeded' | 'Failed' | undefined {
  return phase === 'Succeeded' || phase === 'Failed' ? phase : undefined;
}

function ownIPs(pod: Pod, runtime: PodRuntimeStatus, input: PodStatusInput, phase: string): readonly string[] {
  if (pod.spec.hostNetwork) return runtime.sandboxes.length > 0 || phase !== 'Pending' ? input.hostIPs : [];
  const ips = podIPsOf(runtime);
  if (ips.length > 0) return ips;
  const kept = runtime.sandboxes.length > 0 || input.final ? (pod.status?.podIPs ?? []) : [];
  return kept.map(({ ip }) => ip);
}

/** Keeps the transition time of a condition whose status stays. */
export function withTransitions(
  values: readonly ConditionValue[],
  before: readonly PodCondition[],
  now: number,
  generation?: number,
): PodCondition[] {
  return values.map((value) => {
    const old = before.find(({ type }) => type === value.type);
    const lastTransitionTime = old?.status === value.status ? old.lastTransitionTime : undefined;
    return {
      ...value,
      ...(generation === undefined ? {} : { observedGeneration: generation }),
      lastTransitionTime: lastTransitionTime ?? toApiTime(now),
    };
  });
}

export function isOwnCondition(type: string): boolean {
  return (KUBELET_CONDITIONS as readonly string[]).includes(type);
}
