import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { sampleCluster, service, viewOf, zone } from '../testing/sample-cluster.ts';
import type { DnsRecord } from './dns-record.ts';
import { resolveName } from './resolve-name.ts';

const view = viewOf(sampleCluster);
const D = 'cluster.local';

function ask(name: string, type: string, over = view) {
  const labels = name === D ? [] : name.slice(0, -D.length - 1).split('.');
  return resolveName(labels, name, type, over, zone);
}

function text(record: DnsRecord): string {
  const { data } = record;
  if (record.type === 'SRV')
    return `${record.name} ${record.ttl} SRV 0 ${record.data.weight} ${record.data.port} ${record.data.target}`;
  return `${record.name} ${record.ttl} ${record.type} ${Array.isArray(data) ? data.join(' ') : typeof data === 'string' ? data : '…'}`;
}

/** What the specification says of each kind of name. */
const ANSWERS: readonly (readonly [
  name: string,
  type: string,
  answers: readonly string[],
  additionals?: readonly string[],
])[] = [
  // 2.2 Schema version
  [`dns-version.${D}`, 'TXT', [`dns-version.${D} 5 TXT 1.1.0`]],
  // 2.3.1 A and AAAA of a Service with cluster IP
  [`web.default.svc.${D}`, 'A', [`web.default.svc.${D} 5 A 10.96.1.1`]],
  [`web.default.svc.${D}`, 'AAAA', []],
  [`dual.default.svc.${D}`, 'A', [`dual.default.svc.${D} 5 A 10.96.1.2`]],
  [`dual.default.svc.${D}`, 'AAAA', [`dual.default.svc.${D} 5 AAAA fd00:96::2`]],
  // 2.3.2 SRV of a Service with cluster IP
  [
    `_http._tcp.web.default.svc.${D}`,
    'SRV',
    [`_http._tcp.web.default.svc.${D} 5 SRV 0 100 80 web.default.svc.${D}`],
    [`web.default.svc.${D} 5 A 10.96.1.1`],
  ],
  [
    `_dns._udp.web.default.svc.${D}`,
    'SRV',
    [`_dns._udp.web.default.svc.${D} 5 SRV 0 100 53 web.default.svc.${D}`],
    [`web.default.svc.${D} 5 A 10.96.1.1`],
  ],
  [`_http._tcp.web.default.svc.${D}`, 'A', []],
  [`_tcp.web.default.svc.${D}`, 'A', []],
  // 2.4.1 A of a headless Service: ready endpoints, and each by its own name
  [`db.default.svc.${D}`, 'A', [`db.default.svc.${D} 5 A 10.244.0.5`, `db.default.svc.${D} 5 A 10.244.1.5`]],
  [`db-1.db.default.svc.${D}`, 'A', [`db-1.db.default.svc.${D} 5 A 10.244.1.5`]],
  [`db-1.db.default.svc.${D}`, 'AAAA', []],
  [`10-244-0-7.plain.default.svc.${D}`, 'A', [`10-244-0-7.plain.default.svc.${D} 5 A 10.244.0.7`]],
  [`empty.default.svc.${D}`, 'A', []],
  // 2.4.2 SRV of a headless Service
  [
    `_sql._tcp.db.default.svc.${D}`,
    'SRV',
    [
      `_sql._tcp.db.default.svc.${D} 5 SRV 0 50 5432 db-0.db.default.svc.${D}`,
      `_sql._tcp.db.default.svc.${D} 5 SRV 0 50 5432 db-1.db.default.svc.${D}`,
    ],
    [`db-0.db.default.svc.${D} 5 A 10.244.0.5`, `db-1.db.default.svc.${D} 5 A 10.244.1.5`],
  ],
  // pod names
  [`10-244-0-9.default.pod.${D}`, 'A', [`10-244-0-9.default.pod.${D} 5 A 10.244.0.9`]],
  [`10-244-0-9.default.pod.${D}`, 'AAAA', []],
  [`fd00--9.default.pod.${D}`, 'AAAA', [`fd00--9.default.pod.${D} 5 AAAA fd00::9`]],
  // names that exist only for those under them
  [`svc.${D}`, 'A', []],
  [`default.svc.${D}`, 'A', []],
  [`default.pod.${D}`, 'A', []],
  [D, 'A', []],
  [D, 'SOA', [`${D} 5 SOA …`]],
  [D, 'NS', [`${D} 5 NS ns.dns.${D}`], [`ns.dns.${D} 5 A 10.96.0.10`]],
  [`ns.dns.${D}`, 'A', [`ns.dns.${D} 5 A 10.96.0.10`]],
];

const MISSING = [
  `nothing.default.svc.${D}`,
  `web.nowhere.svc.${D}`,
  `nowhere.svc.${D}`,
  `nowhere.pod.${D}`,
  `web.default.nothing.${D}`,
  `_http._udp.web.default.svc.${D}`,
  `_nothing._tcp.web.default.svc.${D}`,
  `_udp.db.default.svc.${D}`,
  `db-2.db.default.svc.${D}`,
  `db-9.db.default.svc.${D}`,
  `x.web.default.svc.${D}`,
  `a.b.c.db.default.svc.${D}`,
  `x.outside.default.svc.${D}`,
  `nonsense.default.pod.${D}`,
  `1.10-244-0-9.default.pod.${D}`,
  `10-244-0-999.default.pod.${D}`,
  `x.dns-version.${D}`,
  `x.dns.${D}`,
];

suite('resolveName', () => {
  for (const [name, type, answers, additionals = []] of ANSWERS) {
    test(`${type} of ${name}`, () => {
      const resolution = ask(name, type);
      assert.equal(resolution.kind, 'answer');
      if (resolution.kind !== 'answer') return;
      assert.deepEqual(resolution.answers.map(text), answers);
      assert.deepEqual((resolution.additionals ?? []).map(text), additionals);
    });
  }

  for (const name of MISSING) {
    test(`${name} does not exist`, () => {
      for (const type of ['A', 'AAAA', 'SRV', 'TXT']) assert.deepEqual(ask(name, type), { kind: 'nxdomain' });
    });
  }

  test('an external name is an alias of any type', () => {
    for (const type of ['A', 'AAAA', 'SRV', 'CNAME'])
      assert.deepEqual(ask(`outside.default.svc.${D}`, type), {
        kind: 'external',
        target: 'www.example.com',
        answers: [{ name: `outside.default.svc.${D}`, type: 'CNAME', ttl: 5, data: 'www.example.com' }],
      });
  });

  test('a Service without an address yet has none to give', () => {
    const fresh = viewOf({ ...sampleCluster, services: [service('default', 'fresh', { ports: [] })] });
    assert.deepEqual(ask(`fresh.default.svc.${D}`, 'A', fresh), { kind: 'answer', answers: [] });
  });
});
