import assert from 'node:assert/strict';
import { test } from 'node:test';
import { endpointSliceKind, endpointsKind, podKind, serviceKind } from '@coxswain/api';
import { FakeApiClient } from '@coxswain/client/testing';
import { eventually } from '@coxswain/foundation/testing';
import { aPod, aService, startControllers } from '../../testing/index.ts';

test('a terminating pod leaves the ready endpoints at once, a new one comes in; nothing is written twice', async (t) => {
  const client = new FakeApiClient();
  client.add(serviceKind, aService());
  client.add(podKind, aPod({ name: 'a', ip: '10.0.0.1' }), aPod({ name: 'b', ip: '10.0.0.2' }));
  const controllers = startControllers(client, ['endpoint', 'endpointslice']);
  t.after(() => controllers.stop());
  const ready = () =>
    client
      .objects(endpointSliceKind)
      .flatMap(({ endpoints = [] }) => endpoints)
      .filter(({ conditions }) => conditions?.ready)
      .map(({ addresses }) => addresses[0])
      .sort();
  const addresses = () =>
    (client.object(endpointsKind, 'default/web')?.subsets ?? []).flatMap((subset) =>
      (subset.addresses ?? []).map(({ ip }) => ip),
    );
  await eventually(() => {
    assert.deepEqual(ready(), ['10.0.0.1', '10.0.0.2']);
    assert.deepEqual(addresses(), ['10.0.0.1', '10.0.0.2']);
  });

  client.add(podKind, aPod({ name: 'c', ip: '10.0.0.3' }));
  client.change(podKind, 'default/a', ({ metadata }) => {
    metadata.deletionTimestamp = '2026-01-01T00:01:00Z';
    metadata.deletionGracePeriodSeconds = 30;
  });
  await eventually(() => {
    assert.deepEqual(ready(), ['10.0.0.2', '10.0.0.3']);
    assert.deepEqual(addresses(), ['10.0.0.2', '10.0.0.3']);
  });
  assert.equal(client.objects(endpointSliceKind).length, 1);

  const before = client.writes().length;
  client.change(podKind, 'default/b', ({ metadata }) => {
    metadata.annotations = { unrelated: 'true' };
  });
  client.change(serviceKind, 'default/web', ({ metadata }) => {
    metadata.annotations = { unrelated: 'true' };
  });
  client.remove(podKind, 'default/a');
  await eventually(() =>
    assert.deepEqual(
      client
        .objects(endpointSliceKind)[0]
        ?.endpoints?.map(({ targetRef }) => targetRef?.name)
        .sort(),
      ['b', 'c'],
    ),
  );
  assert.equal(client.writes().length, before + 1);

  client.remove(serviceKind, 'default/web');
  await eventually(() => assert.equal(client.object(endpointsKind, 'default/web'), undefined));
});
