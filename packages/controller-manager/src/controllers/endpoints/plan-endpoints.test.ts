import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { EndpointSubset } from '@coxswain/api';
import { aPod, aService } from '../../testing/index.ts';
import { planEndpoints } from './plan-endpoints.ts';

const text = (subsets: EndpointSubset[] | undefined) =>
  (subsets ?? []).map(({ addresses = [], notReadyAddresses = [], ports = [] }) => {
    const list = (all: { ip: string }[]) => all.map(({ ip }) => ip).join(',');
    return `${list(addresses)} | ${list(notReadyAddresses)} | ${ports.map(({ name, port }) => `${name ?? ''}:${port}`).join(',')}`;
  });

test('addresses with the same ports share a subset; leaving and finished pods have none', () => {
  const service = aService({
    ports: [
      { name: 'http', port: 80, targetPort: 8080 },
      { name: 'metrics', port: 9, targetPort: 9090 },
    ],
  });
  const { subsets, metadata } = planEndpoints(service, [
    aPod({ name: 'b', ip: '10.0.0.2' }),
    aPod({ name: 'a', ip: '10.0.0.1' }),
    aPod({ name: 'c', ip: '10.0.0.3', ready: false }),
    aPod({ name: 'd', ip: '10.0.0.4', deleting: true }),
    aPod({ name: 'e', ip: '10.0.0.5', phase: 'Failed' }),
  ]);
  assert.deepEqual(text(subsets), ['10.0.0.1,10.0.0.2 | 10.0.0.3 | http:8080,metrics:9090']);
  assert.deepEqual(subsets?.[0]?.addresses?.[0], {
    ip: '10.0.0.1',
    nodeName: 'node-1',
    targetRef: { kind: 'Pod', namespace: 'default', name: 'a', uid: 'a-uid' },
  });
  assert.deepEqual(metadata.labels, { team: 'blue', 'endpoints.kubernetes.io/managed-by': 'endpoint-controller' });
});

test('named ports with different numbers make different subsets', () => {
  const service = aService({ ports: [{ port: 80, targetPort: 'web' }] });
  const on = (name: string, ip: string, containerPort: number) =>
    aPod({ name, ip, spec: { containers: [{ name: 'c', ports: [{ name: 'web', containerPort }] }] } });
  const { subsets } = planEndpoints(service, [
    on('a', '10.0.0.1', 80),
    on('b', '10.0.0.2', 81),
    on('c', '10.0.0.3', 80),
  ]);
  assert.deepEqual(text(subsets), ['10.0.0.1,10.0.0.3 |  | :80', '10.0.0.2 |  | :81']);
});

test('more than 1000 addresses are cut, ready ones first', () => {
  const pods = Array.from({ length: 1100 }, (_, i) =>
    aPod({ name: `p${i}`, ip: `10.1.${i >> 8}.${i & 255}`, ready: i % 11 !== 0 }),
  );
  const { subsets, metadata } = planEndpoints(aService(), pods);
  assert.equal(subsets?.[0]?.addresses?.length, 1000);
  assert.equal(subsets?.[0]?.notReadyAddresses, undefined);
  assert.equal(metadata.annotations?.['endpoints.kubernetes.io/over-capacity'], 'truncated');
  assert.equal(planEndpoints(aService(), []).subsets, undefined);
});
