import { type CriClient, CriError } from '@coxswain/cri';
import { type Clock, Counter, Histogram, type Metrics } from '@coxswain/foundation';

/** Upstream's names of operations where they aren't the RPC's own in snake case. */
const NAMES: Readonly<Record<string, string>> = {
  runPodSandbox: 'run_podsandbox',
  stopPodSandbox: 'stop_podsandbox',
  removePodSandbox: 'remove_podsandbox',
  podSandboxStatus: 'podsandbox_status',
  listPodSandbox: 'list_podsandbox',
  podSandboxStats: 'podsandbox_stats',
  listPodSandboxStats: 'list_podsandbox_stats',
};
const NOT_COUNTED = new Set(['close', 'getContainerEvents']);
const LABELS = ['operation_type'] as const;

/** The same client, counting and timing its calls as `kubelet_runtime_operations_*`, and sandboxes as started pods. */
export function meteredCri(cri: CriClient, register: Metrics, clock: Clock): CriClient {
  const registers = [register];
  const total = new Counter({
    name: 'kubelet_runtime_operations_total',
    help: 'Cumulative number of runtime operations by operation type.',
    labelNames: [...LABELS],
    registers,
  });
  const errors = new Counter({
    name: 'kubelet_runtime_operations_errors_total',
    help: 'Cumulative number of runtime operation errors by operation type.',
    labelNames: [...LABELS],
    registers,
  });
  const duration = new Histogram({
    name: 'kubelet_runtime_operations_duration_seconds',
    help: 'Duration in seconds of runtime operations. Broken down by operation type.',
    labelNames: [...LABELS],
    // 5 ms to 36 minutes, each two and a half times the one before, as upstream.
    buckets: Array.from({ length: 14 }, (_, i) => 0.005 * 2.5 ** i),
    registers,
  });
  const pods = new Counter({
    name: 'kubelet_started_pods_total',
    help: 'Cumulative number of pods started',
    registers,
  });
  const failedPods = new Counter({
    name: 'kubelet_started_pods_errors_total',
    help: 'Cumulative number of errors when starting pods',
    registers,
  });

  const metered: Record<string, unknown> = { ...cri };
  for (const [method, call] of Object.entries(cri) as [string, (...words: unknown[]) => Promise<unknown>][]) {
    if (NOT_COUNTED.has(method)) continue;
    const operation_type = operationName(method);
    metered[method] = async (...words: unknown[]) => {
      const began = clock.now();
      total.inc({ operation_type });
      if (method === 'runPodSandbox') pods.inc();
      try {
        return await call.apply(cri, words);
      } catch (error) {
        // What the kubelet itself gave up is nobody's error.
        if (!(error instanceof CriError && error.code === 'CANCELLED')) errors.inc({ operation_type });
        if (method === 'runPodSandbox') failedPods.inc();
        throw error;
      } finally {
        duration.observe({ operation_type }, (clock.now() - began) / 1000);
      }
    };
  }
  return metered as unknown as CriClient;
}

function operationName(method: string): string {
  return NAMES[method] ?? method.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
