export const NOT_READY = 'node.kubernetes.io/not-ready';
export const UNREACHABLE = 'node.kubernetes.io/unreachable';
export const UNSCHEDULABLE = 'node.kubernetes.io/unschedulable';

/** Taints that stand for a condition of the node: condition type → its status → taint key. */
export const CONDITION_TAINTS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  Ready: { False: NOT_READY, Unknown: UNREACHABLE },
  MemoryPressure: { True: 'node.kubernetes.io/memory-pressure' },
  DiskPressure: { True: 'node.kubernetes.io/disk-pressure' },
  PIDPressure: { True: 'node.kubernetes.io/pid-pressure' },
  NetworkUnavailable: { True: 'node.kubernetes.io/network-unavailable' },
};

/** The NoSchedule taints that the node lifecycle controller alone sets and removes. */
export const OWNED_NO_SCHEDULE: ReadonlySet<string> = new Set([
  UNSCHEDULABLE,
  ...Object.values(CONDITION_TAINTS).flatMap((byStatus) => Object.values(byStatus)),
]);
