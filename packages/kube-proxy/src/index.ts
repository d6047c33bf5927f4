export { type BackendOptions, createBackend, PROXY_MODES, type ProxyMode } from './create-backend.ts';
export { NftablesBackend, type NftablesOptions } from './nftables/nftables-backend.ts';
export type { Backend, EndpointRule, Family, Protocol, RuleSet, ServicePortRule } from './rule-set.ts';
export { type KubeProxyOptions, runKubeProxy } from './run-kube-proxy.ts';
