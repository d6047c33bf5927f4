import { Gauge, type Metrics } from '@coxswain/foundation';
import type { Kubelet } from './kubelet.ts';

/** The kubelet's own metrics, under upstream's names. */
export function kubeletMetrics(register: Metrics, kubelet: Kubelet, nodeName: string): void {
  new Gauge({
    name: 'kubelet_node_name',
    help: "The node's name. The count is always 1.",
    labelNames: ['node'],
    registers: [register],
  }).set({ node: nodeName }, 1);
  new Gauge({
    name: 'kubelet_active_pods',
    help: 'The number of pods the kubelet considers active and which are being considered when admitting new pods.',
    registers: [register],
    collect() {
      this.set(
        kubelet.pods().filter(({ status }) => status?.phase !== 'Succeeded' && status?.phase !== 'Failed').length,
      );
    },
  });
  new Gauge({
    name: 'kubelet_running_pods',
    help: 'Number of pods that have a running pod sandbox',
    registers: [register],
    collect() {
      this.set(kubelet.runtimeCounts()?.sandboxes ?? 0);
    },
  });
  new Gauge({
    name: 'kubelet_running_containers',
    help: 'Number of containers currently running',
    labelNames: ['container_state'],
    registers: [register],
    collect() {
      for (const [state, count] of Object.entries(kubelet.runtimeCounts()?.containers ?? {}))
        this.set({ container_state: state }, count);
    },
  });
  new Gauge({
    name: 'kubelet_desired_pods',
    help: 'The number of pods the kubelet is being instructed to run.',
    registers: [register],
    collect() {
      this.set(kubelet.pods().length);
    },
  });
}
