import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Namespace, type NetworkPolicy, namespaceKind, networkPolicyKind, type Pod, podKind } from '@coxswain/api';
import { eventually, type NetworkAgent } from '@coxswain/foundation/testing';
import { NodeLab } from '../testing/node-lab.ts';

// Pods web and db on n1, far on n2 (another Kubernetes namespace), and a client outside the cluster.
const nodes = await NodeLab.create();
const { lab, client } = nodes;
after(() => nodes.close());
const address: Record<string, string> = { outside: '172.30.97.1' };
const agents: Record<string, NetworkAgent> = {};
const PODS = { web: ['n1', 'a'], db: ['n1', 'a'], far: ['n2', 'b'] } as const;

before(async () => {
  await lab.namespace('outside', { forwarding: true });
  await lab.run('outside', ['ip', 'link', 'add', 'br0', 'type', 'bridge']);
  await lab.run('outside', ['ip', 'addr', 'add', '172.30.97.1/24', 'dev', 'br0']);
  await lab.run('outside', ['ip', 'link', 'set', 'br0', 'up']);
  for (const [i, node] of ['n1', 'n2'].entries()) {
    await lab.namespace(node);
    await lab.link(
      { in: 'outside', dev: `to-${node}` },
      { in: node, dev: 'eth0', addresses: [`172.30.97.1${i + 1}/24`], gateways: ['172.30.97.1'] },
    );
    await lab.run('outside', ['ip', 'link', 'set', 'dev', `to-${node}`, 'master', 'br0']);
    await lab.run('outside', ['ip', 'route', 'add', `10.244.${i + 1}.0/24`, 'via', `172.30.97.1${i + 1}`]);
    nodes.addNode(node, `10.244.${i + 1}.0/24`, `172.30.97.1${i + 1}`);
    nodes.start(node);
  }
  for (const name of ['a', 'b'])
    client.add(namespaceKind, { metadata: { name, labels: { team: name } } } as unknown as Namespace);
  agents['outside'] = await lab.agent('outside');
  await agents['outside'].serve('outside', [8080]);
  for (const [name, [node, namespace]] of Object.entries(PODS)) {
    const made = await nodes.pod(name, node);
    await made.agent.serve(name, [8081, 8082]);
    agents[name] = made.agent;
    address[name] = made.address;
    client.add(podKind, {
      metadata: { name, namespace, labels: { app: name } },
      spec: {
        nodeName: node,
        containers: [{ name: 'c', image: 'i', ports: [{ name: 'second', containerPort: 8081 }] }],
      },
      status: { phase: 'Running', podIP: made.address },
    } as unknown as Pod);
  }
  agents['node'] = await lab.agent('n1');
});

async function reaches(from: string, to: string, port = 8080, protocol: 'TCP' | 'UDP' = 'TCP'): Promise<boolean> {
  const answer = await agents[from]!.ask(address[to]!, port, { protocol, timeoutMs: 400 });
  return answer.startsWith(`${to} `);
}

type Flow = readonly [from: string, to: string, port?: number, protocol?: 'TCP' | 'UDP'];

interface Case {
  readonly name: string;
  readonly policies: readonly Partial<NetworkPolicy['spec']>[];
  readonly pass: readonly Flow[];
  readonly blocked: readonly Flow[];
}

const web = { matchLabels: { app: 'web' } };
const db = { matchLabels: { app: 'db' } };
const teamB = { matchLabels: { team: 'b' } };
const outside = '172.30.97.1/32';

const cases: Case[] = [
  {
    name: 'without a policy everything passes',
    policies: [],
    pass: [
      ['db', 'web'],
      ['far', 'web'],
      ['outside', 'web'],
    ],
    blocked: [],
  },
  {
    name: 'ingress denied',
    policies: [{ podSelector: web }],
    pass: [
      ['web', 'db'],
      ['web', 'far'],
      ['node', 'web'],
      ['web', 'web'],
    ],
    blocked: [
      ['db', 'web'],
      ['far', 'web'],
      ['outside', 'web'],
      ['db', 'web', 8080, 'UDP'],
    ],
  },
  {
    name: 'from a pod of the own namespace',
    policies: [{ podSelector: web, ingress: [{ from: [{ podSelector: db }] }] }],
    pass: [
      ['db', 'web'],
      ['db', 'web', 8080, 'UDP'],
    ],
    blocked: [
      ['far', 'web'],
      ['outside', 'web'],
    ],
  },
  {
    name: 'from another namespace',
    policies: [{ podSelector: web, ingress: [{ from: [{ namespaceSelector: teamB }] }] }],
    pass: [['far', 'web']],
    blocked: [
      ['db', 'web'],
      ['outside', 'web'],
    ],
  },
  {
    name: 'from pods of another namespace that do not exist',
    policies: [{ podSelector: web, ingress: [{ from: [{ namespaceSelector: teamB, podSelector: db }] }] }],
    pass: [],
    blocked: [
      ['far', 'web'],
      ['db', 'web'],
    ],
  },
  {
    name: 'from a range',
    policies: [{ podSelector: web, ingress: [{ from: [{ ipBlock: { cidr: '172.30.97.0/24' } }] }] }],
    pass: [['outside', 'web']],
    blocked: [
      ['db', 'web'],
      ['far', 'web'],
    ],
  },
  {
    name: 'from a range except a part of it',
    policies: [{ podSelector: web, ingress: [{ from: [{ ipBlock: { cidr: '0.0.0.0/0', except: [outside] } }] }] }],
    pass: [
      ['db', 'web'],
      ['far', 'web'],
    ],
    blocked: [['outside', 'web']],
  },
  {
    name: 'to one port, to a named one and to a range of them',
    policies: [
      { podSelector: web, ingress: [{ ports: [{ port: 8080 }] }] },
      { podSelector: db, ingress: [{ ports: [{ port: 'second' }] }] },
      { podSelector: {}, ingress: [{ from: [{ namespaceSelector: teamB }], ports: [{ port: 8081, endPort: 8082 }] }] },
    ],
    pass: [
      ['db', 'web', 8080],
      ['web', 'db', 8081],
      ['far', 'web', 8081],
      ['far', 'db', 8082],
      ['far', 'web', 8080],
    ],
    blocked: [
      ['db', 'web', 8081],
      ['db', 'web', 8080, 'UDP'],
      ['web', 'db', 8080],
      ['far', 'db', 8080],
    ],
  },
  {
    name: 'egress denied',
    policies: [{ podSelector: web, policyTypes: ['Egress'] }],
    pass: [
      ['db', 'web'],
      ['far', 'web'],
      ['web', 'web'],
    ],
    blocked: [
      ['web', 'db'],
      ['web', 'far'],
      ['web', 'outside'],
    ],
  },
  {
    name: 'egress to a pod’s port and to a range',
    policies: [
      { podSelector: web, policyTypes: ['Egress'], egress: [{ to: [{ podSelector: db }], ports: [{ port: 8081 }] }] },
      { podSelector: web, policyTypes: ['Egress'], egress: [{ to: [{ ipBlock: { cidr: outside } }] }] },
    ],
    pass: [
      ['web', 'db', 8081],
      ['web', 'outside'],
    ],
    blocked: [
      ['web', 'db', 8080],
      ['web', 'far'],
    ],
  },
  {
    name: 'both ways at once',
    policies: [
      {
        podSelector: {},
        policyTypes: ['Ingress', 'Egress'],
        ingress: [{ from: [{ podSelector: web }] }],
        egress: [{ to: [{ podSelector: db }] }],
      },
    ],
    pass: [['web', 'db']],
    blocked: [
      ['db', 'web'],
      ['web', 'far'],
      ['far', 'db'],
    ],
  },
];

function put(policies: Case['policies']): void {
  for (const { metadata } of client.objects(networkPolicyKind)) client.remove(networkPolicyKind, `a/${metadata.name}`);
  for (const [i, spec] of policies.entries())
    client.add(networkPolicyKind, {
      metadata: { name: `p${i}`, namespace: 'a' },
      spec: { podSelector: {}, policyTypes: ['Ingress'], ...spec },
    } as NetworkPolicy);
}

for (const { name, policies, pass, blocked } of cases)
  test(name, async () => {
    put(policies);
    const wrong = async () => {
      const all = [...pass.map((flow) => ({ flow, want: true })), ...blocked.map((flow) => ({ flow, want: false }))];
      const seen = await Promise.all(
        all.map(async ({ flow, want }) => ((await reaches(...flow)) === want ? [] : [flow])),
      );
      return seen.flat().map((flow) => flow.join(' '));
    };
    await eventually(async () => assert.deepEqual(await wrong(), []));
  });

test('a pod that starts under a policy is never reached before the policy holds', async () => {
  put([{ podSelector: { matchLabels: { app: 'late' } } }]);
  await eventually(async () => assert.match(await lab.run('n1', ['nft', 'list', 'tables']), /pod-network-policy/));
  const late = await nodes.pod('late', 'n1');
  agents['late'] = late.agent;
  address['late'] = late.address;
  // 1. Nobody knows it yet: its address is not in the API.
  for (const who of ['db', 'far', 'outside'] as const) assert.equal(await reaches(who, 'late'), false, who);
  assert.equal(await reaches('late', 'db'), false);
  assert.equal(await reaches('node', 'late'), true, 'probes of its kubelet reach it');
  assert.equal(await reaches('db', 'web'), true, 'others are not concerned');
  // 2. It is known, and guarded; then it may be reached.
  client.add(podKind, {
    metadata: { name: 'late', namespace: 'a', labels: { app: 'late' } },
    spec: { nodeName: 'n1', containers: [{ name: 'c', image: 'i' }] },
    status: { phase: 'Running', podIP: late.address },
  } as unknown as Pod);
  await eventually(() => reaches('late', 'db'));
  assert.equal(await reaches('db', 'late'), false);
  put([{ podSelector: { matchLabels: { app: 'late' } }, ingress: [{}] }]);
  await eventually(() => reaches('db', 'late'));
  client.remove(podKind, 'a/late');
});

test('what is established goes on; labels and namespaces are followed; what is flushed comes back; nothing stays', async () => {
  put([]);
  await eventually(() => reaches('db', 'web'));
  const connection = await agents['db']!.hold(address['web']!, 8080);
  put([{ podSelector: web, ingress: [{ from: [{ namespaceSelector: { matchLabels: { team: 'c' } } }] }] }]);
  await eventually(async () => !(await reaches('db', 'web')));
  assert.equal(await connection.more(), 'web', 'established');

  client.change(namespaceKind, 'b', (namespace) => {
    namespace.metadata.labels = { team: 'c' };
  });
  await eventually(() => reaches('far', 'web'));
  client.change(podKind, 'a/web', (pod) => {
    pod.metadata.labels = { app: 'db' };
  });
  await eventually(() => reaches('db', 'web'));
  client.change(podKind, 'a/web', (pod) => {
    pod.metadata.labels = { app: 'web' };
  });
  await eventually(async () => !(await reaches('db', 'web')));

  await lab.run('n1', ['nft', 'flush', 'chain', 'ip', 'pod-network-policy', 'forward']);
  await eventually(async () => !(await reaches('db', 'web')));

  put([]);
  const tables = () => lab.run('n1', ['nft', 'list', 'tables']);
  await eventually(async () => assert.doesNotMatch(await tables(), /pod-network-policy/));
});

test('host ports lead to their pod, TCP and UDP, by their host address only, and go with it', async () => {
  put([]);
  await eventually(() => reaches('db', 'web'));
  const before = await lab.run('n1', ['sh', '-c', 'iptables-save -t nat | grep -c CNI-DN || true']);
  const { detach } = await nodes.pod('mapped', 'n1', [
    { hostPort: 18_080, containerPort: 8080, protocol: 'tcp' },
    { hostPort: 18_053, containerPort: 8080, protocol: 'udp' },
    { hostPort: 18_081, containerPort: 8080, protocol: 'tcp', hostIP: '172.30.97.11' },
    { hostPort: 18_082, containerPort: 8080, protocol: 'tcp', hostIP: '127.0.0.1' },
  ]);
  const ask = async (from: string, host: string, port: number, protocol: 'TCP' | 'UDP' = 'TCP') =>
    (await agents[from]!.ask(host, port, { protocol, timeoutMs: 500 })).split(' ')[0] ?? '';
  const node = '172.30.97.11';
  const led = async () => [
    await ask('outside', node, 18_080),
    await ask('outside', node, 18_053, 'UDP'),
    await ask('outside', node, 18_081),
    await ask('far', node, 18_080),
    await ask('node', '127.0.0.1', 18_082),
  ];
  await eventually(async () => assert.deepEqual(await led(), Array(5).fill('mapped')));
  assert.equal(await ask('outside', node, 18_082), 'ECONNREFUSED', 'for this machine only');
  await detach();
  assert.deepEqual(await led(), Array(5).fill('ECONNREFUSED'));
  assert.equal(await lab.run('n1', ['sh', '-c', 'iptables-save -t nat | grep -c CNI-DN || true']), before);
});
