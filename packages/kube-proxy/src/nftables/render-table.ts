import { NO_ENDPOINT_IPS, NO_ENDPOINT_NODE_PORTS, NODE_PORTS, SERVICE_IPS } from './render-service.ts';

export const TABLE = 'ip kube-proxy';
/** Bit 14, upstream's masquerade mark. */
const MASQUERADE_MARK = '0x4000';

export interface TableOptions {
  /** Cluster IPs that no Service has are refused here instead of leaving by the default route. */
  readonly serviceCIDR: string | undefined;
}

/**
 * The parts of the table that no Service changes. A packet's cost is one look-up in a map, however many Services there
 * are: prerouting/output → `services` → the service's chain → an endpoint's chain, which rewrites the destination.
 */
export function renderTableBase({ serviceCIDR }: TableOptions): string {
  const unallocated = serviceCIDR === undefined ? '' : `\n    ip daddr ${serviceCIDR} goto reject-chain`;
  return `table ${TABLE} {
  comment "rules for kube-proxy"
  map ${SERVICE_IPS} { type ipv4_addr . inet_proto . inet_service : verdict; }
  map ${NODE_PORTS} { type inet_proto . inet_service : verdict; }
  map ${NO_ENDPOINT_IPS} { type ipv4_addr . inet_proto . inet_service : verdict; }
  map ${NO_ENDPOINT_NODE_PORTS} { type inet_proto . inet_service : verdict; }

  chain reject-chain {
    meta l4proto tcp reject with tcp reset
    reject
  }
  chain mark-for-masquerade {
    meta mark set meta mark or ${MASQUERADE_MARK}
  }
  chain services {
    ip daddr . meta l4proto . th dport vmap @${SERVICE_IPS}
    fib daddr type local ip daddr != 127.0.0.0/8 meta l4proto . th dport vmap @${NODE_PORTS}
  }
  chain service-endpoints-check {
    ip daddr . meta l4proto . th dport vmap @${NO_ENDPOINT_IPS}
    fib daddr type local ip daddr != 127.0.0.0/8 meta l4proto . th dport vmap @${NO_ENDPOINT_NODE_PORTS}
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
  }
  chain masquerading {
    meta mark set meta mark xor ${MASQUERADE_MARK}
    masquerade fully-random
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
  chain filter-output {
    type filter hook output priority -90; policy accept;
    ct state new jump service-endpoints-check
    ct state new jump cluster-ips-check
  }
}
`;
}
