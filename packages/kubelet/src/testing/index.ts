export { buildContainer, buildPod } from './build-pod.ts';
export { buildContainerStatus, buildRuntimeStatus, buildSandbox } from './build-status.ts';
