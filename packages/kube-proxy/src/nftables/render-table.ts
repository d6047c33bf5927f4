import type { Family } from '../rule-set.ts';
import {
  CLUSTER_IPS,
  ENDPOINTS,
  HAIRPIN,
  NODE_PORT_ENDPOINTS,
  NODE_PORTS,
  renderBalancers,
  SERVICE_IPS,
} from './render-plain.ts';
import { FIREWALL_IPS, NO_ENDPOINT_IPS, NO_ENDPOINT_NODE_PORTS } from './render-service.ts';

/** Bit 14, upstream's masquerade mark. */
const MASQUERADE_MARK = '0x4000';

export interface TableOptions {
  readonly family: Family;
  /** Sources inside it keep their address on the way to a cluster IP; undefined: nobody is masqueraded there. */
  readonly clusterCIDR: string | undefined;
  /** Cluster IPs that no Service has are refused here instead of leaving by the default route. */
  readonly serviceCIDR: string | undefined;
}

/** `ip kube-proxy`, `ip6 kube-proxy`. */
export function tableOf(family: Family): string {
  return `${family === 'IPv4' ? 'ip' : 'ip6'} kube-proxy`;
}

export const MAPS = [
  SERVICE_IPS,
  NODE_PORTS,
  NO_ENDPOINT_IPS,
  NO_ENDPOINT_NODE_PORTS,
  FIREWALL_IPS,
  ENDPOINTS,
  NODE_PORT_ENDPOINTS,
] as const;
export const SETS = [CLUSTER_IPS, HAIRPIN] as const;

/** The chains that no Service changes. */
export const BASE_CHAINS = [
  'reject-chain',
  'mark-for-masquerade',
  'services',
  'service-endpoints-check',
  'firewall-check',
  'cluster-ips-check',
  'nat-prerouting',
  'nat-output',
  'nat-postrouting',
  'masquerading',
  'filter-prerouting',
  'filter-input',
  'filter-forward',
  'filter-output',
  'filter-output-late',
] as const;

/**
 * The parts of the table that no Service changes. A packet's cost is one look-up in a map, however many Services there
 * are: prerouting/output → `services` → a chain that draws one of so many endpoints from a map. Services with affinity,
 * a policy of Local or very many endpoints have chains of their own: the service's → an endpoint's.
 */
export function renderTableBase({ family, clusterCIDR, serviceCIDR }: TableOptions): string {
  const [ip, address, loopback] =
    family === 'IPv4' ? ['ip', 'ipv4_addr', '127.0.0.0/8'] : ['ip6', 'ipv6_addr', '::1/128'];
  const unallocated = serviceCIDR === undefined ? '' : `\n    ${ip} daddr ${serviceCIDR} goto reject-chain`;
  const target = `${ip} daddr . meta l4proto . th dport`;
  const fromOutside =
    clusterCIDR === undefined
      ? ''
      : `\n    ${ip} saddr != ${clusterCIDR} ${target} @${CLUSTER_IPS} jump mark-for-masquerade`;
  const onNode = `fib daddr type local ${ip} daddr != ${loopback} meta l4proto . th dport`;
  return `table ${tableOf(family)} {
  comment "rules for kube-proxy"
  map ${SERVICE_IPS} { type ${address} . inet_proto . inet_service : verdict; }
  map ${NODE_PORTS} { type inet_proto . inet_service : verdict; }
  map ${NO_ENDPOINT_IPS} { type ${address} . inet_proto . inet_service : verdict; }
  map ${NO_ENDPOINT_NODE_PORTS} { type inet_proto . inet_service : verdict; }
  map ${FIREWALL_IPS} { type ${address} . inet_proto . inet_service : verdict; }
  map ${ENDPOINTS} { typeof ${target} . numgen random mod 2 : ${ip} daddr . th dport; }
  map ${NODE_PORT_ENDPOINTS} { typeof meta l4proto . th dport . numgen random mod 2 : ${ip} daddr . th dport; }
  set ${CLUSTER_IPS} { type ${address} . inet_proto . inet_service; }
  set ${HAIRPIN} { typeof ct original ${ip} daddr . meta l4proto . ${ip} saddr . ${ip} daddr . th dport; }

  chain reject-chain {
    meta l4proto tcp reject with tcp reset
    reject
  }
  chain mark-for-masquerade {
    meta mark set meta mark or ${MASQUERADE_MARK}
  }
${renderBalancers(family)}  chain services {${fromOutside}
    ${target} vmap @${SERVICE_IPS}
    ${onNode} vmap @${NODE_PORTS}
  }
  chain service-endpoints-check {
    ${target} vmap @${NO_ENDPOINT_IPS}
    ${onNode} vmap @${NO_ENDPOINT_NODE_PORTS}
  }
  chain firewall-check {
    ${target} vmap @${FIREWALL_IPS}
  }
  chain cluster-ips-check {${unallocated}
  }
  chain nat-prerouting {
    type nat hook prerouting priority dstnat; policy accept;
    jump services
  }
  chain nat-output {
    type nat hook output priority -100; policy accept;
    jump services
  }
  chain nat-postrouting {
    type nat hook postrouting priority srcnat; policy accept;
    meta mark and ${MASQUERADE_MARK} != 0 jump masquerading
    ct status dnat ct original ${ip} daddr . meta l4proto . ${ip} saddr . ${ip} daddr . th dport @${HAIRPIN} masquerade
  }
  chain masquerading {
    meta mark set meta mark xor ${MASQUERADE_MARK}
    masquerade fully-random
  }
  chain filter-prerouting {
    type filter hook prerouting priority -110; policy accept;
    ct state new jump firewall-check
  }
  chain filter-output {
    type filter hook output priority -110; policy accept;
    ct state new jump firewall-check
  }
  chain filter-input {
    type filter hook input priority -110; policy accept;
    ct state new jump service-endpoints-check
  }
  chain filter-forward {
    type filter hook forward priority -110; policy accept;
    ct state new jump service-endpoints-check
    ct state new jump cluster-ips-check
  }
  chain filter-output-late {
    type filter hook output priority -90; policy accept;
    ct state new jump service-endpoints-check
    ct state new jump cluster-ips-check
  }
}
`;
}

/** Rules by chain, in what was rendered or what nft lists. */
export function countRules(text: string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const [, chain = '', body = ''] of text.matchAll(/^\s*chain (\S+) \{([^}]*)\}/gm))
    counts.set(chain, body.split('\n').filter((line) => /\S/.test(line) && !/^\s*(type|comment) /.test(line)).length);
  return counts;
}
