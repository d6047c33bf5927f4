import {
  type EndpointRule,
  externalEndpoints,
  internalEndpoints,
  type RuleSet,
  reachableEndpoints,
  type ServicePortRule,
} from '../rule-set.ts';

/** What IPVS, ipset and the dummy interface must hold. */
export interface RenderedIpvs {
  /** Addresses of kube-ipvs0: a packet to a Service must come in here before IPVS sees it. */
  readonly addresses: readonly string[];
  /** Virtual services and their destinations, in the words of `ipvsadm --save --numeric`. */
  readonly services: readonly VirtualService[];
  /** Members by set name. */
  readonly sets: Readonly<Record<IpSet, readonly string[]>>;
}

export interface VirtualService {
  /** `-t 10.96.0.1:443`. */
  readonly address: string;
  /** `-s rr`, with `-p SECONDS` for affinity. */
  readonly scheduler: string;
  /** `-r 10.244.0.5:8080 -m -w 1`. */
  readonly destinations: readonly string[];
}

/** Upstream's sets and their types. */
export const IP_SETS = {
  'KUBE-CLUSTER-IP': 'hash:ip,port',
  'KUBE-LOOP-BACK': 'hash:ip,port,ip',
  'KUBE-EXTERNAL-IP': 'hash:ip,port',
  'KUBE-EXTERNAL-IP-LOCAL': 'hash:ip,port',
  'KUBE-LOAD-BALANCER': 'hash:ip,port',
  'KUBE-LOAD-BALANCER-LOCAL': 'hash:ip,port',
  'KUBE-LOAD-BALANCER-FW': 'hash:ip,port',
  'KUBE-LOAD-BALANCER-SOURCE-CIDR': 'hash:ip,port,net',
  'KUBE-NODE-PORT-TCP': 'bitmap:port range 0-65535',
  'KUBE-NODE-PORT-LOCAL-TCP': 'bitmap:port range 0-65535',
  'KUBE-NODE-PORT-UDP': 'bitmap:port range 0-65535',
  'KUBE-NODE-PORT-LOCAL-UDP': 'bitmap:port range 0-65535',
  'KUBE-NODE-PORT-SCTP-HASH': 'hash:ip,port',
  'KUBE-NODE-PORT-LOCAL-SCTP-HASH': 'hash:ip,port',
} as const;
export type IpSet = keyof typeof IP_SETS;

export interface IpvsOptions {
  /** The node's own addresses, on which node ports are served. */
  readonly nodeAddresses: readonly string[];
  /** `rr`, `lc`, `sh` …: a scheduler of IPVS. */
  readonly scheduler?: string;
}

/** The IPVS form of the IPv4 rules. Pure; sorted by Service, so that the same rules give the same text. */
export function renderIpvs({ services }: RuleSet, { nodeAddresses, scheduler = 'rr' }: IpvsOptions): RenderedIpvs {
  const addresses = new Set<string>();
  const virtual: VirtualService[] = [];
  const sets = Object.fromEntries(Object.keys(IP_SETS).map((name) => [name, [] as string[]])) as Record<
    IpSet,
    string[]
  >;
  const serve = (rule: ServicePortRule, ip: string, port: number, endpoints: readonly EndpointRule[]) => {
    virtual.push({
      address: `-${{ TCP: 't', UDP: 'u', SCTP: '-sctp-service' }[rule.protocol]} ${ip}:${port}`,
      scheduler: `-s ${scheduler}${rule.affinitySeconds === undefined ? '' : ` -p ${rule.affinitySeconds}`}`,
      destinations: endpoints.map((endpoint) => `-r ${endpoint.ip}:${endpoint.port} -m -w 1`),
    });
  };
  for (const rule of [...services.values()].flat()) {
    if (rule.family !== 'IPv4') continue;
    const protocol = rule.protocol.toLowerCase();
    const member = (ip: string, port = rule.port) => `${ip},${protocol}:${port}`;
    const external = externalEndpoints(rule);

    addresses.add(rule.clusterIP);
    serve(rule, rule.clusterIP, rule.port, internalEndpoints(rule));
    sets['KUBE-CLUSTER-IP'].push(member(rule.clusterIP));
    for (const { ip, port, local } of reachableEndpoints(rule))
      if (local) sets['KUBE-LOOP-BACK'].push(`${member(ip, port)},${ip}`);

    for (const ip of rule.externalIPs) {
      addresses.add(ip);
      serve(rule, ip, rule.port, external);
      sets[rule.externalPolicyLocal ? 'KUBE-EXTERNAL-IP-LOCAL' : 'KUBE-EXTERNAL-IP'].push(member(ip));
    }
    for (const ip of rule.loadBalancerIPs) {
      addresses.add(ip);
      serve(rule, ip, rule.port, external);
      sets['KUBE-LOAD-BALANCER'].push(member(ip));
      if (rule.externalPolicyLocal) sets['KUBE-LOAD-BALANCER-LOCAL'].push(member(ip));
      if (rule.sourceRanges.length > 0) sets['KUBE-LOAD-BALANCER-FW'].push(member(ip));
      for (const range of rule.sourceRanges) sets['KUBE-LOAD-BALANCER-SOURCE-CIDR'].push(`${member(ip)},${range}`);
    }
    if (rule.nodePort === undefined) continue;
    for (const ip of nodeAddresses) serve(rule, ip, rule.nodePort, external);
    for (const [name, entries] of nodePortSets(rule, rule.nodePort, nodeAddresses)) sets[name].push(...entries);
  }
  return { addresses: [...addresses].sort(), services: virtual, sets };
}

function nodePortSets(rule: ServicePortRule, port: number, nodeAddresses: readonly string[]): [IpSet, string[]][] {
  const local = rule.externalPolicyLocal;
  if (rule.protocol === 'SCTP') {
    const members = nodeAddresses.map((ip) => `${ip},sctp:${port}`);
    const all: [IpSet, string[]] = ['KUBE-NODE-PORT-SCTP-HASH', members];
    return local ? [all, ['KUBE-NODE-PORT-LOCAL-SCTP-HASH', members]] : [all];
  }
  const all: [IpSet, string[]] = [`KUBE-NODE-PORT-${rule.protocol}`, [String(port)]];
  return local ? [all, [`KUBE-NODE-PORT-LOCAL-${rule.protocol}`, [String(port)]]] : [all];
}

/** The commands of `ipvsadm` that lead from what `ipvsadm --save --numeric` says to what is wanted. */
export function renderIpvsChanges(
  saved: string,
  wanted: readonly VirtualService[],
  ours: (ip: string) => boolean,
): string[] {
  const lines = new Set(
    saved
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== ''),
  );
  const commands: string[] = [];
  const present = new Set<string>();
  const known = new Map(wanted.map((service) => [service.address, service]));
  for (const line of lines) {
    const [, verb = '', address = '', destination = ''] = /^-([Aa]) (\S+ \S+)(?: (-r \S+))?/.exec(line) ?? [];
    const ip = /(\S+):\d+$/.exec(address)?.[1] ?? '';
    if (verb === 'A') present.add(address);
    if (address === '' || !ours(ip)) continue;
    const service = known.get(address);
    if (verb === 'A' && !service) commands.push(`-D ${address}`);
    if (verb === 'a' && service && !service.destinations.some((text) => text.startsWith(`${destination} `)))
      commands.push(`-d ${address} ${destination}`);
  }
  for (const { address, scheduler, destinations } of wanted) {
    if (!present.has(address)) commands.push(`-A ${address} ${scheduler}`);
    else if (!lines.has(`-A ${address} ${scheduler}`)) commands.push(`-E ${address} ${scheduler}`);
    for (const destination of destinations)
      if (!lines.has(`-a ${address} ${destination}`)) commands.push(`-a ${address} ${destination}`);
  }
  return commands;
}
