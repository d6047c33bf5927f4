import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Pod, podKind, serviceAccountKind } from '@coxswain/api';
import { creation, fakeClusterObjects } from '../testing/fake-cluster-objects.ts';
import { serviceAccount } from './service-account.ts';

const account = (name: string, more: object = {}) => ({ metadata: { name, namespace: 'default' }, ...more });
const PATH = '/var/run/secrets/kubernetes.io/serviceaccount';

async function admitted(spec: object, accounts: object[], mountTokens = true): Promise<Pod> {
  const object = { metadata: { name: 'p' }, spec: { containers: [{ name: 'c', image: 'i' }], ...spec } };
  const objects = fakeClusterObjects([serviceAccountKind, ...accounts]);
  await serviceAccount({ objects, mountTokens }).mutate?.(creation(podKind, object));
  return object as unknown as Pod;
}

test('a pod runs as default and finds its token', async () => {
  const { spec } = await admitted({ initContainers: [{ name: 'i', image: 'i' }] }, [account('default')]);
  assert.equal(spec.serviceAccountName, 'default');
  const [volume] = spec.volumes ?? [];
  assert.match(volume?.name ?? '', /^kube-api-access-[a-z0-9]{5}$/);
  assert.deepEqual(
    volume?.projected?.sources?.map((source) => Object.keys(source)[0]),
    ['serviceAccountToken', 'configMap', 'downwardAPI'],
  );
  for (const { volumeMounts } of [...spec.containers, ...(spec.initContainers ?? [])])
    assert.deepEqual(volumeMounts, [{ name: volume?.name, readOnly: true, mountPath: PATH }]);
});

test('nothing is mounted where the pod or the account wants none, or something is there', async () => {
  const none = async (spec: object, more: object = {}) =>
    assert.equal((await admitted(spec, [account('default', more)])).spec.volumes, undefined);
  await none({ automountServiceAccountToken: false });
  await none({}, { automountServiceAccountToken: false });
  await none({ containers: [{ name: 'c', image: 'i', volumeMounts: [{ name: 'v', mountPath: PATH }] }] });
  const asked = await admitted({ automountServiceAccountToken: true }, [
    account('default', { automountServiceAccountToken: false }),
  ]);
  assert.equal(asked.spec.volumes?.length, 1);
});

test('image pull secrets come from the account', async () => {
  const { spec } = await admitted({}, [account('default', { imagePullSecrets: [{ name: 's' }] })]);
  assert.deepEqual(spec.imagePullSecrets, [{ name: 's' }]);
});

test('an account that is not there', async () => {
  await assert.rejects(admitted({ serviceAccountName: 'none' }, []), {
    message: 'pods "p" is forbidden: error looking up service account default/none: serviceaccount "none" not found',
  });
  assert.equal((await admitted({}, [], false)).spec.volumes, undefined);
});
