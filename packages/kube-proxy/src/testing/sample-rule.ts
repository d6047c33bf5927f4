import type { EndpointRule, ServicePortRule } from '../rule-set.ts';

/** `address:port`, on this node and ready. */
export function endpointAt(text: string, extra: Partial<EndpointRule> = {}): EndpointRule {
  const [, ip = '', port = ''] = /^\[?(.*?)\]?:(\d+)$/.exec(text) ?? [];
  return { ip, port: Number(port), local: true, ready: true, ...extra };
}

/** A rule of `default/web`, TCP port 80 of 10.96.7.7, that leads to `endpoints` under any policy. */
export function sampleRule(
  endpoints: readonly (string | EndpointRule)[],
  extra: Partial<ServicePortRule> = {},
): ServicePortRule {
  const all = endpoints.map((endpoint) => (typeof endpoint === 'string' ? endpointAt(endpoint) : endpoint));
  const policyLocal = extra.internalPolicyLocal || extra.externalPolicyLocal;
  return {
    service: 'default/web',
    portName: '',
    protocol: 'TCP',
    family: 'IPv4',
    port: 80,
    clusterIP: '10.96.7.7',
    externalIPs: [],
    loadBalancerIPs: [],
    sourceRanges: [],
    internalPolicyLocal: false,
    externalPolicyLocal: false,
    clusterEndpoints: all,
    localEndpoints: policyLocal ? all.filter(({ local }) => local) : [],
    anyEndpoints: all.length > 0,
    ...extra,
  };
}
