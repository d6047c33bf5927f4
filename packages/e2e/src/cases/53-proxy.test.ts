import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { request } from 'node:https';
import type { Duplex } from 'node:stream';
import { text } from 'node:stream/consumers';
import { after, before, describe, test } from 'node:test';
import { eventually } from '@coxswain/foundation/testing';
import { parse } from 'yaml';
import { ComposeCluster } from '../harness/compose-cluster.ts';
import { Lab } from '../harness/lab.ts';
import { busybox, podManifest as pod } from '../harness/manifests.ts';
import { sha256 } from '../harness/pipe-bytes.ts';
import { curl } from '../harness/workload.ts';

const NAMESPACE = 'proxy';
const PODS = `/api/v1/namespaces/${NAMESPACE}/pods`;
const SERVICES = `/api/v1/namespaces/${NAMESPACE}/services`;

const FILES = `
apiVersion: v1
kind: ConfigMap
metadata: { name: files }
data:
  tell: |
    #!/bin/sh
    printf 'X-Answer: yes\\r\\nContent-Type: text/plain\\r\\n\\r\\n'
    echo "$REQUEST_METHOD $REQUEST_URI $HTTP_X_MINE"
    env | grep -i '^HTTP_AUTH'
    sha256sum | cut -d' ' -f1
  slow: |
    #!/bin/sh
    printf 'Content-Type: text/plain\\r\\n\\r\\nfirst\\n'
    sleep 3
    echo last
  upgrade: |
    while read -r line; do [ "$line" = "$(printf '\\r')" ] && break; done
    printf 'HTTP/1.1 101 Switching Protocols\\r\\nConnection: Upgrade\\r\\nUpgrade: websocket\\r\\n\\r\\n'
    exec cat
  default.conf: |
    server {
      listen 443 ssl;
      ssl_certificate /tls/tls.crt;
      ssl_certificate_key /tls/tls.key;
      location / { return 200 "over TLS\\n"; }
    }
`;

const MANIFEST = [
  FILES,
  pod(
    'tell',
    `
  volumes: [{ name: c, configMap: { name: files, defaultMode: 0755 } }]
  containers:
    - ${busybox('httpd', 'mkdir -p /www; ln -s /c /www/cgi-bin; exec httpd -f -p 8000 -h /www', 'ports: [{ name: web, containerPort: 8000 }], volumeMounts: [{ name: c, mountPath: /c }], readinessProbe: { tcpSocket: { port: 8000 }, periodSeconds: 1 }')}
    - ${busybox('upgrade', 'while true; do nc -l -p 9000 -e sh /c/upgrade; done', 'volumeMounts: [{ name: c, mountPath: /c }]')}
`,
  ),
  pod(
    'tls',
    `
  volumes: [{ name: c, configMap: { name: files, items: [{ key: default.conf, path: default.conf }] } }, { name: t, secret: { secretName: cert } }]
  containers:
    - { name: web, image: "nginx:1.27", ports: [{ containerPort: 443 }], volumeMounts: [{ name: c, mountPath: /etc/nginx/conf.d }, { name: t, mountPath: /tls }], readinessProbe: { tcpSocket: { port: 443 }, periodSeconds: 1 } }
`,
  ),
  pod(
    'node',
    `nodeName: node-1\n  hostNetwork: true\n  containers: [${busybox('httpd', 'mkdir /www; echo of the node > /www/index.html; exec httpd -f -p 18053 -h /www', 'ports: [{ containerPort: 18053 }]')}]`,
  ),
  `
---
apiVersion: v1
kind: Service
metadata: { name: tell }
spec: { selector: { app: tell }, ports: [{ name: web, port: 80, targetPort: web }] }
---
apiVersion: v1
kind: Service
metadata: { name: tls }
spec: { selector: { app: tls }, ports: [{ name: https, port: 443 }] }
---
apiVersion: v1
kind: Service
metadata: { name: elsewhere }
spec: { ports: [{ name: web, port: 80 }] }
---
apiVersion: v1
kind: Endpoints
metadata: { name: elsewhere }
subsets: [{ addresses: [{ ip: 172.30.0.1 }], ports: [{ name: web, port: 2379 }] }]
`,
].join('');

let lab: Lab;
before(async () => {
  lab = await Lab.open(await ComposeCluster.up(2), NAMESPACE);
  await lab.selfSigned('cert');
  await lab.apply(MANIFEST);
  await lab.untilReady('tell', 'tls', 'node');
});
after(() => lab.close());

const raw = (path: string) => lab.kubectl.run(['get', '--raw', path]);

describe('proxies', { concurrency: true }, () => {
  test('a pod by its name, its port, a query, and what is not there', async () => {
    assert.match(await raw(`${PODS}/tell/proxy/cgi-bin/tell?a=b%2Fc`), /^GET \/cgi-bin\/tell\?a=b%2Fc/);
    assert.match(await raw(`${PODS}/tell:8000/proxy/cgi-bin/tell`), /^GET \/cgi-bin\/tell/);
    assert.equal(await raw(`${PODS}/https:tls:443/proxy/`), 'over TLS\n');
    assert.equal(await raw(`${PODS}/node:18053/proxy/`), 'of the node\n');
    const refused = await lab.kubectl.try(['get', '--raw', `${PODS}/tell:81/proxy/`]);
    assert.match(refused.stderr, /ServiceUnavailable.*error trying to reach service: .*connection refused/i);
    assert.match((await lab.kubectl.try(['get', '--raw', `${PODS}/tell/proxy/none`])).stderr, /NotFound|404/);
  });

  test('a service by port name and number, also over TLS; only to pods of its own', async () => {
    assert.match(await raw(`${SERVICES}/tell:web/proxy/cgi-bin/tell?x=1`), /^GET \/cgi-bin\/tell\?x=1/);
    assert.match(await raw(`${SERVICES}/tell:80/proxy/cgi-bin/tell`), /^GET /);
    assert.equal(await raw(`${SERVICES}/https:tls:https/proxy/`), 'over TLS\n');
    const none = await lab.kubectl.try(['get', '--raw', `${SERVICES}/elsewhere:web/proxy/`]);
    assert.match(none.stderr, /no endpoints available for service "elsewhere"/);
  });

  test("a node's kubelet and its ports", async () => {
    assert.equal(await raw('/api/v1/nodes/node-1/proxy/healthz'), 'ok');
    assert.match(await raw('/api/v1/nodes/node-1/proxy/pods'), /"kind":"PodList"/);
    assert.equal(await raw('/api/v1/nodes/node-1:18053/proxy/'), 'of the node\n');
    const stats = JSON.parse(await raw('/api/v1/nodes/node-1:10250/proxy/stats/summary')) as {
      node: { nodeName: string };
    };
    assert.equal(stats.node.nodeName, 'node-1');
  });

  test('methods, headers and bodies both ways, but no credentials', async () => {
    const body = randomBytes(8_000_000);
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) {
      // busybox' httpd hands no other bodies to its scripts, and hangs up on what it did not read.
      const sent = method === 'POST' ? body : Buffer.alloc(0);
      const answer = await call(method, `${PODS}/tell/proxy/cgi-bin/tell?m=${method}`, { 'x-mine': 'hi' }, sent);
      const [line, digest] = (await text(answer)).split('\n');
      assert.deepEqual(
        [answer.statusCode, answer.headers['x-answer'], line, digest],
        [200, 'yes', `${method} /cgi-bin/tell?m=${method} hi`, sha256(sent)],
      );
    }
    const head = await call('HEAD', `${PODS}/tell/proxy/cgi-bin/tell`);
    assert.deepEqual([head.statusCode, await text(head)], [200, '']);
    const moved = await call('GET', `${PODS}/tell/proxy`);
    assert.deepEqual([moved.statusCode, moved.headers.location], [301, `${PODS}/tell/proxy/`]);
    moved.resume();
  });

  test('an answer comes as it is made', async () => {
    const answer = await call('GET', `${PODS}/tell/proxy/cgi-bin/slow`);
    const began = Date.now();
    const parts: [string, number][] = [];
    for await (const chunk of answer) parts.push([String(chunk), Date.now() - began]);
    assert.equal(parts.map(([part]) => part).join(''), 'first\nlast\n');
    assert.ok(parts.length >= 2 && (parts.at(-1)?.[1] ?? 0) - (parts[0]?.[1] ?? 0) > 1500, JSON.stringify(parts));
  });

  test('an upgraded connection carries bytes both ways', async () => {
    const socket = await upgrade(`${PODS}/tell:9000/proxy/`);
    socket.write('echo this\n');
    let seen = '';
    socket.setEncoding('utf8').on('data', (part: string) => {
      seen += part;
    });
    await eventually(() => assert.equal(seen, 'echo this\n'));
    socket.destroy();
  });

  test("so does one through the node's kubelet", async () => {
    const path = `/api/v1/nodes/node-1/proxy/exec/${NAMESPACE}/node/httpd?command=echo&command=entered&output=1`;
    const socket = await upgrade(path, { 'sec-websocket-protocol': 'v4.channel.k8s.io' });
    let seen = '';
    socket.setEncoding('latin1').on('data', (part: string) => {
      seen += part;
    });
    await eventually(() => assert.match(seen, /\x82.\x01entered\n.*"status":"Success"/s));
    socket.destroy();
  });

  test('kubectl proxy', async () => {
    const [program, words] = lab.kubectl.command(['proxy', '--port=0']);
    const child = spawn(program, words, { stdio: ['ignore', 'pipe', 'inherit'] });
    try {
      let said = '';
      child.stdout.setEncoding('utf8').on('data', (part: string) => {
        said += part;
      });
      const port = await eventually(() => said.match(/127\.0\.0\.1:(\d+)/)?.[1] ?? assert.fail('no port yet'));
      assert.match(
        await curl(`http://127.0.0.1:${port}${SERVICES}/tell:web/proxy/cgi-bin/tell?k=p`),
        /^GET \/cgi-bin\/tell\?k=p/,
      );
    } finally {
      child.kill();
    }
  });
});

function send(method: string, path: string, headers: Record<string, string>) {
  const { clusters, users } = parse(readFileSync(lab.cluster.kubeconfig, 'utf8')) as {
    clusters: { cluster: { server: string; 'certificate-authority-data': string } }[];
    users: { user: { 'client-certificate-data': string; 'client-key-data': string } }[];
  };
  const [{ cluster } = { cluster: undefined }, { user } = { user: undefined }] = [clusters[0], users[0]];
  const decode = (encoded = '') => Buffer.from(encoded, 'base64');
  return request(new URL(path, cluster?.server), {
    method,
    headers,
    ca: decode(cluster?.['certificate-authority-data']),
    cert: decode(user?.['client-certificate-data']),
    key: decode(user?.['client-key-data']),
    timeout: 30_000,
    agent: false,
  });
}

function call(
  method: string,
  path: string,
  headers: Record<string, string> = {},
  body?: Buffer,
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const outgoing = send(method, path, { ...headers, ...(body ? { 'content-length': String(body.length) } : {}) });
    outgoing.once('timeout', () => outgoing.destroy(new Error('no answer within 30 s')));
    outgoing.once('error', reject);
    outgoing.once('response', resolve);
    outgoing.end(body);
  });
}

function upgrade(path: string, more: Record<string, string> = {}): Promise<Duplex> {
  const key = randomBytes(16).toString('base64');
  const headers = {
    connection: 'Upgrade',
    upgrade: 'websocket',
    'sec-websocket-version': '13',
    'sec-websocket-key': key,
    ...more,
  };
  return new Promise((resolve, reject) => {
    const outgoing = send('GET', path, headers);
    outgoing.once('error', reject);
    outgoing.once('response', (response) => reject(new Error(`answered ${response.statusCode}`)));
    outgoing.once('upgrade', (_, socket, head) => {
      if (head.length > 0) socket.unshift(head);
      resolve(socket);
    });
    outgoing.end();
  });
}
