import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { runCommand } from '@coxswain/foundation';
import { datagramFromPortZero, NetworkLab } from '@coxswain/foundation/testing';
import * as dnsPacket from 'dns-packet';

// A namespace with a pod's resolv.conf, where one small program asks by the resolvers of glibc and of musl.
const SERVER = '10.96.0.10';
const RESOLV_CONF = `search default.svc.cluster.local svc.cluster.local cluster.local
nameserver ${SERVER}
options ndots:5
`;
const LIBRARIES = {
  glibc: ['gcc', '-o', 'glibc'],
  musl: ['musl-gcc', '-static', '-o', 'musl'],
} as const;

const lab = new NetworkLab();
let dir = '';
let config = '';
let server: { kill(): Promise<void> } | undefined;

before(async () => {
  dir = await mkdtemp(join(tmpdir(), 'resolvers-'));
  const source = join(import.meta.dirname, 'testing', 'resolve-names.c');
  for (const [compiler, ...args] of Object.values(LIBRARIES)) {
    const flags = args.map((arg) => (arg in LIBRARIES ? join(dir, arg) : arg));
    await runCommand(compiler, [...flags, '-O1', source, ...(compiler === 'gcc' ? ['-lresolv'] : [])]);
  }
  config = join('/etc/netns', lab.ns('pod'));
  await mkdir(config, { recursive: true });
  await writeFile(join(config, 'resolv.conf'), RESOLV_CONF);
  await writeFile(join(config, 'nsswitch.conf'), 'hosts: files dns\n');
  await lab.namespace('pod');
  await lab.run('pod', ['ip', 'addr', 'add', `${SERVER}/32`, 'dev', 'lo']);
  server = await lab.program('pod', join(import.meta.dirname, 'testing', 'dns-process.ts'), [SERVER]);
});

after(async () => {
  await server?.kill();
  await lab.close();
  for (const path of [dir, config]) if (path !== '') await rm(path, { recursive: true, force: true });
});

const D = 'svc.cluster.local';
const web = '10.96.1.1';
const db = ['10.244.0.5', '10.244.1.5'];
const sql = (host: string) => `_sql._tcp.db.default.${D}/5/0/50/5432/${host}.db.default.${D}`;

/** By the name as programs ask for it, the answers; `/5/` is the time to live. */
const ADDRESSES: Readonly<Record<string, readonly string[]>> = {
  web: [web],
  'web.default': [web],
  'web.default.svc': [web],
  [`web.default.${D}`]: [web],
  [`web.default.${D}.`]: [web],
  'WEB.Default': [web],
  'dns.kube-system': [SERVER],
  dual: ['10.96.1.2', 'fd00:96::2'],
  db,
  'db-1.db': ['10.244.1.5'],
  both: ['10.244.0.8', 'fd00:244::8'],
  'b-0.both.default': ['10.244.0.8', 'fd00:244::8'],
  alias: [web],
  '10-244-0-9.default.pod': ['10.244.0.9'],
  [`10-244-0-9.default.pod.cluster.local.`]: ['10.244.0.9'],
  outside: ['192.0.2.80'],
  'www.example.com': ['192.0.2.80'],
  nothing: ['NONAME'],
  'web.nowhere': ['NONAME'],
  'db-2.db': ['NONAME'],
  [`web.nowhere.${D}.`]: ['NONAME'],
};

/** The tables of the specification, record by record: 2.2, 2.3.1 to 2.3.3, 2.4.1 to 2.4.3, 2.5. */
const RECORDS: Readonly<Record<string, readonly string[]>> = {
  'TXT=dns-version.cluster.local.': ['dns-version.cluster.local/5/1.1.0'],
  [`A=web.default.${D}.`]: [`web.default.${D}/5/${web}`],
  [`AAAA=web.default.${D}.`]: ['NONE'],
  [`A=dual.default.${D}.`]: [`dual.default.${D}/5/10.96.1.2`],
  [`AAAA=dual.default.${D}.`]: [`dual.default.${D}/5/fd00:96::2`],
  [`SRV=_http._tcp.web.default.${D}.`]: [`_http._tcp.web.default.${D}/5/0/100/80/web.default.${D}`],
  [`SRV=_dns._udp.web.default.${D}.`]: [`_dns._udp.web.default.${D}/5/0/100/53/web.default.${D}`],
  'PTR=1.1.96.10.in-addr.arpa.': [`1.1.96.10.in-addr.arpa/5/web.default.${D}`],
  [`A=db.default.${D}.`]: db.map((ip) => `db.default.${D}/5/${ip}`),
  [`A=db-0.db.default.${D}.`]: [`db-0.db.default.${D}/5/10.244.0.5`],
  [`A=db-2.db.default.${D}.`]: ['NONE'],
  [`AAAA=both.default.${D}.`]: [`both.default.${D}/5/fd00:244::8`],
  [`AAAA=b-0.both.default.${D}.`]: [`b-0.both.default.${D}/5/fd00:244::8`],
  [`SRV=_sql._tcp.db.default.${D}.`]: [sql('db-0'), sql('db-1')],
  'PTR=5.0.244.10.in-addr.arpa.': [`5.0.244.10.in-addr.arpa/5/db-0.db.default.${D}`],
  'PTR=7.0.244.10.in-addr.arpa.': [`7.0.244.10.in-addr.arpa/5/10-244-0-7.plain.default.${D}`],
  [`CNAME=outside.default.${D}.`]: [`outside.default.${D}/5/www.example.com`],
  [`A=alias.default.${D}.`]: [`alias.default.${D}/5/web.default.${D}`, `web.default.${D}/5/${web}`],
  [`A=10-244-0-9.default.pod.cluster.local.`]: ['10-244-0-9.default.pod.cluster.local/5/10.244.0.9'],
  [`A=nothing.default.${D}.`]: ['NONE'],
  [`SRV=_none._tcp.web.default.${D}.`]: ['NONE'],
};

const NAMES = { [web]: `web.default.${D}`, 'fd00:96::2': `dual.default.${D}`, '10.244.1.5': `db-1.db.default.${D}` };

for (const library of ['glibc', 'musl'] as const)
  suite(`the resolver of ${library}`, () => {
    /** Answers by question, in an order of their own: servers and libraries turn them. */
    const ask = async (questions: readonly string[]) => {
      const lines = (await lab.run('pod', [join(dir, library), ...questions])).trim().split('\n');
      return Object.fromEntries(
        lines.map((line) => {
          const [question = '', ...answers] = line.split(' ');
          return [question, [...new Set(answers)].sort()];
        }),
      );
    };
    const expect = async (table: Readonly<Record<string, readonly string[]>>) => {
      const sorted = Object.fromEntries(Object.entries(table).map(([name, answers]) => [name, [...answers].sort()]));
      assert.deepEqual(await ask(Object.keys(table)), sorted);
    };

    test('finds names by the search path, both families', async () => {
      await expect(Object.fromEntries(Object.entries(ADDRESSES).map(([name, all]) => [`addr=${name}`, all])));
    });

    test('gets the records of the specification', () => expect(RECORDS));

    test('finds the names of addresses', async () => {
      await expect(Object.fromEntries(Object.entries(NAMES).map(([ip, name]) => [`name=${ip}`, [name]])));
      await expect({ 'name=10.96.77.77': ['NONAME'] });
    });

    test('gets along with more addresses than fit into a datagram', async () => {
      const { 'addr=many': found = [] } = await ask(['addr=many']);
      // musl 1.2.3 never asks again by TCP: it takes what is there.
      assert.ok(library === 'glibc' ? found.length === 60 : found.length > 10, `${found.length}`);
      for (const address of found) assert.match(address, /^10\.244\.9\.\d+$/);
    });
  });

test('a query that nobody can be answered is dropped, the next one is not', async () => {
  const query = dnsPacket.encode({ type: 'query', id: 7, questions: [{ type: 'A', name: `web.default.${D}` }] });
  await lab.run('pod', datagramFromPortZero(SERVER, 53, query));
  const answer = await lab.run('pod', [join(dir, 'glibc'), 'addr=web']);
  assert.equal(answer.trim(), `addr=web ${web}`);
});
