import {
  type EndpointRule,
  externalEndpoints,
  type Family,
  internalEndpoints,
  isExternal,
  reachableEndpoints,
  type ServicePortRule,
} from '../rule-set.ts';
import { endpointAddress, endpointChain, serviceChain, servicePortName } from './chain-names.ts';

/** What one Service needs: chains of its own in table nat, and rules in the chains that all Services share. */
export interface RenderedService {
  /** Rules of table nat by chain name, without `-A chain`. */
  readonly chains: ReadonlyMap<string, readonly string[]>;
  readonly shared: Readonly<Record<SharedChain, readonly string[]>>;
}

export const SHARED_CHAINS = [
  'nat KUBE-SERVICES',
  'nat KUBE-NODEPORTS',
  'filter KUBE-SERVICES',
  'filter KUBE-EXTERNAL-SERVICES',
  'filter KUBE-NODEPORTS',
  'filter KUBE-PROXY-FIREWALL',
] as const;
/** Table and chain. */
export type SharedChain = (typeof SHARED_CHAINS)[number];

export interface RenderOptions {
  readonly family: Family;
  /** Sources inside it keep their address on the way to a cluster IP; undefined: nobody is masqueraded there. */
  readonly clusterCIDR: string | undefined;
}

/** The iptables form of one Service's rules of one family, in upstream's chains. Pure. */
export function renderService(rules: readonly ServicePortRule[], options: RenderOptions): RenderedService {
  const chains = new Map<string, readonly string[]>();
  const shared = Object.fromEntries(SHARED_CHAINS.map((name) => [name, [] as string[]])) as Record<
    SharedChain,
    string[]
  >;
  for (const rule of rules) if (rule.family === options.family) renderPort(chains, shared, rule, options);
  return { chains, shared };
}

function renderPort(
  chains: Map<string, readonly string[]>,
  shared: Record<SharedChain, string[]>,
  rule: ServicePortRule,
  { clusterCIDR, family }: RenderOptions,
): void {
  const name = servicePortName(rule);
  const protocol = rule.protocol.toLowerCase();
  const to = (port: number, ip?: string) =>
    `-m ${protocol} -p ${protocol}${ip === undefined ? '' : ` -d ${ip}/${family === 'IPv4' ? 32 : 128}`} --dport ${port}`;

  // 1. Endpoints, and the chains that balance.
  for (const endpoint of reachableEndpoints(rule))
    chains.set(endpointChain(rule, endpoint), endpointRules(rule, endpoint));
  const masquerade =
    clusterCIDR === undefined
      ? []
      : [`${comment(`${name} cluster IP`)} ${to(rule.port, rule.clusterIP)} ! -s ${clusterCIDR} -j KUBE-MARK-MASQ`];
  for (const [kind, endpoints] of [
    ['SVC', rule.clusterEndpoints],
    ['SVL', rule.localEndpoints],
  ] as const) {
    const leads = rule.internalPolicyLocal === (kind === 'SVL');
    if (endpoints.length > 0 && (leads || isExternal(rule)))
      chains.set(serviceChain(kind, rule), [...(leads ? masquerade : []), ...balance(rule, endpoints)]);
  }

  // 2. The cluster IP.
  const refusal = rule.anyEndpoints
    ? `${comment(`${name} has no local endpoints`)}`
    : `${comment(`${name} has no endpoints`)}`;
  const target = rule.anyEndpoints ? 'DROP' : 'REJECT';
  const internal = serviceChain(rule.internalPolicyLocal ? 'SVL' : 'SVC', rule);
  if (internalEndpoints(rule).length > 0)
    shared['nat KUBE-SERVICES'].push(
      `${comment(`${name} cluster IP`)} ${to(rule.port, rule.clusterIP)} -j ${internal}`,
    );
  else shared['filter KUBE-SERVICES'].push(`${refusal} ${to(rule.port, rule.clusterIP)} -j ${target}`);
  if (rule.healthCheckNodePort !== undefined)
    shared['filter KUBE-NODEPORTS'].push(
      `${comment(`${name} health check node port`)} -m tcp -p tcp --dport ${rule.healthCheckNodePort} -j ACCEPT`,
    );
  if (!isExternal(rule)) return;

  // 3. Addresses for clients outside.
  const reachable = reachableEndpoints(rule).length > 0;
  const external = serviceChain('EXT', rule);
  if (reachable) chains.set(external, externalRules(rule, clusterCIDR));
  const lead = (what: string, ip: string, chain: string) => {
    if (reachable) shared['nat KUBE-SERVICES'].push(`${comment(`${name} ${what}`)} ${to(rule.port, ip)} -j ${chain}`);
    if (externalEndpoints(rule).length === 0)
      shared['filter KUBE-EXTERNAL-SERVICES'].push(`${refusal} ${to(rule.port, ip)} -j ${target}`);
  };
  for (const ip of rule.externalIPs) lead('external IP', ip, external);
  const firewall = rule.sourceRanges.length > 0 && reachable ? serviceChain('FW', rule) : undefined;
  for (const ip of rule.loadBalancerIPs) {
    lead('loadbalancer IP', ip, firewall ?? external);
    if (firewall !== undefined)
      shared['filter KUBE-PROXY-FIREWALL'].push(
        `${comment(`${name} traffic not accepted by ${firewall}`)} ${to(rule.port, ip)} -j DROP`,
      );
  }
  if (firewall !== undefined && rule.loadBalancerIPs.length > 0)
    chains.set(
      firewall,
      rule.sourceRanges.map((range) => `${comment(`${name} loadbalancer IP`)} -s ${range} -j ${external}`),
    );
  if (rule.nodePort === undefined) return;
  if (reachable) shared['nat KUBE-NODEPORTS'].push(`${comment(name)} ${to(rule.nodePort)} -j ${external}`);
  if (externalEndpoints(rule).length === 0)
    shared['filter KUBE-EXTERNAL-SERVICES'].push(
      `${refusal} -m addrtype --dst-type LOCAL ${to(rule.nodePort)} -j ${target}`,
    );
}

/** Under Local, what comes from inside the cluster is led as the cluster IP would lead it. */
function externalRules(rule: ServicePortRule, clusterCIDR: string | undefined): string[] {
  const name = servicePortName(rule);
  const service = serviceChain('SVC', rule);
  if (!rule.externalPolicyLocal)
    return [`${comment(`masquerade traffic for ${name} external destinations`)} -j KUBE-MARK-MASQ`, `-j ${service}`];
  const lines: string[] = [];
  if (rule.clusterEndpoints.length > 0) {
    if (clusterCIDR !== undefined)
      lines.push(`${comment(`pod traffic for ${name} external destinations`)} -s ${clusterCIDR} -j ${service}`);
    const local = '-m addrtype --src-type LOCAL';
    lines.push(`${comment(`masquerade LOCAL traffic for ${name} external destinations`)} ${local} -j KUBE-MARK-MASQ`);
    lines.push(`${comment(`route LOCAL traffic for ${name} external destinations`)} ${local} -j ${service}`);
  }
  if (rule.localEndpoints.length > 0) lines.push(`-j ${serviceChain('SVL', rule)}`);
  return lines;
}

function balance(rule: ServicePortRule, endpoints: readonly EndpointRule[]): string[] {
  const of = (endpoint: EndpointRule) => comment(`${servicePortName(rule)} -> ${endpointAddress(endpoint)}`);
  const seconds = rule.affinitySeconds;
  const stay =
    seconds === undefined
      ? []
      : endpoints.map((endpoint) => {
          const chain = endpointChain(rule, endpoint);
          return `${of(endpoint)} -m recent --name ${chain} --rcheck --seconds ${seconds} --reap -j ${chain}`;
        });
  const choose = endpoints.map((endpoint, i) => {
    const left = endpoints.length - i;
    const chance = left === 1 ? '' : ` -m statistic --mode random --probability ${(1 / left).toFixed(10)}`;
    return `${of(endpoint)}${chance} -j ${endpointChain(rule, endpoint)}`;
  });
  return [...stay, ...choose];
}

function endpointRules(rule: ServicePortRule, endpoint: EndpointRule): string[] {
  const name = comment(servicePortName(rule));
  const protocol = rule.protocol.toLowerCase();
  const affinity = rule.affinitySeconds === undefined ? '' : ` -m recent --name ${endpointChain(rule, endpoint)} --set`;
  return [
    `${name} -s ${endpoint.ip} -j KUBE-MARK-MASQ`,
    `${name}${affinity} -m ${protocol} -p ${protocol} -j DNAT --to-destination ${endpointAddress(endpoint)}`,
  ];
}

function comment(text: string): string {
  return `-m comment --comment "${text}"`;
}
