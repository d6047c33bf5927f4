import type { Node, Pod } from '@coxswain/api';

export type EventType = 'Normal' | 'Warning';

/** What the kubelet tells people through events. Never waits, never fails. */
export interface KubeletEvents {
  pod(pod: Pod, type: EventType, reason: string, message: string): void;
  /** About one container of the pod. */
  container(pod: Pod, container: string, type: EventType, reason: string, message: string): void;
  node(node: Pick<Node, 'metadata'>, type: EventType, reason: string, message: string): void;
}

export const noEvents: KubeletEvents = { pod() {}, container() {}, node() {} };
