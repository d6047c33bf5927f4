import type { Family } from '../rule-set.ts';
import { type RenderedService, SHARED_CHAINS } from './render-service.ts';

type Table = 'nat' | 'filter' | 'mangle';

const MASQUERADE_MARK = '0x4000';

/** The chains of ours that no Service owns, by table. */
export const BASE_CHAINS: Readonly<Record<Table, readonly string[]>> = {
  nat: ['KUBE-SERVICES', 'KUBE-NODEPORTS', 'KUBE-POSTROUTING', 'KUBE-MARK-MASQ', 'KUBE-PROXY-CANARY'],
  filter: [
    'KUBE-SERVICES',
    'KUBE-EXTERNAL-SERVICES',
    'KUBE-FORWARD',
    'KUBE-NODEPORTS',
    'KUBE-PROXY-FIREWALL',
    'KUBE-PROXY-CANARY',
  ],
  mangle: ['KUBE-PROXY-CANARY'],
};

/** Those of the ipvs backend beside them, known for cleaning up. */
export const IPVS_CHAINS: readonly string[] = ['KUBE-NODE-PORT', 'KUBE-LOAD-BALANCER', 'KUBE-SOURCE-RANGES-FIREWALL'];

export interface Jump {
  readonly table: 'nat' | 'filter';
  readonly from: string;
  readonly rule: readonly string[];
}

const NEW = ['-m', 'conntrack', '--ctstate', 'NEW'];
const why = (text: string) => ['-m', 'comment', '--comment', text];

/** How packets come into our chains; each stands first in its built-in chain. */
export const JUMPS: readonly Jump[] = [
  ...['PREROUTING', 'OUTPUT'].map(
    (from): Jump => ({ table: 'nat', from, rule: [...why('kubernetes service portals'), '-j', 'KUBE-SERVICES'] }),
  ),
  {
    table: 'nat',
    from: 'POSTROUTING',
    rule: [...why('kubernetes postrouting rules'), '-j', 'KUBE-POSTROUTING'],
  },
  ...['FORWARD', 'OUTPUT'].map(
    (from): Jump => ({
      table: 'filter',
      from,
      rule: [...NEW, ...why('kubernetes service portals'), '-j', 'KUBE-SERVICES'],
    }),
  ),
  ...['INPUT', 'FORWARD'].map(
    (from): Jump => ({
      table: 'filter',
      from,
      rule: [...NEW, ...why('kubernetes externally-visible service portals'), '-j', 'KUBE-EXTERNAL-SERVICES'],
    }),
  ),
  {
    table: 'filter',
    from: 'INPUT',
    rule: [...why('kubernetes health check service ports'), '-j', 'KUBE-NODEPORTS'],
  },
  { table: 'filter', from: 'FORWARD', rule: [...why('kubernetes forwarding rules'), '-j', 'KUBE-FORWARD'] },
  ...['INPUT', 'FORWARD', 'OUTPUT'].map(
    (from): Jump => ({
      table: 'filter',
      from,
      rule: [...NEW, ...why('kubernetes load balancer firewall'), '-j', 'KUBE-PROXY-FIREWALL'],
    }),
  ),
];

/** Chains of Services, all in table nat. */
export function isServiceChain(name: string): boolean {
  return /^KUBE-(SVC|SVL|EXT|FW|SEP)-/.test(name);
}

export interface TableOptions {
  readonly family: Family;
  /** Cluster IPs in it that no Service has are refused; undefined for none. */
  readonly serviceCIDR: string | undefined;
}

export interface RestoreInput extends TableOptions {
  /** All Services; their rules in the shared chains are always written anew. */
  readonly services: Iterable<RenderedService>;
  /** Chains to write, those of the Services that changed. */
  readonly chains: ReadonlyMap<string, readonly string[]>;
  /** Chains of Services that are no more. */
  readonly stale: Iterable<string>;
}

/** Input for `iptables-restore --noflush`: a chain that is declared is emptied, others stay as they are. */
export function renderRestore({ services, chains, stale, ...options }: RestoreInput): string {
  const shared = new Map<string, string[]>(SHARED_CHAINS.map((name) => [name, []]));
  for (const service of services)
    for (const name of SHARED_CHAINS) for (const rule of service.shared[name]) shared.get(name)?.push(rule);
  const gone = [...stale];
  const lines: string[] = [];
  for (const table of ['mangle', 'filter', 'nat'] as const) {
    lines.push(`*${table}`, ...BASE_CHAINS[table].map(declare));
    if (table === 'nat') for (const name of [...chains.keys(), ...gone]) lines.push(declare(name));
    for (const [name, rules] of shared) {
      const [of, chain] = name.split(' ');
      if (of === table) for (const rule of rules) lines.push(`-A ${chain} ${rule}`);
    }
    if (table === 'filter') lines.push(...filterRules(options));
    if (table === 'nat') {
      lines.push(...natRules(options));
      for (const [name, rules] of chains) for (const rule of rules) lines.push(`-A ${name} ${rule}`);
      for (const name of gone) lines.push(`-X ${name}`);
    }
    lines.push('COMMIT');
  }
  return `${lines.join('\n')}\n`;
}

/** How many rules stand in our chains, the jumps left out. */
export function countRules(services: Iterable<RenderedService>, options: TableOptions): number {
  let sum = filterRules(options).length + natRules(options).length;
  for (const { chains, shared } of services) {
    for (const rules of chains.values()) sum += rules.length;
    for (const name of SHARED_CHAINS) sum += shared[name].length;
  }
  return sum;
}

/** The rules of table filter behind those of all Services. */
function filterRules({ serviceCIDR }: TableOptions): string[] {
  if (serviceCIDR === undefined) return FORWARD_RULES;
  return [
    `-A KUBE-SERVICES -m comment --comment "cluster IPs without a service" -d ${serviceCIDR} -j REJECT`,
    ...FORWARD_RULES,
  ];
}

const FORWARD_RULES = [
  '-A KUBE-FORWARD -m conntrack --ctstate INVALID -j DROP',
  `-A KUBE-FORWARD -m comment --comment "kubernetes forwarding rules" -m mark --mark ${MASQUERADE_MARK}/${MASQUERADE_MARK} -j ACCEPT`,
  '-A KUBE-FORWARD -m comment --comment "kubernetes forwarding conntrack rule" -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT',
];

function natRules({ family }: TableOptions): string[] {
  const loopback = family === 'IPv4' ? '127.0.0.0/8' : '::1/128';
  return [
    `-A KUBE-SERVICES -m comment --comment "kubernetes service nodeports; NOTE: this must be the last rule in this chain" -m addrtype --dst-type LOCAL ! -d ${loopback} -j KUBE-NODEPORTS`,
    `-A KUBE-POSTROUTING -m mark ! --mark ${MASQUERADE_MARK}/${MASQUERADE_MARK} -j RETURN`,
    `-A KUBE-POSTROUTING -j MARK --xor-mark ${MASQUERADE_MARK}`,
    '-A KUBE-POSTROUTING -m comment --comment "kubernetes service traffic requiring SNAT" -j MASQUERADE --random-fully',
    `-A KUBE-MARK-MASQ -j MARK --or-mark ${MASQUERADE_MARK}`,
  ];
}

function declare(name: string): string {
  return `:${name} - [0:0]`;
}
