import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { TestApiserver } from '../testing/test-apiserver.ts';

const api = new TestApiserver({
  authorizationModes: ['Node', 'RBAC'],
  users: ['one,system:node:n1,1,"system:nodes"', 'two,system:node:n2,2,"system:nodes"'],
});
const IN = '/api/v1/namespaces/default';
const PVS = '/api/v1/persistentvolumes';
const ATTACHMENTS = '/apis/storage.k8s.io/v1/volumeattachments';

before(async () => {
  await api.ready();
  const data = { key: 'dmFsdWU=' };
  for (const name of ['mounted', 'pulled', 'variable', 'of-the-volume', 'other'])
    await put(`${IN}/secrets`, { metadata: { name }, data });
  for (const name of ['settings', 'root-ca', 'other'])
    await put(`${IN}/configmaps`, { metadata: { name }, data: { key: 'value' } });
  const spec = { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } }, storageClassName: '' };
  for (const name of ['data', 'other'])
    await put(`${IN}/persistentvolumeclaims`, { metadata: { name }, spec: { ...spec, volumeName: `pv-${name}` } });
  const csi = { driver: 'd', volumeHandle: 'h', nodePublishSecretRef: { namespace: 'default', name: 'of-the-volume' } };
  for (const name of ['data', 'other'])
    await put(PVS, {
      metadata: { name: `pv-${name}` },
      spec: {
        capacity: { storage: '1Gi' },
        accessModes: ['ReadWriteOnce'],
        ...(name === 'data' ? { csi } : { hostPath: { path: '/x' } }),
      },
    });
  await put(ATTACHMENTS, {
    metadata: { name: 'a' },
    spec: { attacher: 'd', nodeName: 'n1', source: { persistentVolumeName: 'pv-data' } },
  });
  await put(`${IN}/serviceaccounts`, { metadata: { name: 'default' } });
  await put(`${IN}/pods`, {
    metadata: { name: 'p' },
    spec: {
      nodeName: 'n1',
      automountServiceAccountToken: false,
      imagePullSecrets: [{ name: 'pulled' }],
      initContainers: [
        {
          name: 'i',
          image: 'i',
          env: [{ name: 'V', valueFrom: { secretKeyRef: { name: 'variable', key: 'key' } } }],
        },
      ],
      containers: [{ name: 'c', image: 'i', envFrom: [{ configMapRef: { name: 'settings' } }] }],
      volumes: [
        { name: 's', secret: { secretName: 'mounted' } },
        { name: 'd', persistentVolumeClaim: { claimName: 'data' } },
        { name: 't', projected: { sources: [{ configMap: { name: 'root-ca' } }] } },
      ],
    },
  });
});
after(() => api.close());

async function put(url: string, body: object, token?: string): Promise<void> {
  const { code, text } = await api.request('POST', url, { body, ...(token ? as(token) : {}) });
  assert.equal(code, 201, text);
}

const as = (token: string) => ({ headers: { authorization: `Bearer ${token}` } });
const read = async (token: string, url: string) => (await api.request('GET', url, as(token))).code;

for (const path of [
  `${IN}/secrets/mounted`,
  `${IN}/secrets/pulled`,
  `${IN}/secrets/variable`,
  `${IN}/secrets/of-the-volume`,
  `${IN}/secrets?fieldSelector=metadata.name%3Dmounted`,
  `${IN}/configmaps/settings`,
  `${IN}/configmaps/root-ca`,
  `${IN}/configmaps?fieldSelector=metadata.name%3Dsettings`,
  `${IN}/persistentvolumeclaims/data`,
  `${IN}/serviceaccounts/default`,
  `${PVS}/pv-data`,
  `${ATTACHMENTS}/a`,
])
  test(`a node whose pod needs it reads ${path}, another does not`, async () => {
    assert.deepEqual([await read('one', path), await read('two', path)], [200, 403]);
  });

for (const [path, reason] of [
  [`${IN}/secrets/other`, "no relationship found between node 'n1' and this object"],
  [`${IN}/configmaps/other`, "no relationship found between node 'n1' and this object"],
  [`${IN}/persistentvolumeclaims/other`, "no relationship found between node 'n1' and this object"],
  [`${PVS}/pv-other`, "no relationship found between node 'n1' and this object"],
  ['/api/v1/namespaces/kube-system/secrets/mounted', "no relationship found between node 'n1' and this object"],
  [`${IN}/secrets`, 'No Object name found'],
  [PVS, 'can only get individual resources of this type'],
] as const)
  test(`no node reads ${path}`, async () => {
    const { code, json } = await api.request('GET', path, as('one'));
    assert.equal(code, 403);
    assert.ok(json.message.endsWith(`: ${reason}`), json.message);
  });

test('a mirror pod gives its node nothing, and a pod that is gone no more', async () => {
  const { json: node } = await api.request('POST', '/api/v1/nodes', {
    body: { metadata: { name: 'n2' } },
    ...as('two'),
  });
  await put(
    `${IN}/pods`,
    {
      metadata: {
        name: 'mirror-n2',
        annotations: { 'kubernetes.io/config.mirror': 'x' },
        ownerReferences: [{ apiVersion: 'v1', kind: 'Node', name: 'n2', uid: node.metadata.uid, controller: true }],
      },
      spec: { nodeName: 'n2', containers: [{ name: 'c', image: 'i' }] },
    },
    'two',
  );
  assert.equal(await read('two', `${IN}/serviceaccounts/default`), 403);
  assert.equal(await read('one', `${IN}/secrets/mounted`), 200);
  await api.request('DELETE', `${IN}/pods/p?gracePeriodSeconds=0`);
  assert.equal(await read('one', `${IN}/secrets/mounted`), 403);
});
