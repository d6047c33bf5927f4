export { type PodNetworkOptions, runPodNetwork } from './run-pod-network.ts';
