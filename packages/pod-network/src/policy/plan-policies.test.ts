import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Namespace, NetworkPolicy } from '@coxswain/api';
import { planPolicies } from './plan-policies.ts';
import { type PolicyPod, policyPod } from './policy-pod.ts';
import { NO_POLICIES, renderPolicyChanges } from './render-policies.ts';

const pod = (ip: string, namespace: string, app: string, node = 'n1'): PolicyPod => ({
  ip,
  namespace,
  node,
  labels: { app },
  ports: [{ name: 'http', protocol: 'TCP', port: Number(ip.split('.')[3]) + 8000 }],
});
const pods = [
  pod('10.0.0.1', 'a', 'web'),
  pod('10.0.0.2', 'a', 'db'),
  pod('10.0.1.3', 'b', 'web', 'n2'),
  pod('10.0.1.4', 'a', 'web', 'n2'),
];
const namespaces = ['a', 'b'].map((name) => ({ metadata: { name, labels: { team: name } } }) as unknown as Namespace);
const policy = (spec: Partial<NetworkPolicy['spec']>, name = 'p'): NetworkPolicy => ({
  metadata: { name, namespace: 'a' },
  spec: { podSelector: {}, policyTypes: ['Ingress'], ...spec },
});
const plan = (...policies: NetworkPolicy[]) => planPolicies({ node: 'n1', policies, pods, namespaces });
function lines(spec: Partial<NetworkPolicy['spec']>): string[] {
  const { chains, sets } = plan(policy(spec));
  const named = (text: string) =>
    text.replaceAll(/@(\S+)/g, (_, name) => `{${[...(sets.get(name)?.elements ?? [])].sort().join(' ')}}`);
  return [...chains.values()].flat().map(named);
}
const web = { podSelector: { matchLabels: { app: 'web' } } };
const teamB = { namespaceSelector: { matchLabels: { team: 'b' } } };

const cases: [name: string, spec: Partial<NetworkPolicy['spec']>, rules: string[]][] = [
  ['nothing may come in', {}, ['drop']],
  ['everything may', { ingress: [{}] }, ['return', 'drop']],
  ['pods of the own namespace', { ingress: [{ from: [web] }] }, ['ip saddr {10.0.0.1 10.0.1.4} return', 'drop']],
  ['pods of other namespaces', { ingress: [{ from: [teamB] }] }, ['ip saddr {10.0.1.3} return', 'drop']],
  ['both at once', { ingress: [{ from: [{ ...teamB, ...web }] }] }, ['ip saddr {10.0.1.3} return', 'drop']],
  [
    'a range without parts of it',
    { ingress: [{ from: [{ ipBlock: { cidr: '192.0.2.0/24', except: ['192.0.2.8/29', '192.0.2.9/32'] } }] }] },
    ['ip saddr 192.0.2.0/24 ip saddr != 192.0.2.8/29 ip saddr != 192.0.2.9/32 return', 'drop'],
  ],
  [
    'a range of IPv6 lets nobody of IPv4 in',
    { ingress: [{ from: [{ ipBlock: { cidr: '2001:db8::/32' } }] }] },
    ['drop'],
  ],
  [
    'ports: one, a range, a protocol',
    { ingress: [{ ports: [{ port: 80 }, { port: 90, endPort: 99, protocol: 'UDP' }, { protocol: 'SCTP' }] }] },
    ['meta l4proto sctp return', 'tcp dport 80 return', 'udp dport 90-99 return', 'drop'],
  ],
  [
    'a named port is what each pod calls so',
    { ingress: [{ ports: [{ port: 'http' }] }] },
    [
      'meta l4proto tcp ip daddr . th dport {10.0.0.1 . 8001 10.0.0.2 . 8002 10.0.1.3 . 8003 10.0.1.4 . 8004} return',
      'drop',
    ],
  ],
  [
    'peers and ports together',
    { ingress: [{ from: [web, teamB], ports: [{ port: 80 }] }] },
    ['ip saddr {10.0.0.1 10.0.1.4} tcp dport 80 return', 'ip saddr {10.0.1.3} tcp dport 80 return', 'drop'],
  ],
  [
    'egress looks at the destination',
    { policyTypes: ['Egress'], egress: [{ to: [teamB], ports: [{ port: 53, protocol: 'UDP' }] }] },
    ['ip daddr {10.0.1.3} udp dport 53 return', 'drop'],
  ],
];
for (const [name, spec, rules] of cases) test(name, () => assert.deepEqual(lines(spec).sort(), rules.sort()));

test('only pods of this node, of the namespace and of the selector are guarded', () => {
  const { ingress, egress } = plan(policy(web));
  assert.deepEqual([[...ingress.keys()], [...egress.keys()]], [['10.0.0.1'], []]);
});

test('policies add up, and pods with the same ones share a chain', () => {
  const first = policy({ ingress: [{ from: [web] }] }, 'one');
  const second = policy({ ingress: [{ ports: [{ port: 80 }] }] }, 'two');
  const { chains, ingress } = plan(first, second);
  assert.equal(chains.size, 1);
  assert.equal(new Set(ingress.values()).size, 1);
  assert.equal([...chains.values()][0]?.length, 3);
});

test('pods on the host’s network, ended ones and those without address are not concerned', () => {
  const made = (spec: object, status: object) =>
    policyPod({ metadata: { name: 'x', namespace: 'a' }, spec: { containers: [], ...spec }, status } as never);
  assert.ok(made({}, { podIP: '10.0.0.9', phase: 'Running' }));
  assert.equal(made({ hostNetwork: true }, { podIP: '10.0.0.9' }), undefined);
  assert.equal(made({}, { podIP: '10.0.0.9', phase: 'Succeeded' }), undefined);
  assert.equal(made({}, {}), undefined);
});

test('a pod that comes is one element more, and nothing when nothing differs', () => {
  const one = policy({ ingress: [{ from: [web] }] });
  const before = plan(one);
  const more = [...pods, pod('10.0.1.5', 'a', 'web', 'n2')];
  const after = planPolicies({ node: 'n1', policies: [one], pods: more, namespaces });
  assert.match(renderPolicyChanges(before, after), /^add element ip pod-network-policy peers-\w+ \{ 10\.0\.1\.5 \}\n$/);
  assert.equal(renderPolicyChanges(after, after), '');
});

test('what goes is let go of before it is deleted', () => {
  const text = renderPolicyChanges(plan(policy({ ingress: [{ from: [web] }] })), NO_POLICIES)
    .trim()
    .split('\n');
  assert.deepEqual(
    text.map((line) => line.split(' ').slice(0, 2).join(' ')),
    ['delete element', 'delete element', 'flush chain', 'delete chain', 'delete set'],
  );
});
