import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Secret, secretKind } from '@coxswain/api';
import { FakeApiClient } from '@coxswain/client/testing';
import { eventually } from '@coxswain/foundation/testing';
import { startControllers } from '../../testing/index.ts';

const token = (name: string, expiration?: string, type = 'bootstrap.kubernetes.io/token'): Secret => ({
  metadata: { name, namespace: 'kube-system', uid: name },
  type,
  ...(expiration === undefined ? {} : { data: { expiration: Buffer.from(expiration).toString('base64') } }),
});

test('expired bootstrap tokens go, others stay', async (t) => {
  const client = new FakeApiClient();
  for (const secret of [
    token('expired', '2020-01-01T00:00:00Z'),
    token('valid', '2099-01-01T00:00:00Z'),
    token('eternal'),
    token('unreadable', 'soon'),
    token('other', '2020-01-01T00:00:00Z', 'Opaque'),
  ])
    client.add(secretKind, secret);
  const controllers = startControllers(client, ['tokencleaner']);
  t.after(() => controllers.stop());
  await eventually(() =>
    assert.deepEqual(
      client
        .objects(secretKind)
        .map(({ metadata }) => metadata.name)
        .sort(),
      ['eternal', 'other', 'valid'],
    ),
  );
});
