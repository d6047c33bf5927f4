import type { EndpointRule, ServicePortRule } from '../rule-set.ts';
import { type ExternalStep, planService, type RenderOptions } from '../service-plan.ts';
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
  options: RenderOptions,
): void {
  const { clusterCIDR, family } = options;
  const plan = planService(rule, options);
  const name = servicePortName(rule);
  const protocol = rule.protocol.toLowerCase();
  const to = (port: number, ip?: string) =>
    `-m ${protocol} -p ${protocol}${ip === undefined ? '' : ` -d ${ip}/${family === 'IPv4' ? 32 : 128}`} --dport ${port}`;

  // 1. Endpoints, and the chains that balance.
  for (const endpoint of plan.endpoints) chains.set(endpointChain(rule, endpoint), endpointRules(rule, endpoint));
  const masquerade =
    clusterCIDR === undefined
      ? []
      : [`${comment(`${name} cluster IP`)} ${to(rule.port, rule.clusterIP)} ! -s ${clusterCIDR} -j KUBE-MARK-MASQ`];
  for (const { kind, endpoints, leads } of plan.balancers)
    chains.set(balancerChain(kind, rule), [...(leads ? masquerade : []), ...balance(rule, endpoints)]);

  // 2. The cluster IP.
  const refusal = comment(plan.nothing === 'drop' ? `${name} has no local endpoints` : `${name} has no endpoints`);
  const target = plan.nothing.toUpperCase();
  if (plan.internal !== undefined)
    shared['nat KUBE-SERVICES'].push(
      `${comment(`${name} cluster IP`)} ${to(rule.port, rule.clusterIP)} -j ${balancerChain(plan.internal, rule)}`,
    );
  else shared['filter KUBE-SERVICES'].push(`${refusal} ${to(rule.port, rule.clusterIP)} -j ${target}`);
  if (rule.healthCheckNodePort !== undefined)
    shared['filter KUBE-NODEPORTS'].push(
      `${comment(`${name} health check node port`)} -m tcp -p tcp --dport ${rule.healthCheckNodePort} -j ACCEPT`,
    );
  if (!plan.external) return;

  // 3. Addresses for clients outside.
  const { steps, refused } = plan.external;
  const reachable = steps.length > 0;
  const external = serviceChain('EXT', rule);
  if (reachable) chains.set(external, externalRules(rule, steps, clusterCIDR));
  const lead = (what: string, ip: string, chain: string) => {
    if (reachable) shared['nat KUBE-SERVICES'].push(`${comment(`${name} ${what}`)} ${to(rule.port, ip)} -j ${chain}`);
    if (refused) shared['filter KUBE-EXTERNAL-SERVICES'].push(`${refusal} ${to(rule.port, ip)} -j ${target}`);
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
  if (refused)
    shared['filter KUBE-EXTERNAL-SERVICES'].push(
      `${refusal} -m addrtype --dst-type LOCAL ${to(rule.nodePort)} -j ${target}`,
    );
}

function balancerChain(kind: 'service' | 'local', rule: ServicePortRule): string {
  return serviceChain(kind === 'service' ? 'SVC' : 'SVL', rule);
}

function externalRules(
  rule: ServicePortRule,
  steps: readonly ExternalStep[],
  clusterCIDR: string | undefined,
): string[] {
  const destinations = `${servicePortName(rule)} external destinations`;
  return steps.flatMap(({ from, masquerade, to }) => {
    const jump = `-j ${balancerChain(to, rule)}`;
    switch (from) {
      case 'anyone':
        return masquerade ? [`${comment(`masquerade traffic for ${destinations}`)} -j KUBE-MARK-MASQ`, jump] : [jump];
      case 'pods':
        return [`${comment(`pod traffic for ${destinations}`)} -s ${clusterCIDR} ${jump}`];
      case 'this node': {
        const local = '-m addrtype --src-type LOCAL';
        return [
          `${comment(`masquerade LOCAL traffic for ${destinations}`)} ${local} -j KUBE-MARK-MASQ`,
          `${comment(`route LOCAL traffic for ${destinations}`)} ${local} ${jump}`,
        ];
      }
      default:
        return from satisfies never;
    }
  });
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
