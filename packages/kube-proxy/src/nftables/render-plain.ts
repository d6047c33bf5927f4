import { type EndpointRule, type Family, isExternal, type ServicePortRule } from '../rule-set.ts';

/** Elements of the shared maps and sets of one Service, by map or set name; the value is '' in a set. */
export type ElementSink = (name: string, key: string, value: string) => void;

export const SERVICE_IPS = 'service-ips';
export const NODE_PORTS = 'service-nodeports';
export const ENDPOINTS = 'service-endpoints';
export const NODE_PORT_ENDPOINTS = 'nodeport-endpoints';
export const CLUSTER_IPS = 'cluster-ips';
export const HAIRPIN = 'hairpin';

/** With more endpoints a Service has chains of its own. */
export const MOST_PLAIN = 16;

/**
 * Whether a rule can do without chains of its own: no affinity and no policy of Local. Then its endpoints are elements
 * of a map, numbered from 0, and a change touches these elements only, however many Services there are.
 */
export function isPlain(rule: ServicePortRule): boolean {
  const count = rule.clusterEndpoints.length;
  const local = rule.internalPolicyLocal || rule.externalPolicyLocal;
  return rule.affinitySeconds === undefined && !local && count > 0 && count <= MOST_PLAIN;
}

/** The elements of a plain rule; see `renderBalancers` for the chains they lead to. */
export function renderPlain(rule: ServicePortRule, element: ElementSink): void {
  const protocol = rule.protocol.toLowerCase();
  const { clusterEndpoints: endpoints } = rule;
  const chain = (kind: Balancer) => `goto ${balancer(kind, protocol, endpoints.length)}`;
  const target = ({ ip, port }: EndpointRule) => `${ip} . ${port}`;
  const serve = (key: string, map: string) => {
    for (const [i, endpoint] of endpoints.entries()) element(map, `${key} . ${i}`, target(endpoint));
  };
  const clusterKey = `${rule.clusterIP} . ${protocol} . ${rule.port}`;
  element(SERVICE_IPS, clusterKey, chain('balance'));
  element(CLUSTER_IPS, clusterKey, '');
  serve(clusterKey, ENDPOINTS);
  for (const { ip, port, local } of endpoints)
    if (local) element(HAIRPIN, `${rule.clusterIP} . ${protocol} . ${ip} . ${ip} . ${port}`, '');
  if (!isExternal(rule)) return;
  for (const ip of new Set([...rule.externalIPs, ...rule.loadBalancerIPs])) {
    const key = `${ip} . ${protocol} . ${rule.port}`;
    element(SERVICE_IPS, key, chain('external'));
    serve(key, ENDPOINTS);
  }
  if (rule.nodePort === undefined) return;
  element(NODE_PORTS, `${protocol} . ${rule.nodePort}`, chain('nodeport'));
  serve(`${protocol} . ${rule.nodePort}`, NODE_PORT_ENDPOINTS);
}

type Balancer = 'balance' | 'external' | 'nodeport';

function balancer(kind: Balancer, protocol: string, count: number): string {
  return `${kind}-${protocol}-${count}`;
}

/** Chains that draw one of a number of endpoints, one for each number; what comes from outside is masqueraded. */
export function renderBalancers(family: Family): string {
  const ip = family === 'IPv4' ? 'ip' : 'ip6';
  const chains: string[] = [];
  for (const protocol of ['tcp', 'udp', 'sctp'])
    for (let count = 1; count <= MOST_PLAIN; count++) {
      const dnat = (key: string, map: string) =>
        `meta l4proto ${protocol} dnat ${ip} to ${key} . numgen random mod ${count} map @${map}`;
      const byAddress = dnat(`${ip} daddr . meta l4proto . th dport`, ENDPOINTS);
      const byPort = dnat('meta l4proto . th dport', NODE_PORT_ENDPOINTS);
      chains.push(
        chain(balancer('balance', protocol, count), [byAddress]),
        chain(balancer('external', protocol, count), ['jump mark-for-masquerade', byAddress]),
        chain(balancer('nodeport', protocol, count), ['jump mark-for-masquerade', byPort]),
      );
    }
  return chains.join('');
}

function chain(name: string, rules: readonly string[]): string {
  return `  chain ${name} {\n${rules.map((rule) => `    ${rule}\n`).join('')}  }\n`;
}
