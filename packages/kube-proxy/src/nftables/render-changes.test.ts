import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sampleRule } from '../testing/sample-rule.ts';
import { ElementOwners } from './element-owners.ts';
import { renderChanges } from './render-changes.ts';
import { renderService } from './render-service.ts';

const options = { clusterCIDR: '10.244.0.0/16', family: 'IPv4' } as const;
const rule = (...ips: string[]) =>
  sampleRule(
    ips.map((ip) => `${ip}:8080`),
    { portName: 'http', clusterIP: '10.96.0.9', affinitySeconds: 60 },
  );
const none = renderService([], options);
const one = renderService([rule('10.244.0.5')], options);
const two = renderService([rule('10.244.0.5', '10.244.1.5')], options);

const E1 = 'endpoint-';
test('a new service is declared, filled and put into the map', () => {
  const lines = renderChanges([[none, one]])
    .trim()
    .split('\n');
  assert.equal(lines.filter((line) => line.startsWith('add chain ip kube-proxy service-')).length, 1);
  assert.equal(lines.filter((line) => line.startsWith(`add chain ip kube-proxy ${E1}`)).length, 1);
  assert.match(
    lines.at(-1) ?? '',
    /^add element ip kube-proxy service-ips \{ 10\.96\.0\.9 \. tcp \. 80 : goto service-/,
  );
});

test('a second endpoint changes its chain and the service chain, not the map', () => {
  const text = renderChanges([[one, two]]);
  assert.match(text, /^add chain ip kube-proxy endpoint-[0-9A-F]{8}-default\/web\/tcp\/http__10\.244\.1\.5\/8080$/m);
  assert.match(text, /numgen random mod 2 == 0 goto endpoint-\S+ ?\n/);
  assert.doesNotMatch(text, /element/);
});

test('what went is emptied before it is deleted, and its map entry goes first', () => {
  const lines = renderChanges([[two, none]])
    .trim()
    .split('\n');
  assert.match(lines[0] ?? '', /^delete element ip kube-proxy service-ips/);
  const lastFlush = lines.findLastIndex((line) => line.startsWith('flush chain'));
  const firstDelete = lines.findIndex((line) => line.startsWith('delete chain'));
  assert.ok(lastFlush < firstDelete);
});

test('without affinity and policies of Local a change is one of elements only', () => {
  const plain = (...ips: string[]) =>
    renderService(
      [
        sampleRule(
          ips.map((ip) => `${ip}:80`),
          { clusterIP: '10.96.0.9' },
        ),
      ],
      options,
    );
  const text = renderChanges([[plain('10.244.0.5', '10.244.0.6'), plain('10.244.0.5', '10.244.0.7')]]);
  assert.deepEqual(text.trim().split('\n'), [
    'delete element ip kube-proxy service-endpoints { 10.96.0.9 . tcp . 80 . 1 }',
    'delete element ip kube-proxy hairpin { 10.96.0.9 . tcp . 10.244.0.6 . 10.244.0.6 . 80 }',
    'add element ip kube-proxy service-endpoints { 10.96.0.9 . tcp . 80 . 1 : 10.244.0.7 . 80 }',
    'add element ip kube-proxy hairpin { 10.96.0.9 . tcp . 10.244.0.7 . 10.244.0.7 . 80 }',
  ]);
  assert.match(renderChanges([[none, plain('10.244.0.5')]]), /service-ips \{ \S+ \. tcp \. 80 : goto balance-tcp-1 \}/);
});

test('an address and port is led by one Service only, the first', () => {
  const owners = new ElementOwners();
  const first = owners.claim('a/a', one);
  const second = owners.claim('b/b', one);
  assert.equal(first.elements.get('service-ips')?.size, 1);
  assert.equal(second.elements.get('service-ips')?.size ?? 0, 0);
  assert.deepEqual(owners.release('b/b', one).elements.get('service-ips'), undefined);
  assert.deepEqual(owners.release('a/a', one), one);
  assert.equal(owners.claim('b/b', one).elements.get('service-ips')?.size, 1);
});

test('an address that two Services ask for never leads to endpoints of both', () => {
  const plain = (service: string, clusterIP: string, ...ips: string[]) =>
    renderService(
      [
        sampleRule(
          ips.map((ip) => `${ip}:8080`),
          { service, clusterIP, nodePort: 30_080 },
        ),
      ],
      options,
    );
  const owners = new ElementOwners();
  const asked = new Map<string, ReturnType<typeof plain>>();
  const elements = (service: string, clusterIP: string, ...ips: string[]) => {
    owners.release(service, asked.get(service) ?? none);
    const next = plain(service, clusterIP, ...ips);
    asked.set(service, next);
    return [...owners.claim(service, next).elements].flatMap(([name, entries]) =>
      name === 'hairpin' ? [] : [...entries].map(([key, value]) => `${name} ${key} ${value}`),
    );
  };
  elements('a/first', '10.96.0.9', '10.244.0.5');
  assert.deepEqual(elements('b/second', '10.96.0.9', '10.244.6.6', '10.244.7.7'), []);
  const grown = elements('a/first', '10.96.0.9', '10.244.0.5', '10.244.1.5');
  assert.equal(grown.filter((line) => line.startsWith('service-endpoints')).length, 2);
  assert.deepEqual(elements('b/second', '10.96.0.9'), [], 'nor is the traffic of the first refused');
});

test('nothing changed costs nothing', () => {
  assert.equal(renderChanges([[two, renderService([rule('10.244.0.5', '10.244.1.5')], options)]]), '');
});

test('a service without endpoints is refused', () => {
  assert.match(
    renderChanges([[one, renderService([rule()], options)]]),
    /add element ip kube-proxy no-endpoint-services \{ 10\.96\.0\.9 \. tcp \. 80 : goto reject-chain \}/,
  );
});

test('many endpoints are drawn from a map, few in turn with even chances', () => {
  const text = (count: number) => {
    const ips = Array.from({ length: count }, (_, i) => `10.244.1.${i + 1}`);
    return renderChanges([[none, renderService([rule(...ips)], options)]]);
  };
  assert.match(text(9), /numgen random mod 9 vmap \{ 0 : goto \S+ 1 : goto /);
  assert.deepEqual(text(3).match(/numgen random mod \d == 0/g), [
    'numgen random mod 3 == 0',
    'numgen random mod 2 == 0',
  ]);
});
