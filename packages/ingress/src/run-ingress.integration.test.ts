import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createServer, request, type Server } from 'node:http';
import { request as requestTls } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import {
  type Ingress,
  type IngressClass,
  ingressClassKind,
  ingressKind,
  type Secret,
  type Service,
  secretKind,
  serviceKind,
} from '@coxswain/api';
import { FakeApiClient } from '@coxswain/client/testing';
import { silentLogger } from '@coxswain/foundation';
import { eventually } from '@coxswain/foundation/testing';
import { runIngress } from './run-ingress.ts';

const PORT = 18_000 + (process.pid % 1000);
const ports = { httpPort: PORT, httpsPort: PORT + 1000, localPort: PORT + 2000, nginxHealthPort: PORT + 3000 };

interface Answer {
  readonly status: number;
  readonly body: string;
}

/** One request on a connection of its own. */
function ask(port: number, host: string, path: string, secure = false): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const send = secure ? requestTls : request;
    const options = {
      host: '127.0.0.1',
      port,
      path,
      headers: { host },
      agent: false,
      servername: host,
      rejectUnauthorized: false,
    };
    send(options, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (text) => {
        body += text;
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body }));
      response.on('error', reject);
    })
      .on('error', reject)
      .end();
  });
}

/** Answers with its name, the path and what the proxy says of the client; echoes an upgraded connection. */
async function startBackend(name: string, host: string): Promise<{ server: Server; port: number }> {
  const server = createServer((incoming, response) => {
    if (incoming.url === '/events') {
      response.write('one');
      return;
    }
    if (incoming.url === '/count') {
      let bytes = 0;
      incoming.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
      });
      incoming.on('end', () => response.end(String(bytes)));
      return;
    }
    response.end([name, incoming.url, incoming.headers.host, incoming.headers['x-forwarded-proto']].join(' '));
  });
  server.on('upgrade', (_incoming, socket) => {
    socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n');
    socket.pipe(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  return { server, port: (server.address() as AddressInfo).port };
}

suite('runIngress with a real nginx', () => {
  const folder = mkdtempSync(join(tmpdir(), 'ingress-'));
  const ends = new AbortController();
  const client = new FakeApiClient();
  const backends: Server[] = [];
  let done: Promise<void>;

  async function addService(name: string, host: string, ...more: readonly string[]): Promise<void> {
    const { server, port } = await startBackend(name, host);
    backends.push(server);
    const ports = ['http', ...more].map((portName) => ({ name: portName, port, protocol: 'TCP' }));
    const spec = { clusterIP: host, ports };
    await client.resource(serviceKind).create({ metadata: { name, namespace: 'shop' }, spec } as Service);
  }

  const rule = (host: string, path: string, name: string, pathType = 'Prefix') => ({
    host,
    http: { paths: [{ path, pathType, backend: { service: { name, port: { name: 'http' } } } }] },
  });
  const ingress = (name: string, spec: Record<string, unknown>) =>
    ({ metadata: { name, namespace: 'shop' }, spec: { ingressClassName: 'coxswain', ...spec } }) as unknown as Ingress;

  before(async () => {
    execFileSync('nginx', ['-v'], { stdio: 'ignore' });
    await client
      .resource(ingressClassKind)
      .create({ metadata: { name: 'coxswain' }, spec: { controller: 'coxswain.dev/ingress' } } as IngressClass);
    await addService('web', '127.0.10.1');
    await addService('api', '127.0.10.2', 'admin');
    const nobody = { clusterIP: '127.0.10.3', ports: [{ port: 1, protocol: 'TCP' }] };
    await client
      .resource(serviceKind)
      .create({ metadata: { name: 'nobody', namespace: 'shop' }, spec: nobody } as Service);
    const entry = await client
      .resource(serviceKind)
      .create({ metadata: { name: 'entry', namespace: 'shop' }, spec: { clusterIP: 'None' } } as Service);
    const status = { loadBalancer: { ingress: [{ ip: '192.0.2.7' }] } };
    await client.resource(serviceKind).updateStatus({ ...entry, status });
    await client.resource(ingressKind).create(
      ingress('main', {
        rules: [
          rule('shop.example', '/', 'web'),
          rule('shop.example', '/api', 'api'),
          rule('shop.example', '/exact', 'api', 'Exact'),
          rule('*.wild.example', '/', 'api'),
          rule('broken.example', '/', 'nothing'),
        ],
      }),
    );
    const options = {
      ...ports,
      client,
      log: silentLogger(),
      controllerClass: 'coxswain.dev/ingress',
      publishService: 'shop/entry',
      nginx: 'nginx',
      folder,
    };
    done = runIngress(options, ends.signal);
    done.catch(() => {});
    await eventually(async () => assert.equal((await ask(PORT, 'shop.example', '/')).status, 200), { timeout: 30_000 });
  });
  after(async () => {
    ends.abort();
    await done;
    for (const server of backends) server.close();
    rmSync(folder, { recursive: true });
  });

  const requests: readonly (readonly [host: string, path: string, status: number, who: string])[] = [
    ['shop.example', '/', 200, 'web'],
    ['shop.example', '/apiary', 200, 'web'],
    ['shop.example', '/api', 200, 'api'],
    ['shop.example', '/api/v1?x=%2Fy', 200, 'api'],
    ['shop.example', '/exact', 200, 'api'],
    ['shop.example', '/exact/more', 200, 'web'],
    ['SHOP.example', '/api', 200, 'api'],
    ['a.wild.example', '/', 200, 'api'],
    ['a.b.wild.example', '/', 404, ''],
    ['wild.example', '/', 404, ''],
    ['other.example', '/', 404, ''],
    ['broken.example', '/', 503, ''],
  ];
  for (const [host, path, status, who] of requests)
    test(`${host}${path}: ${status} ${who}`, async () => {
      const answer = await ask(PORT, host, path);
      assert.equal(answer.status, status);
      if (who) assert.equal(answer.body, `${who} ${path} ${host} http`);
    });

  test('names of a laptop: every Service, and the Ingresses too', async () => {
    assert.match((await ask(ports.localPort, 'api.shop.localhost', '/x')).body, /^api \/x /);
    assert.equal((await ask(ports.localPort, 'nothing.shop.localhost', '/')).status, 404);
    assert.match((await ask(ports.localPort, 'shop.example', '/')).body, /^web /);
    assert.match((await ask(ports.localPort, 'admin.api.shop.localhost', '/')).body, /^api \/ /);
    const nobody = await ask(ports.localPort, 'nobody.shop.localhost', '/');
    assert.deepEqual(
      [nobody.status, nobody.body.split(';')[0]],
      [503, 'nobody.shop.localhost: no pod of this Service answers'],
    );
    assert.equal((await ask(PORT, 'api.shop.localhost', '/')).status, 404, 'not on the port that strangers reach');
  });

  test('an event is passed on when it comes, and a body of 20 MB as it is', async () => {
    assert.equal(await firstPart('/events'), 'one');
    const sent = request({
      host: '127.0.0.1',
      port: PORT,
      path: '/count',
      method: 'POST',
      headers: { host: 'shop.example' },
      agent: false,
    });
    const counted = new Promise<string>((resolve, reject) => {
      sent.on('response', (response) => response.setEncoding('utf8').once('data', resolve)).on('error', reject);
    });
    sent.end(Buffer.alloc(20_000_000));
    assert.equal(await counted, '20000000');
  });

  /** What an answer that does not end says first. */
  function firstPart(path: string): Promise<string> {
    return new Promise((resolve, reject) => {
      const options = { host: '127.0.0.1', port: PORT, path, headers: { host: 'shop.example' }, agent: false };
      const sent = request(options, (response) => {
        response.setEncoding('utf8').once('data', (text: string) => {
          sent.destroy();
          resolve(text);
        });
      });
      sent.on('error', reject).end();
    });
  }

  test('an upgraded connection is passed through', async () => {
    const echoed = await new Promise<string>((resolve, reject) => {
      const headers = { host: 'shop.example', connection: 'Upgrade', upgrade: 'echo' };
      const upgrade = request({ host: '127.0.0.1', port: PORT, path: '/', headers, agent: false });
      upgrade.on('upgrade', (_response, socket) => {
        socket.setEncoding('utf8').once('data', (text: string) => {
          socket.destroy();
          resolve(text);
        });
        socket.write('hello');
      });
      upgrade.on('error', reject);
      upgrade.end();
    });
    assert.equal(echoed, 'hello');
  });

  test('the status of an Ingress tells the address of the Service in front', async () => {
    await eventually(async () => {
      const { status } = await client.resource(ingressKind).get('main', { namespace: 'shop' });
      assert.deepEqual(status?.loadBalancer?.ingress, [{ ip: '192.0.2.7' }]);
    });
  });

  test('TLS with the Secret of its host, another certificate when it changes, and no other host by TLS', async () => {
    const secret = (name: string): Secret => {
      const [key, certificate] = [join(folder, 'key.pem'), join(folder, 'certificate.pem')];
      const subject = ['-subj', `/CN=${name}`, '-addext', 'subjectAltName=DNS:tls.example'];
      const ecdsa = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
      execFileSync(
        'openssl',
        ['req', '-x509', ...ecdsa, '-keyout', key, '-out', certificate, '-days', '2', ...subject],
        { stdio: 'ignore' },
      );
      const [keyData, certificateData] = [key, certificate].map((path) => readFileSync(path).toString('base64'));
      return {
        metadata: { name: 'tls', namespace: 'shop' },
        type: 'kubernetes.io/tls',
        data: { 'tls.crt': certificateData, 'tls.key': keyData },
      } as Secret;
    };
    await client.resource(secretKind).create(secret('first'));
    await client.resource(ingressKind).create(
      ingress('secure', {
        tls: [{ hosts: ['tls.example'], secretName: 'tls' }],
        rules: [rule('tls.example', '/', 'web')],
      }),
    );
    await eventually(async () => {
      assert.match((await ask(ports.httpsPort, 'tls.example', '/', true)).body, /^web \/ tls.example https$/);
    });
    // A worker of the configuration before may still take a connection for a moment.
    await eventually(async () => assert.equal(await certificateName(), 'first'));
    const files = readdirSync(join(folder, 'certificates'));
    assert.deepEqual(
      files.map((file) => (statSync(join(folder, 'certificates', file)).mode & 0o777).toString(8)),
      ['600', '600'],
    );
    await assert.rejects(ask(ports.httpsPort, 'shop.example', '/', true));

    const { metadata } = await client.resource(secretKind).get('tls', { namespace: 'shop' });
    await client.resource(secretKind).update({ ...secret('second'), metadata });
    await eventually(async () => assert.equal(await certificateName(), 'second'));
    await eventually(() => assert.equal(readdirSync(join(folder, 'certificates')).length, 2));
  });

  function certificateName(): Promise<string> {
    return new Promise((resolve, reject) => {
      const options = {
        host: '127.0.0.1',
        port: ports.httpsPort,
        servername: 'tls.example',
        rejectUnauthorized: false,
        agent: false,
      };
      requestTls({ ...options, path: '/' }, (response) => {
        const { subject } = (response.socket as import('node:tls').TLSSocket).getPeerCertificate();
        response.resume().on('end', () => resolve(String(subject.CN)));
      })
        .on('error', reject)
        .end();
    });
  }

  test('no request is lost while the configuration changes', async () => {
    let enough = false;
    const results: number[] = [];
    const load = Promise.all(
      Array.from({ length: 4 }, async () => {
        while (!enough) results.push((await ask(PORT, 'shop.example', '/')).status);
      }),
    );
    for (let i = 0; i < 4; i += 1) {
      await client
        .resource(ingressKind)
        .create(ingress(`more-${i}`, { rules: [rule(`more-${i}.example`, '/', 'api')] }));
      await eventually(async () => assert.equal((await ask(PORT, `more-${i}.example`, '/')).status, 200));
    }
    enough = true;
    await load;
    assert.ok(results.length > 20);
    assert.deepEqual(new Set(results), new Set([200]));
  });

  test('the longest host there may be is served', async () => {
    const longest = `${'a'.repeat(60)}.${'b'.repeat(60)}.${'c'.repeat(60)}.${'d'.repeat(60)}.example`;
    await client.resource(ingressKind).create(ingress('long', { rules: [rule(longest, '/', 'api')] }));
    await eventually(async () => assert.equal((await ask(PORT, longest, '/')).status, 200));
  });
});
