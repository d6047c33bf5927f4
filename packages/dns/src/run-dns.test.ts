import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { connect } from 'node:net';
import { suite, type TestContext, test } from 'node:test';
import { endpointSliceKind, type Namespace, namespaceKind, serviceKind } from '@coxswain/api';
import { FakeApiClient } from '@coxswain/client/testing';
import { silentLogger } from '@coxswain/foundation';
import { eventually } from '@coxswain/foundation/testing';
import * as dnsPacket from 'dns-packet';
import { exchange } from './forward/exchange.ts';
import type { UpstreamAddress } from './forward/parse-resolv-conf.ts';
import { runDns } from './run-dns.ts';
import { serve } from './server/serve.ts';
import { sampleCluster } from './testing/sample-cluster.ts';

const HOST = '127.0.0.1';

/** A server elsewhere: one name, too long for a datagram, and one that doesn't exist. */
async function startUpstream(ends: AbortSignal): Promise<UpstreamAddress> {
  const answer = (transport: string) => (message: Buffer) => {
    const packet = dnsPacket.decode(message);
    const [asked] = packet.questions ?? [];
    const long = asked?.name === 'long.example';
    return dnsPacket.encode({
      type: 'response',
      id: packet.id ?? 0,
      flags: asked?.name === 'nothing.example' ? 3 : long && transport === 'udp' ? dnsPacket.TRUNCATED_RESPONSE : 0,
      questions: packet.questions ?? [],
      answers:
        asked?.type !== 'A' || asked.name === 'nothing.example' || (long && transport === 'udp')
          ? []
          : Array.from({ length: long ? 100 : 1 }, (_, index) => ({
              name: asked.name,
              type: 'A' as const,
              ttl: 60,
              data: `192.0.2.${index}`,
            })),
    });
  };
  return { host: HOST, port: await serve({ host: HOST, port: 0, log: silentLogger() }, answer, ends) };
}

async function start(context: TestContext, client = new FakeApiClient()): Promise<UpstreamAddress> {
  const controller = new AbortController();
  context.after(() => controller.abort());
  for (const name of sampleCluster.namespaces)
    await client.resource(namespaceKind).create({ metadata: { name } } as Namespace);
  for (const service of sampleCluster.services) await client.resource(serviceKind).create(service);
  for (const slice of sampleCluster.slices) await client.resource(endpointSliceKind).create(slice);
  const upstream = await startUpstream(controller.signal);
  const port = await new Promise<number>((resolve, reject) => {
    runDns(
      {
        client,
        log: silentLogger(),
        listen: { host: HOST, port: 0 },
        clusterDomain: 'cluster.local',
        nameServers: ['10.96.0.10'],
        upstreams: [upstream],
        ttl: 5,
      },
      controller.signal,
      (server) => resolve(server.port),
    ).catch(reject);
  });
  const server = { host: HOST, port };
  await eventually(async () => (await ask(server, 'web.default.svc.cluster.local', 'A')).rcode === 'NOERROR');
  return server;
}

async function ask(server: UpstreamAddress, name: string, type: string) {
  const { rcode, answers } = await exchange({ name, type, dnssec: false }, server, AbortSignal.timeout(5000));
  return { rcode, data: answers.map(({ data }) => data) };
}

suite('runDns', () => {
  test('answers for the cluster, follows aliases and asks others for the rest', async (context) => {
    const server = await start(context);
    const cases: readonly (readonly [string, string, string, readonly unknown[]])[] = [
      ['web.default.svc.cluster.local', 'A', 'NOERROR', ['10.96.1.1']],
      ['WEB.Default.svc.cluster.LOCAL', 'A', 'NOERROR', ['10.96.1.1']],
      ['web.default.svc.cluster.local', 'AAAA', 'NOERROR', []],
      ['nothing.default.svc.cluster.local', 'A', 'NXDOMAIN', []],
      ['1.1.96.10.in-addr.arpa', 'PTR', 'NOERROR', ['web.default.svc.cluster.local']],
      ['outside.default.svc.cluster.local', 'A', 'NOERROR', ['www.example.com', '192.0.2.0']],
      ['alias.default.svc.cluster.local', 'A', 'NOERROR', ['web.default.svc.cluster.local', '10.96.1.1']],
      ['www.example.com', 'A', 'NOERROR', ['192.0.2.0']],
      ['nothing.example', 'A', 'NXDOMAIN', []],
    ];
    for (const [name, type, rcode, data] of cases)
      assert.deepEqual(await ask(server, name, type), { rcode, data }, name);
  });

  test('an answer that was given before follows the cluster', async (context) => {
    const client = new FakeApiClient();
    const server = await start(context, client);
    const become = (name: string, data: readonly string[]) =>
      eventually(async () => assert.deepEqual((await ask(server, name, 'A')).data, data));
    const [web, alias] = ['web.default.svc.cluster.local', 'alias.default.svc.cluster.local'];
    for (let i = 0; i < 3; i++) await become(web, ['10.96.1.1']);
    await become(alias, [web, '10.96.1.1']);
    const services = client.resource(serviceKind);
    const service = await services.get('web', { namespace: 'default' });
    await services.update({ ...service, spec: { ...service.spec, clusterIP: '10.96.9.9', clusterIPs: ['10.96.9.9'] } });
    await become(web, ['10.96.9.9']);
    await become(alias, [web, '10.96.9.9']);
    await services.delete('web', { namespace: 'default' });
    await eventually(async () => assert.equal((await ask(server, web, 'A')).rcode, 'NXDOMAIN'));
    await services.create({ ...service, metadata: { name: 'web', namespace: 'default' } } as typeof service);
    await become(web, ['10.96.1.1']);
  });

  test('the addresses of a name come in every order, behind an alias too', async (context) => {
    const client = new FakeApiClient();
    const server = await start(context, client);
    const [web, db] = ['web.default.svc.cluster.local', 'db.default.svc.cluster.local'];
    const services = client.resource(serviceKind);
    const alias = await services.get('alias', { namespace: 'default' });
    await services.update({ ...alias, spec: { ...alias.spec, externalName: db } });
    await eventually(async () => assert.equal((await ask(server, 'alias.default.svc.cluster.local', 'A')).data[0], db));
    for (const [name, before] of [
      [db, []],
      ['alias.default.svc.cluster.local', [db]],
      [web, []],
    ] as const) {
      const orders = new Set<string>();
      for (let i = 0; i < 60; i += 1) orders.add((await ask(server, name, 'A')).data.join());
      const addresses =
        name === web
          ? [['10.96.1.1']]
          : [
              ['10.244.0.5', '10.244.1.5'],
              ['10.244.1.5', '10.244.0.5'],
            ];
      assert.deepEqual(
        [...orders].sort(),
        addresses.map((order) => [...before, ...order].join()),
      );
    }
  });

  test('an alias of itself comes to an end', async (context) => {
    const server = await start(context);
    const { rcode, data } = await ask(server, 'loop.default.svc.cluster.local', 'A');
    assert.equal(rcode, 'NOERROR');
    assert.ok(data.length > 1 && data.length < 20);
  });

  test('what is too long for a datagram comes by TCP, from others to us and from us to the client', async (context) => {
    const server = await start(context);
    assert.equal((await ask(server, 'long.example', 'A')).data.length, 100);
  });

  test('what is no query is not answered, over UDP and TCP, and the next one is', async (context) => {
    const server = await start(context);
    const socket = createSocket('udp4');
    context.after(() => socket.close());
    for (let size = 0; size < 64; size += 1) socket.send(Buffer.alloc(size, 0xff), server.port, HOST);
    await new Promise((resolve) => {
      const tcp = connect(server.port, HOST, () => tcp.write(Buffer.from([0, 5, 1, 2, 3, 4, 5])));
      tcp.once('close', resolve);
    });
    assert.deepEqual(await ask(server, 'web.default.svc.cluster.local', 'A'), {
      rcode: 'NOERROR',
      data: ['10.96.1.1'],
    });
  });
});
