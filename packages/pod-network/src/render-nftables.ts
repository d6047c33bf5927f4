import { TUNNEL } from './choose-path.ts';

export const TABLE = 'ip pod-network';

export interface RulesInput {
  /** This node's pod range; nothing is masqueraded while it isn't known. */
  readonly podCidr: string | undefined;
  readonly clusterCidr: string;
  readonly serviceCidr: string;
}

/**
 * The whole table, replaced in one transaction. Pods keep their addresses towards pods and take the node's towards
 * everything else. What is still addressed to a cluster IP after kube-proxy has rewritten destinations (-100 and before)
 * belongs to no Service, unless the address is this machine's own (kube-proxy's userspace mode): it is refused, so that
 * it never leaves by the default route. A packet that connection tracking
 * takes for invalid was not rewritten although its connection lives: it is dropped, a reset would end the connection.
 * Connections through the tunnel agree on segments that fit into it.
 */
export function renderNftables({ podCidr, clusterCidr, serviceCidr }: RulesInput): string {
  const masquerade =
    podCidr === undefined ? '' : `\n    ip saddr ${podCidr} ip daddr != ${clusterCidr} masquerade fully-random`;
  return `${removeTable()}table ${TABLE} {
  comment "rules for pod-network"
  chain refuse {
    ct state invalid drop
    meta l4proto tcp reject with tcp reset
    reject
  }
  chain nat-postrouting {
    type nat hook postrouting priority srcnat; policy accept;${masquerade}
  }
  chain filter-forward {
    type filter hook forward priority filter; policy accept;
    oifname "${TUNNEL}" tcp flags syn tcp option maxseg size set rt mtu
    ip daddr ${serviceCidr} goto refuse
  }
  chain filter-output {
    type filter hook output priority filter; policy accept;
    ip daddr ${serviceCidr} fib daddr type != local goto refuse
  }
}
`;
}

/** Succeeds whether the table is there or not. */
export function removeTable(): string {
  return `table ${TABLE}\ndelete table ${TABLE}\n`;
}
