import type { Lease, Node, NodeCondition } from '@coxswain/api';
import { timestamp } from '../../shared/times.ts';

/** What was last heard of a node, in this process's own time, so that clocks needn't agree. */
export interface Heartbeat {
  /** When a new heartbeat was last seen, milliseconds since the epoch. */
  readonly at: number;
  readonly readyHeartbeat: string | undefined;
  readonly leaseRenewal: string | undefined;
  readonly ready: string;
}

export interface NodeHealthInput {
  readonly node: Node;
  readonly lease: Lease | undefined;
  readonly last: Heartbeat | undefined;
  readonly now: number;
  readonly gracePeriodMs: number;
  /** Grace of a node that never had a Ready condition. */
  readonly startupGracePeriodMs: number;
}

export interface NodeHealth {
  readonly heartbeat: Heartbeat;
  /** The conditions to write; undefined while the node's own stand. */
  readonly conditions?: readonly NodeCondition[];
  readonly ready: string;
  /** Milliseconds until the silence would last too long. */
  readonly deadlineInMs: number;
}

const SILENCED = ['Ready', 'MemoryPressure', 'DiskPressure', 'PIDPressure'];

/** Judges a node by its Lease and its status heartbeats; after too long a silence its conditions become Unknown. */
export function planNodeHealth(input: NodeHealthInput): NodeHealth {
  const { node, lease, last, now } = input;
  const condition = node.status?.conditions?.find(({ type }) => type === 'Ready');
  const readyHeartbeat = condition?.lastHeartbeatTime;
  const leaseRenewal = lease?.spec.renewTime;
  const heard = last && last.readyHeartbeat === readyHeartbeat && last.leaseRenewal === leaseRenewal;
  const first = condition ? now : Date.parse(node.metadata.creationTimestamp ?? '') || now;
  const at = heard ? last.at : last ? now : first;
  const ready = condition?.status ?? 'Unknown';
  const grace = condition ? input.gracePeriodMs : input.startupGracePeriodMs;
  const deadlineInMs = at + grace - now;
  const heartbeat: Heartbeat = { at, readyHeartbeat, leaseRenewal, ready };
  if (deadlineInMs > 0) return { heartbeat, ready, deadlineInMs };
  const conditions = silenced(node, now);
  return {
    heartbeat: { ...heartbeat, ready: 'Unknown' },
    ...(conditions ? { conditions } : {}),
    ready: 'Unknown',
    deadlineInMs: grace,
  };
}

function silenced(node: Node, now: number): NodeCondition[] | undefined {
  const old = node.status?.conditions ?? [];
  const at = timestamp(now);
  let changed = false;
  const next = SILENCED.map((type): NodeCondition => {
    const current = old.find((condition) => condition.type === type);
    if (current?.status === 'Unknown') return current;
    changed = true;
    if (!current)
      return {
        type,
        status: 'Unknown',
        reason: 'NodeStatusNeverUpdated',
        message: 'Kubelet never posted node status.',
        lastHeartbeatTime: node.metadata.creationTimestamp,
        lastTransitionTime: at,
      };
    return {
      ...current,
      status: 'Unknown',
      reason: 'NodeStatusUnknown',
      message: 'Kubelet stopped posting node status.',
      lastTransitionTime: at,
    };
  });
  if (!changed) return undefined;
  return [...old.filter(({ type }) => !SILENCED.includes(type)), ...next];
}
