import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Endpoints, endpointSliceKind, endpointsKind, serviceKind } from '@coxswain/api';
import { FakeApiClient } from '@coxswain/client/testing';
import { eventually } from '@coxswain/foundation/testing';
import { aService, startControllers } from '../../testing/index.ts';
import { planMirror } from './plan-mirror.ts';

const { selector: _, ...bare } = aService().spec;
const service = { ...aService(), spec: bare };
const endpoints = (subsets: Endpoints['subsets'], metadata: Partial<Endpoints['metadata']> = {}): Endpoints => ({
  metadata: { name: 'web', namespace: 'default', uid: 'e', labels: { team: 'blue' }, ...metadata },
  subsets,
});
const port = { name: 'http', port: 80, protocol: 'TCP' };
const made = (given: Endpoints, of = service) =>
  planMirror({ endpoints: given, service: of, slices: [] }).create.map(({ addressType, endpoints: list = [] }) => [
    addressType,
    ...list.map(({ addresses, conditions }) => `${addresses[0]} ${conditions?.ready}`),
  ]);

test('one slice a family and set of ports', () => {
  const subsets = [
    {
      addresses: [{ ip: '192.0.2.1' }, { ip: '2001:db8::1' }],
      notReadyAddresses: [{ ip: '192.0.2.2' }],
      ports: [port],
    },
    { addresses: [{ ip: '192.0.2.3' }, { ip: '192.0.2.1' }], ports: [port] },
    { addresses: [{ ip: '192.0.2.1' }], ports: [{ ...port, port: 81 }] },
  ];
  assert.deepEqual(made(endpoints(subsets)), [
    ['IPv4', '192.0.2.1 true', '192.0.2.2 false', '192.0.2.3 true'],
    ['IPv6', '2001:db8::1 true'],
    ['IPv4', '192.0.2.1 true'],
  ]);
});

test('what others keep is not mirrored', () => {
  const subsets = [{ addresses: [{ ip: '192.0.2.1' }], ports: [port] }];
  assert.deepEqual(made(endpoints(subsets), aService() as typeof service), []);
  assert.deepEqual(made(endpoints(subsets, { labels: { 'endpointslice.kubernetes.io/skip-mirror': 'true' } })), []);
  const leader = { 'control-plane.alpha.kubernetes.io/leader': '{}' };
  assert.deepEqual(made(endpoints(subsets, { annotations: leader })), []);
});

test('mirrors follow the Endpoints and go with them', async (t) => {
  const client = new FakeApiClient();
  client.add(serviceKind, service);
  client.add(endpointsKind, endpoints([{ addresses: [{ ip: '192.0.2.1' }], ports: [port] }]));
  const controllers = startControllers(client, ['endpointslicemirroring']);
  t.after(() => controllers.stop());
  const seen = () =>
    client.objects(endpointSliceKind).flatMap(({ endpoints: list = [] }) => list.flatMap(({ addresses }) => addresses));
  await eventually(() => assert.deepEqual(seen(), ['192.0.2.1']));
  const labels = client.objects(endpointSliceKind)[0]?.metadata.labels;
  assert.equal(labels?.['kubernetes.io/service-name'], 'web');
  assert.equal(labels?.['team'], 'blue');
  client.change(endpointsKind, 'default/web', (next) => {
    next.subsets = [{ addresses: [{ ip: '192.0.2.9' }], ports: [port] }];
  });
  await eventually(() => assert.deepEqual(seen(), ['192.0.2.9']));
  client.remove(endpointsKind, 'default/web');
  await eventually(() => assert.equal(client.objects(endpointSliceKind).length, 0));
});
