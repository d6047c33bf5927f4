import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, beforeEach, test } from 'node:test';
import { runCli } from './run-cli.ts';

// A tiny server: answers by `METHOD path`, remembers what it was asked.
type Answer = { readonly code?: number; readonly body: unknown };
const answers = new Map<string, Answer | Answer[]>();
const asked: {
  readonly request: string;
  readonly query: URLSearchParams;
  readonly accept: string;
  readonly body: string;
}[] = [];
const server = createServer(async (request, response) => {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://server');
  const id = `${request.method} ${pathname}`;
  asked.push({ request: id, query: searchParams, accept: request.headers.accept ?? '', body: await read(request) });
  const planned = answers.get(id);
  const answer = Array.isArray(planned) ? (planned.length > 1 ? planned.shift() : planned[0]) : planned;
  const { code = 200, body } = answer ?? notFound(pathname);
  const text = typeof body === 'string';
  response.writeHead(code, { 'content-type': text ? 'text/plain' : 'application/json' });
  response.end(text ? body : JSON.stringify(body));
});

async function read(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request) text += chunk;
  return text;
}

function notFound(path: string): Answer {
  const [resource, name] = path.split('/').slice(-2);
  const message = `${resource} "${name}" not found`;
  return {
    code: 404,
    body: { kind: 'Status', apiVersion: 'v1', status: 'Failure', reason: 'NotFound', message, code: 404 },
  };
}

let home: string;
before(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  home = await mkdtemp(join(tmpdir(), 'cox-'));
  const { port } = server.address() as AddressInfo;
  const config = {
    'current-context': 'c',
    clusters: [{ name: 's', cluster: { server: `http://127.0.0.1:${port}` } }],
    contexts: [{ name: 'c', context: { cluster: 's', namespace: 'here' } }],
  };
  await writeFile(join(home, 'config'), JSON.stringify(config));
});
after(async () => {
  server.close();
  server.closeAllConnections();
  await rm(home, { recursive: true, force: true });
});
beforeEach(() => {
  answers.clear();
  asked.length = 0;
});

async function cox(line: string, stdin = ''): Promise<{ code: number; out: string; err: string }> {
  let out = '';
  let err = '';
  const code = await runCli([...line.split(' '), `--kubeconfig=${join(home, 'config')}`], {
    out: (text) => {
      out += typeof text === 'string' ? text : Buffer.from(text).toString();
    },
    err: (text) => {
      err += text;
    },
    stdin: async () => stdin,
    env: { KUBECACHEDIR: join(home, 'cache') },
  });
  return { code, out, err };
}

const column = (name: string, format = '') => ({ name, type: 'string', format, description: '', priority: 0 });
const podTable = (names: string[], metadata = {}) => ({
  body: {
    kind: 'Table',
    apiVersion: 'meta.k8s.io/v1',
    metadata,
    columnDefinitions: [column('Name', 'name'), column('Status')],
    rows: names.map((name) => ({ cells: [name, 'Running'], object: { metadata: { name, namespace: 'here' } } })),
  },
});
const PODS = 'GET /api/v1/namespaces/here/pods';

test('get asks for a table and prints it, page by page', async () => {
  answers.set(PODS, [podTable(['a'], { continue: 'next' }), podTable(['bb'])]);
  const { code, out, err } = await cox('get po -l app=web --field-selector=status.phase=Running');
  assert.deepEqual([code, out, err], [0, 'NAME   STATUS\na      Running\nbb     Running\n', '']);
  assert.match(asked[0]!.accept, /as=Table;v=v1;g=meta\.k8s\.io/);
  assert.equal(asked[0]!.query.get('labelSelector'), 'app=web');
  assert.deepEqual([asked[0]!.query.get('limit'), asked[1]!.query.get('continue')], ['500', 'next']);
});

test('get by name: what is missing is said at the end', async () => {
  answers.set(`${PODS}/a`, podTable(['a']));
  const { code, out, err } = await cox('get pod a x');
  assert.deepEqual([code, out], [1, 'NAME   STATUS\na      Running\n']);
  assert.equal(err, 'Error from server (NotFound): pods "x" not found\n');
  assert.equal((await cox('get pod x --ignore-not-found')).code, 0);
});

test('get without objects, in all namespaces, as yaml and names', async () => {
  answers.set(PODS, podTable([]));
  assert.equal((await cox('get pods')).err, 'No resources found in here namespace.\n');
  answers.set('GET /api/v1/pods', podTable(['a']));
  assert.equal((await cox('get pods -A')).out, 'NAMESPACE   NAME   STATUS\nhere        a      Running\n');
  answers.set(PODS, {
    body: { kind: 'PodList', metadata: {}, items: [{ metadata: { name: 'a', managedFields: [{}] } }] },
  });
  assert.equal((await cox('get pods -oname')).out, 'pod/a\n');
  const { out } = await cox('get pods -o yaml');
  assert.equal(
    out,
    'apiVersion: v1\nitems:\n- apiVersion: v1\n  kind: Pod\n  metadata:\n    name: a\nkind: List\nmetadata:\n  resourceVersion: ""\n',
  );
});

test('get -w prints the list and then changes', async () => {
  const row = podTable(['a']).body;
  const event = JSON.stringify({ type: 'MODIFIED', object: { ...row, columnDefinitions: [] } });
  answers.set(PODS, [
    podTable(['a'], { resourceVersion: '7' }),
    { body: `${event}\n{"type":"BOOKMARK","object":{}}\n` },
  ]);
  const { out } = await cox('get pods -w');
  assert.equal(out, 'NAME   STATUS\na      Running\na      Running\n');
  assert.deepEqual([asked[1]!.query.get('watch'), asked[1]!.query.get('resourceVersion')], ['true', '7']);
});

const MANIFEST = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: conf}\ndata: {a: "1"}\n---\n# nothing\n';
const CONF = '/api/v1/namespaces/here/configmaps';

test('apply creates, leaves alone and changes', async () => {
  answers.set(`POST ${CONF}`, { code: 201, body: { kind: 'ConfigMap', metadata: { name: 'conf' } } });
  assert.deepEqual(await cox('apply -f -', MANIFEST), { code: 0, out: 'configmap/conf created\n', err: '' });
  const created = asked.at(-1)!;
  assert.equal(created.query.get('fieldManager'), 'kubectl-client-side-apply');
  assert.equal(created.query.get('fieldValidation'), 'Strict');

  const live = JSON.parse(created.body);
  live.metadata.resourceVersion = '1';
  answers.set(`GET ${CONF}/conf`, { body: live });
  assert.equal((await cox('apply -f -', MANIFEST)).out, 'configmap/conf unchanged\n');
  assert.equal(asked.filter(({ request }) => request.startsWith('PATCH')).length, 0);

  answers.set(`PATCH ${CONF}/conf`, { body: { ...live, metadata: { name: 'conf', resourceVersion: '2' } } });
  const changed = await cox('apply -f -', MANIFEST.replace('"1"', '"2"'));
  assert.equal(changed.out, 'configmap/conf configured\n');
  assert.deepEqual(JSON.parse(asked.at(-1)!.body).data, { a: '2' });
});

test('apply says what is wrong with which file', async () => {
  const message = 'unknown field "spec.x"';
  answers.set(`POST ${CONF}`, {
    code: 400,
    body: { kind: 'Status', apiVersion: 'v1', status: 'Failure', reason: 'BadRequest', message },
  });
  const refused = await cox('apply -f -', MANIFEST);
  assert.deepEqual(
    [refused.code, refused.err],
    [1, `Error from server (BadRequest): error when creating "STDIN": ${message}\n`],
  );
  assert.match(
    (await cox('apply -f -', 'a: [')).err,
    /^error: error parsing STDIN: error converting YAML to JSON: yaml: /,
  );
  assert.match((await cox('apply -f /nowhere.yaml')).err, /^error: the path "\/nowhere\.yaml" does not exist\n$/);
  assert.equal((await cox('apply')).err, 'error: must specify -f\n');
});

test('delete waits until the object is gone', async () => {
  answers.set('DELETE /api/v1/namespaces/here/pods/a', { body: { metadata: { uid: 'u' } } });
  answers.set(`${PODS}/a`, [{ body: { metadata: { uid: 'u' } } }, { body: { metadata: { uid: 'u2' } } }]);
  const { code, out } = await cox('delete pod/a --grace-period=3');
  assert.deepEqual([code, out], [0, 'pod "a" deleted from here namespace\n']);
  assert.deepEqual(JSON.parse(asked[0]!.body), { propagationPolicy: 'Background', gracePeriodSeconds: 3 });
  assert.equal(asked.filter(({ request }) => request.startsWith('GET')).length, 2);
  assert.equal((await cox('delete pods')).err, 'error: resource(s) were provided, but no name was specified\n');
});

test('logs choose a container and pass the options on', async () => {
  answers.set(`${PODS}/a`, { body: { metadata: { name: 'a' }, spec: { containers: [{ name: 'x' }, { name: 'y' }] } } });
  answers.set(`${PODS}/a/log`, { body: 'one\ntwo\n' });
  const { out, err } = await cox('logs a --tail=2 --since=1m --timestamps -p');
  assert.deepEqual([out, err], ['one\ntwo\n', 'Defaulted container "x" out of: x, y\n']);
  assert.equal(asked.at(-1)!.query.toString(), 'container=x&previous=true&timestamps=true&sinceSeconds=60&tailLines=2');
  assert.match((await cox('logs a -c z')).err, /container z is not valid for pod a/);
  assert.equal((await cox('logs a --all-containers --prefix')).out.split('\n')[2], '[pod/a/y] one');
});

test('kinds that are not built in are discovered once and kept', async () => {
  const version = {
    version: 'v1',
    resources: [
      { resource: 'boats', responseKind: { kind: 'Boat' }, scope: 'Cluster', shortNames: ['bo'], verbs: ['list'] },
    ],
  };
  const items = [{ metadata: { name: 'example.org' }, versions: [version] }];
  answers.set('GET /apis', { body: { kind: 'APIGroupDiscoveryList', items } });
  answers.set('GET /api', { body: { kind: 'APIGroupDiscoveryList', items: [] } });
  answers.set('GET /apis/example.org/v1/boats', podTable(['titanic']));
  for (let i = 0; i < 2; i++) assert.match((await cox('get bo')).out, /titanic/);
  assert.equal(asked.filter(({ request }) => request === 'GET /apis').length, 1);
  const [file] = await readdir(join(home, 'cache', 'cox'));
  assert.equal((await stat(join(home, 'cache', 'cox', file as string))).mode & 0o777, 0o600);
  assert.equal((await cox('get nope')).err, 'error: the server doesn\'t have a resource type "nope"\n');
});

test('describe shows an object with its events', async () => {
  answers.set('GET /api/v1/namespaces/here/secrets/s', {
    body: { metadata: { name: 's' }, data: { key: 'aGVsbG8=' }, type: 'Opaque' },
  });
  const secret = await cox('describe secret s');
  assert.match(secret.out, /key: {2}5 bytes/);
  assert.doesNotMatch(secret.out, /aGVsbG8|hello/);
  const spec = { containers: [{ name: 'web', image: 'nginx' }], nodeName: 'n1' };
  answers.set(`${PODS}/a`, {
    body: { kind: 'Pod', metadata: { name: 'a', namespace: 'here' }, spec, status: { phase: 'Running' } },
  });
  const event = {
    type: 'Normal',
    reason: 'Pulled',
    message: 'done',
    source: { component: 'kubelet' },
    firstTimestamp: new Date().toISOString(),
  };
  answers.set('GET /api/v1/namespaces/here/events', { body: { items: [event] } });
  const { out } = await cox('describe pod a');
  assert.match(out, /^Name: {13}a\n/m);
  assert.match(out, /^ {2}web:\n {4}Image: {8}nginx\n/m);
  assert.match(out, /^ {2}Normal {2}Pulled {2}\ds {4}kubelet {2}done\n$/m);
});

test('usage: unknown commands and flags, help', async () => {
  assert.match((await cox('frobnicate')).err, /^error: unknown command "frobnicate" for "cox"\n/);
  assert.equal((await cox('get --bogus')).err, "error: unknown flag: --bogus\nSee 'cox get --help' for usage.\n");
  assert.match((await cox('get --help')).out, /Usage:\n {2}cox get .*--all-namespaces/s);
  assert.equal((await cox('version --client')).out, 'Client Version: v0.1.0\n');
});
