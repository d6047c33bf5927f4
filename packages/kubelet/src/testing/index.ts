export { buildContainer, buildPod } from './build-pod.ts';
export { buildContainerStatus, buildRuntimeStatus, buildSandbox } from './build-status.ts';
export { startTestKubelet, type TestKubelet, type TestKubeletOptions } from './start-test-kubelet.ts';
