import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Endpoints, Pod, Service } from '@coxswain/api';
import { isProxyable, parseProxyName, podPort, servicePort } from './proxy-target.ts';

for (const [text, wanted] of [
  ['web', { scheme: 'http', name: 'web', port: '' }],
  ['web:http', { scheme: 'http', name: 'web', port: 'http' }],
  ['https:web:', { scheme: 'https', name: 'web', port: '' }],
  ['https:web:443', { scheme: 'https', name: 'web', port: '443' }],
  ['ftp:web:21', undefined],
  [':web', undefined],
  ['a:b:c:d', undefined],
] as const)
  test(`the name ${text}`, () => assert.deepEqual(parseProxyName(text), wanted));

for (const [ip, allowed] of [
  ['10.244.0.7', true],
  ['fd00::7', true],
  ['127.0.0.1', false],
  ['169.254.169.254', false],
  ['224.0.0.1', false],
  ['0.0.0.0', false],
  ['::1', false],
  ['fe80::1', false],
  ['::ffff:127.0.0.1', false],
  ['', false],
  ['example.com', false],
] as const)
  test(`"${ip}" ${allowed ? 'may' : 'may not'} be proxied to`, () => assert.equal(isProxyable(ip), allowed));

const pod = (ip: string, ports: number[] = []) =>
  ({
    metadata: { name: 'p', namespace: 'n' },
    spec: { containers: [{ name: 'c', ports: ports.map((containerPort) => ({ containerPort })) }] },
    status: { podIP: ip, podIPs: [{ ip }] },
  }) as unknown as Pod;

test('the port of a pod: asked for, the first named, 80', () => {
  assert.equal(podPort(pod('10.0.0.1', [8080, 81]), '').port, 8080);
  assert.equal(podPort(pod('10.0.0.1'), '').port, 80);
  assert.equal(podPort(pod('10.0.0.1', [8080]), '9').port, 9);
  assert.throws(() => podPort(pod('10.0.0.1'), '99999'), /invalid port/);
  assert.throws(() => podPort(pod('127.0.0.1'), '80'), /address not allowed/);
});

test("a service leads to its port's ready pods of the namespace, and nowhere else", () => {
  const service = {
    metadata: { name: 's', namespace: 'n' },
    spec: { ports: [{ name: 'http', port: 80 }] },
  } as unknown as Service;
  const endpoints = (ip: string, targetRef?: object) =>
    ({
      subsets: [{ addresses: [{ ip, ...(targetRef ? { targetRef } : {}) }], ports: [{ name: 'http', port: 8080 }] }],
    }) as unknown as Endpoints;
  const ours = { kind: 'Pod', namespace: 'n', name: 'p' };
  const lead = (found: Endpoints | undefined, port: string, ip = '10.0.0.1') =>
    servicePort(
      service,
      found,
      port,
      () => pod(ip),
      () => 0,
    ).port;
  assert.equal(lead(endpoints('10.0.0.1', ours), 'http'), 8080);
  assert.equal(lead(endpoints('10.0.0.1', ours), '80'), 8080);
  assert.throws(() => lead(endpoints('10.0.0.1', ours), '81'), /no service port 81 found for service "s"/);
  for (const nowhere of [
    undefined,
    endpoints('10.0.0.1'),
    endpoints('10.0.0.2', ours),
    endpoints('10.0.0.1', { ...ours, namespace: 'm' }),
  ])
    assert.throws(() => lead(nowhere, 'http'), /no endpoints available for service "s"/);
  assert.throws(() => lead(endpoints('127.0.0.1', ours), 'http', '127.0.0.1'), /no endpoints available/);
});
