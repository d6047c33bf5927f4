export { computePodActions, type PodActions } from './container/compute-pod-actions.ts';
export { type KubeletEvents, noEvents } from './events/pod-events.ts';
export { Kubelet, type KubeletDependencies } from './kubelet.ts';
export { DEFAULT_OPTIONS, type KubeletOptions } from './kubelet-options.ts';
export { KUBELET_VERSION } from './node/compute-node-status.ts';
export type { MachineInfo } from './node/machine-info.ts';
export { runKubelet } from './run-kubelet.ts';
export { generatePodStatus, type PodStatusInput } from './status/generate-pod-status.ts';
export type { Mounter } from './volumes/mounter.ts';
