import type { PolicyPlan } from './plan-policies.ts';

export const POLICY_TABLE = 'ip pod-network-policy';

export const NO_POLICIES: PolicyPlan = {
  sets: new Map(),
  chains: new Map(),
  ingress: new Map(),
  egress: new Map(),
  known: undefined,
};

/**
 * The table without any policy. What is established stays so; a pod always reaches itself; packets between a node and
 * its own pods pass by (they are not forwarded). An address of this node's range that no known pod has may be that of a
 * pod whose policies are not here yet: nothing passes until they are.
 */
export function renderPolicyBase(): string {
  return `table ${POLICY_TABLE}
delete table ${POLICY_TABLE}
table ${POLICY_TABLE} {
  comment "NetworkPolicy"
  map ingress-pods { type ipv4_addr : verdict; }
  map egress-pods { type ipv4_addr : verdict; }
  set self { type ipv4_addr . ipv4_addr; }
  set range { type ipv4_addr; flags interval; }
  set known { type ipv4_addr; }
  chain forward {
    type filter hook forward priority filter - 5; policy accept;
    ct state established,related accept
    ip saddr . ip daddr @self accept
    ip saddr @range ip saddr != @known drop
    ip daddr @range ip daddr != @known drop
    ip saddr vmap @egress-pods
    ip daddr vmap @ingress-pods
  }
}
`;
}

/** One transaction from one plan to the next, of the size of the difference; '' when nothing differs. */
export function renderPolicyChanges(old: PolicyPlan, next: PolicyPlan): string {
  const lines: string[] = [];
  const say = (verb: string, what: string) => lines.push(`${verb} ${what}`);
  const elements = (verb: 'add' | 'delete', set: string, items: Iterable<string>) => {
    const all = [...items];
    if (all.length > 0) say(verb, `element ${POLICY_TABLE} ${set} { ${all.join(', ')} }`);
  };
  // 1. What is new can be referred to.
  for (const [name, { type }] of next.sets)
    if (!old.sets.has(name)) say('add', `set ${POLICY_TABLE} ${name} { type ${type}; }`);
  for (const name of next.chains.keys()) if (!old.chains.has(name)) say('add', `chain ${POLICY_TABLE} ${name}`);
  // 2. Members of sets.
  for (const [name, { elements: wanted }] of next.sets) {
    const present = old.sets.get(name)?.elements ?? new Set<string>();
    elements('delete', name, minus(present, wanted));
    elements('add', name, minus(wanted, present));
  }
  // 3. Rules.
  for (const [name, rules] of next.chains) {
    const present = old.chains.get(name);
    if (present?.join('\n') === rules.join('\n')) continue;
    if (present) say('flush', `chain ${POLICY_TABLE} ${name}`);
    for (const rule of rules) say('add', `rule ${POLICY_TABLE} ${name} ${rule}`);
  }
  // 4. Which pods they guard.
  for (const direction of ['ingress', 'egress'] as const) {
    const changed = [...old[direction]].filter(([ip, chain]) => next[direction].get(ip) !== chain);
    const come = [...next[direction]].filter(([ip, chain]) => old[direction].get(ip) !== chain);
    elements(
      'delete',
      `${direction}-pods`,
      changed.map(([ip]) => ip),
    );
    elements(
      'add',
      `${direction}-pods`,
      come.map(([ip, chain]) => `${ip} : jump ${chain}`),
    );
  }
  const before = guarded(old);
  const after = guarded(next);
  elements('delete', 'self', [...minus(before, after)].map(pair));
  elements('add', 'self', [...minus(after, before)].map(pair));
  const ranges = ({ known }: PolicyPlan) => new Set(known ? [known.range] : []);
  const pods = ({ known }: PolicyPlan) => known?.pods ?? new Set<string>();
  elements('add', 'known', minus(pods(next), pods(old)));
  elements('delete', 'range', minus(ranges(old), ranges(next)));
  elements('add', 'range', minus(ranges(next), ranges(old)));
  elements('delete', 'known', minus(pods(old), pods(next)));
  // 5. What nothing refers to any more.
  const gone = [...old.chains.keys()].filter((name) => !next.chains.has(name));
  for (const name of gone) say('flush', `chain ${POLICY_TABLE} ${name}`);
  for (const name of gone) say('delete', `chain ${POLICY_TABLE} ${name}`);
  for (const name of old.sets.keys()) if (!next.sets.has(name)) say('delete', `set ${POLICY_TABLE} ${name}`);
  return lines.map((line) => `${line}\n`).join('');
}

function guarded({ ingress, egress }: PolicyPlan): ReadonlySet<string> {
  return new Set([...ingress.keys(), ...egress.keys()]);
}

function pair(ip: string): string {
  return `${ip} . ${ip}`;
}

function minus(a: ReadonlySet<string>, b: ReadonlySet<string>): Set<string> {
  return a.difference(b) as Set<string>;
}
