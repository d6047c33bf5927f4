import { IP_SETS, type IpSet } from './render-ipvs.ts';

const MASQUERADE_MARK = '0x4000/0x4000';

/** Input for `ipset restore`: the sets with these members and no others. */
export function renderIpSets(sets: Readonly<Record<IpSet, readonly string[]>>): string {
  const lines: string[] = [];
  for (const [name, type] of Object.entries(IP_SETS)) {
    lines.push(`create ${name} ${type} -exist`, `flush ${name}`);
    for (const member of sets[name as IpSet]) lines.push(`add ${name} ${member} -exist`);
  }
  return `${lines.join('\n')}\n`;
}

/** The chains that no Service changes, for `iptables-restore --noflush`: the sets carry what differs. */
export function renderIpvsRules(clusterCIDR: string | undefined): string {
  const set = (name: IpSet, flags = 'dst,dst') => `-m set --match-set ${name} ${flags}`;
  const masquerade = '-j KUBE-MARK-MASQ';
  return `*filter
:KUBE-FORWARD - [0:0]
:KUBE-PROXY-FIREWALL - [0:0]
:KUBE-SOURCE-RANGES-FIREWALL - [0:0]
-A KUBE-FORWARD -m mark --mark ${MASQUERADE_MARK} -j ACCEPT
-A KUBE-FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A KUBE-PROXY-FIREWALL ${set('KUBE-LOAD-BALANCER-FW')} -j KUBE-SOURCE-RANGES-FIREWALL
-A KUBE-SOURCE-RANGES-FIREWALL ${set('KUBE-LOAD-BALANCER-SOURCE-CIDR', 'dst,dst,src')} -j RETURN
-A KUBE-SOURCE-RANGES-FIREWALL -j DROP
COMMIT
*nat
:KUBE-SERVICES - [0:0]
:KUBE-POSTROUTING - [0:0]
:KUBE-NODE-PORT - [0:0]
:KUBE-LOAD-BALANCER - [0:0]
:KUBE-MARK-MASQ - [0:0]
-A KUBE-SERVICES ${set('KUBE-LOAD-BALANCER')} -j KUBE-LOAD-BALANCER
${clusterCIDR === undefined ? '' : `-A KUBE-SERVICES ! -s ${clusterCIDR} ${set('KUBE-CLUSTER-IP')} ${masquerade}\n`}-A KUBE-SERVICES ${set('KUBE-EXTERNAL-IP')} ${masquerade}
-A KUBE-SERVICES -m addrtype --dst-type LOCAL -j KUBE-NODE-PORT
-A KUBE-SERVICES ${set('KUBE-CLUSTER-IP')} -j ACCEPT
-A KUBE-LOAD-BALANCER ${set('KUBE-LOAD-BALANCER-LOCAL')} -j RETURN
-A KUBE-LOAD-BALANCER ${masquerade}
-A KUBE-NODE-PORT -p tcp ${set('KUBE-NODE-PORT-LOCAL-TCP', 'dst')} -j RETURN
-A KUBE-NODE-PORT -p tcp ${set('KUBE-NODE-PORT-TCP', 'dst')} ${masquerade}
-A KUBE-NODE-PORT -p udp ${set('KUBE-NODE-PORT-LOCAL-UDP', 'dst')} -j RETURN
-A KUBE-NODE-PORT -p udp ${set('KUBE-NODE-PORT-UDP', 'dst')} ${masquerade}
-A KUBE-NODE-PORT -p sctp ${set('KUBE-NODE-PORT-LOCAL-SCTP-HASH')} -j RETURN
-A KUBE-NODE-PORT -p sctp ${set('KUBE-NODE-PORT-SCTP-HASH')} ${masquerade}
-A KUBE-POSTROUTING ${set('KUBE-LOOP-BACK', 'dst,dst,src')} -j MASQUERADE
-A KUBE-POSTROUTING -m mark ! --mark ${MASQUERADE_MARK} -j RETURN
-A KUBE-POSTROUTING -j MARK --xor-mark 0x4000
-A KUBE-POSTROUTING -j MASQUERADE --random-fully
-A KUBE-MARK-MASQ -j MARK --or-mark 0x4000
COMMIT
`;
}
