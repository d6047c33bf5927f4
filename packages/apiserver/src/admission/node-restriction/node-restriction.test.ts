import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  certificateSigningRequestKind,
  configMapKind,
  csiNodeKind,
  leaseKind,
  nodeKind,
  persistentVolumeClaimKind,
  podKind,
  resourceSliceKind,
  serviceAccountKind,
} from '@coxswain/api';
import { creation, fakeClusterObjects } from '../../testing/fake-cluster-objects.ts';
import type { AdmissionRequest } from '../admission.ts';
import { nodeRestriction } from './node-restriction.ts';

const user = { name: 'system:node:n1', uid: '', groups: ['system:nodes', 'system:authenticated'] };
const MIRROR = { 'kubernetes.io/config.mirror': 'hash' };
const mine = { metadata: { name: 'mine', namespace: 'default', uid: 'u-mine' }, spec: { nodeName: 'n1' } };
const theirs = { metadata: { name: 'theirs', namespace: 'default', uid: 'u-theirs' }, spec: { nodeName: 'n2' } };
const plugin = nodeRestriction(
  fakeClusterObjects([podKind, mine, theirs], [nodeKind, { metadata: { name: 'n1', uid: 'u-n1' } }]),
);

type Write = Partial<Omit<AdmissionRequest, 'object' | 'oldObject'>> & { object?: object; oldObject?: object };

/** What the plugin says; '' when it lets the write go on. */
async function verdict(kind: object, write: Write): Promise<string> {
  const request = creation(kind, { metadata: {} }, { user, ...write } as Partial<AdmissionRequest>);
  try {
    await plugin.mutate?.(request);
    return '';
  } catch (error) {
    return (error as Error).message;
  }
}

async function table(kind: object, rows: readonly (readonly [write: Write, expected: string])[]): Promise<void> {
  for (const [write, expected] of rows) assert.equal(await verdict(kind, write), expected, JSON.stringify(write));
}

const update = (object: object, oldObject: object, more: Write = {}): Write => ({
  operation: 'UPDATE',
  object,
  oldObject,
  ...more,
});
const removal = (oldObject: object, name = ''): Write => ({
  operation: 'DELETE',
  object: undefined as never,
  oldObject,
  name,
});

test('others than nodes are no matter of the plugin', async () => {
  const object = { metadata: { name: 'n2' } };
  for (const other of [
    { ...user, groups: ['system:authenticated'] },
    { ...user, name: 'admin' },
    { ...user, name: 'system:serviceaccount:kube-system:x', groups: ['system:serviceaccounts'] },
  ])
    assert.equal(await verdict(nodeKind, { object, name: 'n2', user: other }), '');
  assert.equal(
    await verdict(nodeKind, { object, name: 'n2', user: { ...user, name: 'system:node:' } }),
    'nodes "n2" is forbidden: could not determine node from user "system:node:"',
  );
  assert.equal(await verdict(configMapKind, { object, name: 'n2' }), '');
});

test('a node writes its own Node without what steers pods to it', async () => {
  const node = (spec: object, labels: object = {}) => ({ metadata: { name: 'n1', labels }, spec });
  const name = 'n1';
  const taints = [{ key: 'k', effect: 'NoSchedule' }];
  const forbidden = (why: string) => `nodes "n1" is forbidden: ${why}`;
  await table(nodeKind, [
    [{ name, object: node({ taints }, { 'kubernetes.io/arch': 'amd64', own: '1', 'node.kubernetes.io/x': 'y' }) }, ''],
    [{ name: 'n2', object: node({}) }, 'nodes "n2" is forbidden: node "n1" is not allowed to modify node "n2"'],
    [{ ...removal(node({}), 'n2') }, 'nodes "n2" is forbidden: node "n1" is not allowed to modify node "n2"'],
    [removal(node({}), 'n1'), ''],
    [
      {
        name,
        object: node({}, { 'node-role.kubernetes.io/control-plane': '', 'a.node-restriction.kubernetes.io/b': '' }),
      },
      forbidden(
        'node "n1" is not allowed to set the following labels: a.node-restriction.kubernetes.io/b, node-role.kubernetes.io/control-plane',
      ),
    ],
    [
      { name, object: node({ configSource: {} }) },
      forbidden('node "n1" is not allowed to create pods with a non-nil configSource'),
    ],
    [{ name, ...update(node({ taints }, { own: '2' }), node({ taints }, { own: '1' })) }, ''],
    [{ name, ...update(node({}), node({ taints })) }, forbidden('node "n1" is not allowed to modify taints')],
    [
      { name, ...update(node({ taints }), node({}), { subresource: 'status' }) },
      forbidden('node "n1" is not allowed to modify taints'),
    ],
    [
      { name, ...update(node({}), node({}, { 'node-restriction.kubernetes.io/tier': 'x' })) },
      forbidden('is not allowed to modify labels: node-restriction.kubernetes.io/tier'),
    ],
    [{ name, ...update(node({}, { 'x.k8s.io/a': '1' }), node({}, { 'x.k8s.io/a': '1' })) }, ''],
    [
      { name, ...update(node({ configSource: {} }), node({})) },
      forbidden('node "n1" is not allowed to update configSource to a new non-nil configSource'),
    ],
  ]);
});

test('a node makes mirror pods of its own', async () => {
  const owner = { apiVersion: 'v1', kind: 'Node', name: 'n1', uid: 'u-n1', controller: true };
  const mirror = (metadata: object, spec: object = {}) => ({
    metadata: { name: 'm', annotations: MIRROR, ownerReferences: [owner], ...metadata },
    spec: { nodeName: 'n1', containers: [{ name: 'c', image: 'i' }], ...spec },
  });
  const rows: [object, object, string][] = [
    [{}, {}, ''],
    [
      { annotations: {} },
      {},
      'pod does not have "kubernetes.io/config.mirror" annotation, node "n1" can only create mirror pods',
    ],
    [{}, { nodeName: 'n2' }, 'node "n1" can only create pods with spec.nodeName set to itself'],
    [{ ownerReferences: [] }, {}, 'node "n1" can only create pods with an owner reference set to itself'],
    [
      { ownerReferences: [owner, owner] },
      {},
      'node "n1" can only create pods with a single owner reference set to itself',
    ],
    [
      { ownerReferences: [{ ...owner, name: 'n2' }] },
      {},
      'node "n1" can only create pods with an owner reference set to itself',
    ],
    [
      { ownerReferences: [{ ...owner, controller: false }] },
      {},
      'node "n1" can only create pods with a controller owner reference set to itself',
    ],
    [
      { ownerReferences: [{ ...owner, blockOwnerDeletion: true }] },
      {},
      'node "n1" must not set blockOwnerDeletion on an owner reference',
    ],
    [{ ownerReferences: [{ ...owner, uid: 'old' }] }, {}, 'node n1 UID mismatch: expected old got u-n1'],
    [{}, { serviceAccountName: 'a' }, 'node "n1" can not create pods that reference serviceaccounts'],
    [
      {},
      { volumes: [{ name: 'v', secret: {} }] },
      'node "n1" can not create pods that reference secrets (via secret volumes)',
    ],
  ];
  for (const [metadata, spec, why] of rows)
    assert.equal(
      await verdict(podKind, { name: 'm', object: mirror(metadata, spec) }),
      why && `pods "m" is forbidden: ${why}`,
    );
});

test('a node deletes, evicts and reports the pods that are bound to it', async () => {
  const evicted = (name: string): Write => ({ name, subresource: 'eviction', object: { metadata: { name } } });
  const status = { subresource: 'status', name: 'mine' };
  const labelled = { ...mine, metadata: { ...mine.metadata, labels: { a: 'b' } } };
  const claimed = { ...mine, status: { resourceClaimStatuses: [{ name: 'r' }] } };
  await table(podKind, [
    [removal(mine, 'mine'), ''],
    [
      removal(theirs, 'theirs'),
      'pods "theirs" is forbidden: node "n1" can only delete pods with spec.nodeName set to itself',
    ],
    [evicted('mine'), ''],
    [evicted('theirs'), 'pods "theirs" is forbidden: node n1 can only evict pods with spec.nodeName set to itself'],
    [evicted('none'), 'pods "none" not found'],
    [update({ ...mine, status: { phase: 'Running' } }, mine, status), ''],
    [
      update(theirs, theirs, { subresource: 'status', name: 'theirs' }),
      'pods "theirs" is forbidden: node "n1" can only update pod status for pods with spec.nodeName set to itself',
    ],
    [update(labelled, mine, status), 'pods "mine" is forbidden: node "n1" cannot update labels through pod status'],
    [update(claimed, mine, status), 'pods "mine" is forbidden: node "n1" cannot update resource claim statues'],
    [
      update(mine, mine, { name: 'mine' }),
      'pods "mine" is forbidden: unexpected operation "UPDATE", node "n1" can only create and delete mirror pods',
    ],
    [
      update(mine, mine, { name: 'mine', subresource: 'binding' }),
      `pods "mine" is forbidden: unexpected pod subresource "binding", only 'status' and 'eviction' are allowed`,
    ],
  ]);
});

test('tokens only for pods of the node', async () => {
  const asked = (boundObjectRef?: object): Write => ({
    subresource: 'token',
    name: 'a',
    object: { metadata: { name: 'a' }, spec: { boundObjectRef } },
  });
  const ref = (name: string, uid?: string) => ({ apiVersion: 'v1', kind: 'Pod', name, uid });
  const forbidden = (why: string) => `serviceaccounts "a" is forbidden: ${why}`;
  await table(serviceAccountKind, [
    [asked(ref('mine', 'u-mine')), ''],
    [asked(), forbidden('node requested token not bound to a pod')],
    [asked({ ...ref('n1', 'u-n1'), kind: 'Node' }), forbidden('node requested token not bound to a pod')],
    [asked(ref('mine')), forbidden('node requested token with a pod binding without a uid')],
    [asked(ref('none', 'u')), 'pods "none" not found'],
    [
      asked(ref('mine', 'old')),
      forbidden(
        'the UID in the bound object reference (old) does not match the UID in record. The object might have been deleted and then recreated',
      ),
    ],
    [asked(ref('theirs', 'u-theirs')), forbidden('node requested token bound to a pod scheduled on a different node')],
  ]);
});

test('a node’s lease, CSINode and ResourceSlices have its name', async () => {
  const named = (name: string) => ({ metadata: { name } });
  const namespace = 'kube-node-lease';
  const lease = (why: string) => `leases.coordination.k8s.io "n2" is forbidden: ${why}`;
  const otherLease = lease('can only access node lease with the same name as the requesting node');
  await table(leaseKind, [
    [{ namespace, name: 'n1', object: named('n1') }, ''],
    [{ namespace, name: 'n2', object: named('n2') }, otherLease],
    [{ namespace, ...update(named('n2'), named('n2')), name: 'n2' }, otherLease],
    [{ namespace, ...removal(named('n2'), 'n2') }, otherLease],
    [
      { namespace: 'kube-system', name: 'n2', object: named('n2') },
      lease('can only access leases in the "kube-node-lease" system namespace'),
    ],
  ]);
  const csi =
    'csinodes.storage.k8s.io "n2" is forbidden: can only access CSINode with the same name as the requesting node';
  await table(csiNodeKind, [
    [{ name: 'n1', object: named('n1') }, ''],
    [{ name: 'n2', object: named('n2') }, csi],
  ]);
  const slice = (nodeName?: string) => ({ metadata: { name: 's' }, spec: { nodeName } });
  const other = (verb: string) =>
    `resourceslices.resource.k8s.io "s" is forbidden: can only ${verb} ResourceSlice with the same NodeName as the requesting node`;
  await table(resourceSliceKind, [
    [{ name: 's', object: slice('n1') }, ''],
    [{ name: 's', object: slice() }, other('create')],
    [removal(slice('n1'), 's'), ''],
    [removal(slice('n2'), 's'), other('delete')],
  ]);
});

test('of a claim a node tells the size and the conditions', async () => {
  const claim = (status: object, metadata: object = {}) => ({ metadata: { name: 'c', ...metadata }, spec: {}, status });
  const old = claim({ phase: 'Bound', capacity: { storage: '1Gi' } }, { resourceVersion: '1' });
  const write = (object: object, subresource = 'status') => update(object, old, { name: 'c', subresource });
  const why =
    'persistentvolumeclaims "c" is forbidden: node "n1" is not allowed to update fields other than status.quantity and status.conditions';
  await table(persistentVolumeClaimKind, [
    [write(claim({ phase: 'Bound', capacity: { storage: '2Gi' }, conditions: [{ type: 'Resizing' }] })), ''],
    [write(claim({ phase: 'Lost', capacity: { storage: '1Gi' } })), why],
    [write(claim({ phase: 'Bound' }, { labels: { a: 'b' } })), why],
    [write(old, ''), 'persistentvolumeclaims "c" is forbidden: may only update PVC status'],
  ]);
});

test('a node asks for certificates in its own name', async () => {
  // `openssl req -new -newkey ed25519 -subj /O=system:nodes/CN=system:node:n1`
  const request =
    '-----BEGIN CERTIFICATE REQUEST-----\nMIGvMGMCAQAwMDEVMBMGA1UECgwMc3lzdGVtOm5vZGVzMRcwFQYDVQQDDA5zeXN0\nZW06bm9kZTpuMTAqMAUGAytlcAMhAPPd2NudJHqEAmPrJAFICUMUlOldzmLt19xW\nMAzFugmYoAAwBQYDK2VwA0EAAFCMEtavjF1m3TxaeMdL/5PItSfMs50TwNjExNWR\njz/olTRDgwCLbf2Y8MsVN+IZzVkduxLJ6LxuXNoNqS6CBw==\n-----END CERTIFICATE REQUEST-----\n';
  const asked = (text: string, signerName = 'kubernetes.io/kubelet-serving'): Write => ({
    name: 'r',
    object: { metadata: { name: 'r' }, spec: { signerName, request: Buffer.from(text).toString('base64') } },
  });
  const forbidden = (why: string) => `certificatesigningrequests.certificates.k8s.io "r" is forbidden: ${why}`;
  await table(certificateSigningRequestKind, [
    [asked(request), ''],
    [
      { ...asked(request), user: { ...user, name: 'system:node:n2' } },
      forbidden('can only create a node CSR with CN=system:node:n2'),
    ],
    [asked(request.replace(/[A-Za-z0-9+/=]{40}\n-----END/, '\n-----END')), forbidden(UNREADABLE)],
    [asked('no request'), forbidden(UNREADABLE)],
    [asked('no request', 'example.com/own'), ''],
  ]);
});

const UNREADABLE = 'unable to parse csr: PEM block type must be CERTIFICATE REQUEST';
