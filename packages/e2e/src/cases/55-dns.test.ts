import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { before, test } from 'node:test';
import { eventually } from '@coxswain/foundation/testing';
import { ComposeCluster } from '../harness/compose-cluster.ts';
import { run } from '../harness/run.ts';
import { readyPods, webManifest, withNamespace } from '../harness/workload.ts';

/** Node by glibc. */
const NODE_IMAGE = `coxswain/addons:${process.env['COXSWAIN_TAG'] ?? 'dev'}`;

let cluster: ComposeCluster;
before(async () => {
  cluster = await ComposeCluster.up(2);
});

/** Two named pods behind a headless Service, one of them never ready; an alias; and three askers with their resolvers. */
const MANIFEST = `
apiVersion: v1
kind: Service
metadata: { name: db }
spec:
  clusterIP: None
  selector: { app: db }
  ports: [{ name: sql, port: 5432 }]
---
${[
  ['db-0', 'true'],
  ['db-1', 'true'],
  ['db-2', 'false'],
]
  .map(
    ([name, ready]) => `apiVersion: v1
kind: Pod
metadata: { name: ${name}, labels: { app: db } }
spec:
  hostname: ${name}
  subdomain: db
  terminationGracePeriodSeconds: 0
  containers:
    - name: db
      image: busybox:1.36
      command: [sleep, infinity]
      readinessProbe: { exec: { command: ["${ready}"] }, periodSeconds: 1 }
`,
  )
  .join('---\n')}---
apiVersion: v1
kind: Service
metadata: { name: outside }
spec: { type: ExternalName, externalName: apiserver }
---
apiVersion: v1
kind: Pod
metadata: { name: busybox, labels: { app: asker } }
spec:
  terminationGracePeriodSeconds: 0
  containers: [{ name: asker, image: "busybox:1.36", command: [sleep, infinity] }]
---
apiVersion: v1
kind: Pod
metadata: { name: debian, labels: { app: asker } }
spec:
  terminationGracePeriodSeconds: 0
  containers: [{ name: asker, image: "${NODE_IMAGE}", imagePullPolicy: Never, command: [sleep, infinity] }]
`;

/** Asks for [type, name] pairs and prints what came, or the error's code. */
const ASK = `
const { Resolver } = require('node:dns').promises;
const resolver = new Resolver({ timeout: 3000, tries: 4 });
Promise.all(JSON.parse(process.argv[1]).map(([type, name]) =>
  (type === 'PTR' ? resolver.reverse(name) : resolver.resolve(name, type)).catch((error) => error.code)
)).then((answers) => console.log(JSON.stringify(answers)));
`;

/** getaddrinfo of the C library. */
const LOOK_UP = `require('node:dns').lookup(process.argv[1], 4, (error, address) => console.log(error?.code ?? address))`;

test('names of Services and pods are those of the specification, for every resolver', async () => {
  const kubectl = cluster.kubectl();
  await readyPods(kubectl, 'kube-system', 'k8s-app=kube-dns', 2, 120_000);
  await withNamespace(kubectl, 'names', async () => {
    await kubectl.apply('names', `${webManifest({ replicas: 2 })}---\n${MANIFEST}`);
    await readyPods(kubectl, 'names', 'app=web', 2);
    await readyPods(kubectl, 'names', 'app=asker', 2);
    const db = await eventually(
      async () => {
        const { items } = await kubectl.json<{
          items: { status: { podIP: string; containerStatuses: { ready: boolean }[] } }[];
        }>(['-n', 'names', 'get', 'pods', 'db-0', 'db-1', 'db-2']);
        assert.deepEqual(
          items.map(({ status }) => status.containerStatuses?.[0]?.ready),
          [true, true, false],
        );
        return items.map(({ status }) => status.podIP);
      },
      { timeout: 60_000, interval: 500 },
    );
    const field = (...args: string[]) => kubectl.run(['-n', 'names', 'get', ...args]);
    const web = await field('service', 'web', '-o', 'jsonpath={.spec.clusterIP}');
    const inAsker = (pod: string, ...command: string[]) => kubectl.try(['-n', 'names', 'exec', pod, '--', ...command]);

    const D = 'svc.cluster.local';
    const dashed = (db[0] as string).replaceAll('.', '-');
    const expected: readonly (readonly [type: string, name: string, answer: unknown])[] = [
      ['A', `web.names.${D}`, [web]],
      ['AAAA', `web.names.${D}`, 'ENODATA'],
      ['SRV', `_http._tcp.web.names.${D}`, [{ name: `web.names.${D}`, port: 80, priority: 0, weight: 100 }]],
      ['PTR', web, [`web.names.${D}`]],
      ['A', `db.names.${D}`, [db[0], db[1]].sort()],
      ['A', `db-0.db.names.${D}`, [db[0]]],
      ['A', `db-2.db.names.${D}`, 'ENOTFOUND'],
      [
        'SRV',
        `_sql._tcp.db.names.${D}`,
        ['db-0', 'db-1'].map((name) => ({ name: `${name}.db.names.${D}`, port: 5432, priority: 0, weight: 50 })),
      ],
      ['PTR', db[0] as string, [`db-0.db.names.${D}`]],
      ['CNAME', `outside.names.${D}`, ['apiserver']],
      ['A', `${dashed}.names.pod.cluster.local`, [db[0]]],
      ['A', `nothing.names.${D}`, 'ENOTFOUND'],
      ['A', `web.nowhere.${D}`, 'ENOTFOUND'],
      ['A', `names.${D}`, 'ENODATA'],
      ['TXT', 'dns-version.cluster.local', [['1.1.0']]],
    ];
    const sorted = (answer: unknown) =>
      Array.isArray(answer) ? answer.map((each) => JSON.stringify(each, sortedKeys)).sort() : answer;
    await eventually(
      async () => {
        const { stdout, stderr } = await inAsker(
          'debian',
          'node',
          '-e',
          ASK,
          JSON.stringify(expected.map(([type, name]) => [type, name])),
        );
        assert.ok(stdout, stderr);
        const answers = JSON.parse(stdout) as unknown[];
        expected.forEach(([type, name, answer], index) => {
          assert.deepEqual(sorted(withoutType(answers[index])), sorted(answer), `${type} ${name}`);
        });
      },
      { timeout: 60_000, interval: 1000 },
    );

    // By the search path, as programs do: glibc's resolver and busybox'.
    const lookUp = async (name: string) => (await inAsker('debian', 'node', '-e', LOOK_UP, name)).stdout.trim();
    for (const [name, address] of [
      ['web', web],
      ['web.names', web],
      ['db-1.db', db[1]],
      [`web.names.${D}.`, web],
    ] as const)
      assert.equal(await lookUp(name), address, `glibc: ${name}`);
    assert.match((await inAsker('busybox', 'nslookup', `web.names.${D}`)).stdout, new RegExp(`Address: ${web}\\b`));
    assert.match((await inAsker('busybox', 'wget', '-qO-', '-T', '5', 'http://web/')).stdout, /^web-/);

    // Record by record and by name, by the C libraries' own resolvers.
    const to = (name: string, data: string) => `${name}/30/${data}`;
    const sql = (host: string) => to(`_sql._tcp.db.names.${D}`, `0/50/5432/${host}.db.names.${D}`);
    const questions: Readonly<Record<string, readonly string[]>> = {
      'addr=web': [web],
      'addr=web.names': [web],
      [`addr=web.names.${D}.`]: [web],
      'addr=db': [db[0] as string, db[1] as string],
      'addr=db-1.db': [db[1] as string],
      [`addr=${dashed}.names.pod`]: [db[0] as string],
      'addr=nothing': ['NONAME'],
      'addr=web.nowhere': ['NONAME'],
      [`A=web.names.${D}.`]: [to(`web.names.${D}`, web)],
      [`AAAA=web.names.${D}.`]: ['NONE'],
      [`SRV=_http._tcp.web.names.${D}.`]: [to(`_http._tcp.web.names.${D}`, `0/100/80/web.names.${D}`)],
      [`A=db-0.db.names.${D}.`]: [to(`db-0.db.names.${D}`, db[0] as string)],
      [`A=db-2.db.names.${D}.`]: ['NONE'],
      [`SRV=_sql._tcp.db.names.${D}.`]: [sql('db-0'), sql('db-1')],
      [`CNAME=outside.names.${D}.`]: [to(`outside.names.${D}`, 'apiserver')],
      'TXT=dns-version.cluster.local.': [to('dns-version.cluster.local', '1.1.0')],
      [`name=${web}`]: [`web.names.${D}`],
      [`name=${db[0]}`]: [`db-0.db.names.${D}`],
    };
    for (const [library, pod] of [
      ['glibc', 'debian'],
      ['musl', 'busybox'],
    ] as const) {
      await withResolver(library, async (program) => {
        await kubectl.run(['cp', program, `names/${pod}:/tmp/resolve`]);
      });
      const { stdout, stderr } = await inAsker(pod, '/tmp/resolve', ...Object.keys(questions));
      const answers = stdout.split('\n').filter((line) => line !== '');
      assert.equal(answers.length, Object.keys(questions).length, `${library}: ${stderr}`);
      for (const line of answers) {
        const [question = '', ...found] = line.split(' ');
        assert.deepEqual(
          [...new Set(found)].sort(),
          [...(questions[question] ?? [])].sort(),
          `${library}: ${question}`,
        );
      }
    }

    // Names that are not the cluster's are asked where the node asks.
    const address = await lookUp('apiserver.');
    assert.match(address, /^\d+\.\d+\.\d+\.\d+$/);
    assert.equal(await lookUp('outside'), address);
  });
});

test('names go on being answered while the servers are replaced one by one', async () => {
  const kubectl = cluster.kubectl();
  await readyPods(kubectl, 'kube-system', 'k8s-app=kube-dns', 2, 120_000);
  await withNamespace(kubectl, 'names-on', async () => {
    await kubectl.apply('names-on', MANIFEST);
    await readyPods(kubectl, 'names-on', 'app=asker', 2);
    const asking = kubectl.run(
      ['-n', 'names-on', 'exec', 'debian', '--', 'node', '-e', STEADY, 'kubernetes.default.svc.cluster.local'],
      { timeoutMs: 240_000 },
    );
    await kubectl.run(['-n', 'kube-system', 'rollout', 'restart', 'deployment/coxswain-dns']);
    await kubectl.run(['-n', 'kube-system', 'rollout', 'status', 'deployment/coxswain-dns', '--timeout=180s'], {
      timeoutMs: 200_000,
    });
    await kubectl.run(['-n', 'names-on', 'exec', 'debian', '--', 'touch', '/tmp/enough']);
    const { asked, failed } = JSON.parse(await asking) as { asked: number; failed: string[] };
    assert.deepEqual(failed, []);
    assert.ok(asked > 50, `${asked} asked`);
  });
});

/** Asks 20 times a second, as resolvers do with another try each after 3 s, until /tmp/enough is there. */
const STEADY = `
const { existsSync } = require('node:fs');
const { Resolver } = require('node:dns').promises;
const failed = [];
let asked = 0;
const timer = setInterval(async () => {
  if (existsSync('/tmp/enough')) {
    clearInterval(timer);
    await Promise.all(underWay);
    console.log(JSON.stringify({ asked, failed }));
    return;
  }
  asked += 1;
  const each = new Resolver({ timeout: 3000, tries: 3 }).resolve4(process.argv[1]).catch((error) => failed.push(error.code));
  underWay.add(each);
  each.finally(() => underWay.delete(each));
}, 50);
const underWay = new Set();
`;

/** Compiles the program that asks by the resolver of a C library. */
async function withResolver(library: 'glibc' | 'musl', use: (program: string) => Promise<void>): Promise<void> {
  const dir = await mkdtemp(join(tmpdir(), 'resolver-'));
  const program = join(dir, 'resolve');
  const source = resolve(import.meta.dirname, '../../../dns/src/testing/resolve-names.c');
  try {
    const { code, stderr } = await (library === 'glibc'
      ? run('gcc', ['-O1', '-o', program, source, '-l:libresolv.a'])
      : run('musl-gcc', ['-O1', '-static', '-o', program, source]));
    assert.equal(code, 0, stderr);
    await use(program);
  } finally {
    await rm(dir, { recursive: true });
  }
}

/** Node names the type of each SRV record; older ones don't. */
function withoutType(answer: unknown): unknown {
  if (!Array.isArray(answer)) return answer;
  return answer.map((each) => {
    if (typeof each !== 'object' || Array.isArray(each)) return each;
    const { type: _type, ...rest } = each as Record<string, unknown>;
    return rest;
  });
}

function sortedKeys(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
