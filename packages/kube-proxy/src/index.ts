export { NftablesBackend, type NftablesOptions } from './nftables/nftables-backend.ts';
export type { Backend, EndpointRule, Protocol, RuleSet, ServicePortRule } from './rule-set.ts';
export { type KubeProxyOptions, runKubeProxy } from './run-kube-proxy.ts';
