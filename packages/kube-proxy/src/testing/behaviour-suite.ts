import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { runCommand } from '@coxswain/foundation';
import { datagramFromPortZero, eventually } from '@coxswain/foundation/testing';
import type { ProxyMode } from '../create-backend.ts';
import { ADDRESS, ADDRESS6, type ProxyLab } from './proxy-lab.ts';
import { type SampleEndpoint, sampleService, sampleSlice } from './sample-objects.ts';
import { sctpInit } from './sctp-init.ts';

export interface Abilities {
  /** A packet keeps its source on the way to an endpoint; a program in between can't. */
  readonly keepsSource: boolean;
  readonly sctp: boolean;
  readonly ipv6: boolean;
  /** Cluster IPs without a Service are refused. */
  readonly refusesUnallocated: boolean;
}

const VIP = '10.96.7.7';
const a: SampleEndpoint = { ip: ADDRESS.a };
const b: SampleEndpoint = { ip: ADDRESS.b, node: 'node-2' };
const web = sampleService();
const udpPorts = [{ name: '', protocol: 'UDP', port: 8080 }];
const nodePort = sampleService({ type: 'NodePort', ports: [{ port: 80, protocol: 'TCP', nodePort: 30_777 }] });

/** What every backend must do, with real packets: registers one test a feature. */
export function behaviourSuite(mode: ProxyMode, lab: ProxyLab, abilities: Abilities): void {
  before(() => lab.startProxy({ mode }));

  /** A test that starts with no Service and leaves none. */
  const feature = (name: string, run: () => Promise<void>) =>
    test(`${mode}: ${name}`, async () => {
      await run();
      await lab.change([], ['default/web', 'default/other']);
    });
  const source = (kept: string, otherwise: string = ADDRESS.gatewayOfA) => (abilities.keepsSource ? kept : otherwise);
  const everyone = { a: true, b: true };
  const who = async (...args: Parameters<ProxyLab['tally']>) =>
    Object.fromEntries(Object.keys(await lab.tally(...args)).map((name) => [name, true]));

  feature('a cluster IP is shared out among its endpoints', async () => {
    await lab.change([web, sampleSlice([a, b])]);
    const seen = await lab.tally(40, VIP, 80);
    assert.deepEqual(Object.keys(seen).sort(), ['a', 'b']);
    assert.equal((seen['a'] ?? 0) + (seen['b'] ?? 0), 40);
    assert.ok(Math.min(...Object.values(seen)) >= 6, `uneven: ${JSON.stringify(seen)}`);
    assert.deepEqual(await who(10, VIP, 80, { at: 'node' }), everyone, 'from the node itself');
  });

  feature('the source is kept inside the cluster, and masqueraded for who comes from outside', async () => {
    await lab.change([web, sampleSlice([a])]);
    assert.equal(await lab.agent('client').ask(VIP, 80), `a ${source(ADDRESS.client)}`);
    assert.equal(await lab.agent('outside').ask(VIP, 80), `a ${ADDRESS.gatewayOfA}`);
  });

  feature('a pod reaches itself by its Service', async () => {
    await lab.change([web, sampleSlice([a])]);
    assert.equal(await lab.agent('a').ask(VIP, 80), `a ${ADDRESS.gatewayOfA}`);
  });

  feature('endpoints come and go', async () => {
    await lab.change([web, sampleSlice([b])]);
    assert.deepEqual(await lab.tally(5, VIP, 80), { b: 5 });
    await lab.change([sampleSlice([a])]);
    assert.deepEqual(await lab.tally(5, VIP, 80), { a: 5 });
  });

  feature('without endpoints traffic is refused at once, also UDP and node ports', async () => {
    const ports = [
      { name: 't', port: 80, protocol: 'TCP', nodePort: 30_777 },
      { name: 'u', port: 53, protocol: 'UDP', nodePort: 30_778 },
    ];
    await lab.change([sampleService({ type: 'NodePort', ports })]);
    assert.equal(await lab.agent('client').ask(VIP, 80), 'ECONNREFUSED');
    assert.equal(await lab.agent('client').ask(VIP, 53, { protocol: 'UDP' }), 'ECONNREFUSED');
    assert.equal(await lab.agent('outside').ask(ADDRESS.node, 30_777), 'ECONNREFUSED');
    assert.equal(await lab.agent('outside').ask(ADDRESS.node, 30_778, { protocol: 'UDP' }), 'ECONNREFUSED');
    assert.equal(await lab.agent('node').ask(VIP, 80), 'ECONNREFUSED');
  });

  feature('UDP, and flows that follow when their endpoint goes', async () => {
    const dns = sampleService({ ports: [{ port: 53, protocol: 'UDP' }] });
    await lab.change([dns, sampleSlice([a, b], { ports: udpPorts })]);
    assert.deepEqual(await who(20, VIP, 53, { protocol: 'UDP' }), everyone);
    const fixed = { protocol: 'UDP', fromPort: 40_000 } as const;
    const first = (await lab.agent('client').ask(VIP, 53, fixed)).split(' ')[0];
    const rest = first === 'a' ? b : a;
    await lab.change([sampleSlice([rest], { ports: udpPorts })]);
    assert.match(await lab.agent('client').ask(VIP, 53, fixed), new RegExp(`^${first === 'a' ? 'b' : 'a'} `));
  });

  feature('a datagram that nobody can answer harms nobody', async () => {
    const dns = sampleService({ ports: [{ port: 53, protocol: 'UDP' }] });
    await lab.change([dns, sampleSlice([a], { ports: udpPorts })]);
    await lab.lab.run('client', datagramFromPortZero(VIP, 53, Buffer.from('?')));
    assert.match(await lab.agent('client').ask(VIP, 53, { protocol: 'UDP' }), /^a /);
    assert.match(await lab.agent('client').ask(VIP, 53, { protocol: 'UDP' }), /^a /);
  });

  feature('several named ports lead to their own target ports', async () => {
    const ports = [
      { name: 'one', port: 81, protocol: 'TCP' },
      { name: 'two', port: 82, protocol: 'TCP' },
    ];
    await lab.change([
      sampleService({ ports }),
      sampleSlice([a], { name: 's1', ports: [{ name: 'one', protocol: 'TCP', port: 8080 }] }),
      sampleSlice([b], { name: 's2', ports: [{ name: 'two', protocol: 'TCP', port: 8081 }] }),
    ]);
    assert.deepEqual([await lab.tally(4, VIP, 81), await lab.tally(4, VIP, 82)], [{ a: 4 }, { b: 4 }]);
  });

  feature('a node port works from everywhere but loopback, masqueraded', async () => {
    await lab.change([nodePort, sampleSlice([a, b])]);
    assert.deepEqual(await who(16, ADDRESS.node, 30_777, { at: 'outside' }), everyone);
    assert.deepEqual(await who(16, ADDRESS.node, 30_777, { at: 'client' }), everyone);
    assert.deepEqual(await who(16, ADDRESS.node, 30_777, { at: 'node' }), everyone);
    await lab.change([sampleSlice([a])]);
    assert.equal(await lab.agent('outside').ask(ADDRESS.node, 30_777), `a ${ADDRESS.gatewayOfA}`);
  });

  feature('externalTrafficPolicy Local keeps the source and to this node', async () => {
    const local = sampleService({ ...nodePort.spec, externalTrafficPolicy: 'Local' });
    await lab.change([local, sampleSlice([a, b])]);
    assert.deepEqual(await lab.tally(8, ADDRESS.node, 30_777, { at: 'outside' }), { a: 8 });
    assert.equal(await lab.agent('outside').ask(ADDRESS.node, 30_777), `a ${source(ADDRESS.outside)}`);
    if (abilities.keepsSource)
      assert.deepEqual(await who(16, ADDRESS.node, 30_777), everyone, 'a pod is led as by the cluster IP');
    assert.deepEqual(await who(16, VIP, 80), everyone, 'the cluster IP is not concerned');
    await lab.change([sampleSlice([b])]);
    const lost = await lab.agent('outside').ask(ADDRESS.node, 30_777, { timeoutMs: 300 });
    assert.match(lost, abilities.keepsSource ? /^timeout$/ : /^(closed|ECONN.*|timeout)$/);
  });

  feature('internalTrafficPolicy Local keeps to this node', async () => {
    await lab.change([sampleService({ internalTrafficPolicy: 'Local' }), sampleSlice([a, b])]);
    assert.deepEqual(await lab.tally(8, VIP, 80), { a: 8 });
    await lab.change([sampleSlice([b])]);
    assert.match(await lab.agent('client').ask(VIP, 80, { timeoutMs: 300 }), /^(timeout|closed|ECONN.*)$/);
  });

  feature('load balancer addresses, for those in loadBalancerSourceRanges', async () => {
    const status = { loadBalancer: { ingress: [{ ip: '203.0.113.9' }] } };
    const spec = { ...nodePort.spec, type: 'LoadBalancer' };
    await lab.change([sampleService(spec, { status }), sampleSlice([a, b])]);
    assert.deepEqual(await who(16, '203.0.113.9', 80, { at: 'outside' }), everyone);
    const some = { ...spec, loadBalancerSourceRanges: [`${ADDRESS.other}/32`] };
    await lab.change([sampleService(some, { status })]);
    assert.deepEqual(await who(8, '203.0.113.9', 80, { at: 'outside', from: ADDRESS.other }), everyone);
    const refused = await lab.agent('outside').ask('203.0.113.9', 80, { timeoutMs: 300 });
    assert.match(refused, abilities.keepsSource ? /^timeout$/ : /^(timeout|closed|ECONN.*)$/);
    assert.deepEqual(await who(16, VIP, 80), everyone, 'the cluster IP is not concerned');
  });

  feature('external IPs', async () => {
    await lab.change([sampleService({ externalIPs: ['203.0.113.5'] }), sampleSlice([a, b])]);
    assert.deepEqual(await who(16, '203.0.113.5', 80, { at: 'outside' }), everyone);
    assert.deepEqual(await who(16, '203.0.113.5', 80, { at: 'client' }), everyone);
  });

  feature('health check node ports tell of local endpoints', async () => {
    const health = { type: 'LoadBalancer', externalTrafficPolicy: 'Local', healthCheckNodePort: 32_123 };
    await lab.change([sampleService({ ...nodePort.spec, ...health }), sampleSlice([a, b])]);
    const status = async () =>
      lab.lab.run('outside', ['curl', '-s', '-o', '/dev/null', '-w', '%{http_code}', `http://${ADDRESS.node}:32123/`]);
    assert.equal(await status(), '200');
    await lab.change([sampleSlice([b])]);
    assert.equal(await status(), '503');
  });

  feature('a client stays with its endpoint under sessionAffinity ClientIP, until its time is over', async () => {
    const affinity = (timeoutSeconds: number) =>
      sampleService({ sessionAffinity: 'ClientIP', sessionAffinityConfig: { clientIP: { timeoutSeconds } } });
    await lab.change([affinity(60), sampleSlice([a, b])]);
    assert.equal(Object.keys(await lab.tally(12, VIP, 80)).length, 1);
    await lab.change([affinity(1)]);
    await eventually(async () => Object.keys(await lab.tally(2, VIP, 80)).length === 1);
    const seen = new Set<string>();
    await eventually(
      async () => {
        for (const name of Object.keys(await lab.tally(1, VIP, 80))) seen.add(name);
        return seen.size === 2;
      },
      { interval: 1200, timeout: 30_000 },
    );
  });

  feature('trafficDistribution PreferSameNode goes to the replica here, elsewhere without one', async () => {
    await lab.change([sampleService({ trafficDistribution: 'PreferSameNode' }), sampleSlice([a, b])]);
    assert.deepEqual(await lab.tally(8, VIP, 80), { a: 8 });
    await lab.change([sampleSlice([b])]);
    assert.deepEqual(await lab.tally(4, VIP, 80), { b: 4 });
  });

  feature('PreferSameZone and the hints of slices lead to what is near', async () => {
    await lab.setZone('here');
    const preferred = sampleService({ trafficDistribution: 'PreferSameZone' });
    await lab.change([
      preferred,
      sampleSlice([
        { ...a, zone: 'there' },
        { ...b, zone: 'here' },
      ]),
    ]);
    assert.deepEqual(await lab.tally(8, VIP, 80), { b: 8 });
    await lab.change([
      web,
      sampleSlice([
        { ...a, forZones: ['here'] },
        { ...b, forZones: ['there'] },
      ]),
    ]);
    assert.deepEqual(await lab.tally(8, VIP, 80), { a: 8 });
    await lab.change([sampleSlice([{ ...a, forZones: ['here'] }, b])]);
    assert.deepEqual(await who(20, VIP, 80), everyone, 'hints on some only count for nothing');
  });

  feature('terminating endpoints serve when there is nothing else', async () => {
    const terminating = { ready: false, serving: true, terminating: true };
    await lab.change([web, sampleSlice([{ ...a, conditions: terminating }, b])]);
    assert.deepEqual(await lab.tally(6, VIP, 80), { b: 6 });
    await lab.change([sampleSlice([{ ...a, conditions: terminating }])]);
    assert.deepEqual(await lab.tally(4, VIP, 80), { a: 4 });
  });

  feature('a Service without selector may lead out of the pod range, headless ones lead nowhere', async () => {
    await lab
      .agent('outside')
      .serve('outside', [8080])
      .catch(() => {});
    await lab.change([web, sampleSlice([{ ip: ADDRESS.outside, node: 'none' }])]);
    assert.deepEqual(await lab.tally(3, VIP, 80), { outside: 3 });
    await lab.change([sampleService({ clusterIP: 'None', clusterIPs: ['None'] })]);
    assert.match(await lab.agent('client').ask(VIP, 80, { timeoutMs: 300 }), /^(ECONNREFUSED|timeout|EHOSTUNREACH)$/);
  });

  feature('a connection outlives changes of other Services and of its own endpoints', async () => {
    await lab.change([web, sampleSlice([a])]);
    const connection = await lab.agent('client').hold(VIP, 80);
    assert.match(connection.first, /^a /);
    const metadata = { name: 'other', namespace: 'default' };
    await lab.change([sampleService({ clusterIP: '10.96.7.8' }, { metadata }), sampleSlice([b], { service: 'other' })]);
    await lab.change([sampleSlice([a, b])]);
    assert.equal(await connection.more(), 'a');
  });

  feature("objects that make no sense neither hold up nor get another Service's traffic", async () => {
    const other = { name: 'other', namespace: 'default' };
    const greedy = { ...nodePort.spec, type: 'LoadBalancer', clusterIP: '10.96.7.8', clusterIPs: ['10.96.7.8', 'x }'] };
    const status = { loadBalancer: { ingress: [{ ip: VIP }, { ip: '203.0.113.9; flush ruleset' }] } };
    const ranges = { loadBalancerSourceRanges: ['0.0.0.0/99'], externalIPs: [VIP, '::1', '127.0.0.1'] };
    await lab.change([
      nodePort,
      sampleSlice([a, { ip: '127.0.0.1' }, { ip: '169.254.0.1' }, { ip: ADDRESS6.b }, { ip: '10.244.78.2 }' }]),
      sampleService({ ...greedy, ...ranges }, { metadata: other, status }),
      sampleSlice([b], { service: 'other' }),
      { ...sampleSlice([b], { name: 'nulls' }), endpoints: [null, { addresses: null }], ports: [null] } as never,
    ]);
    await lab.change([{ ...sampleSlice([b], { name: 'nulls' }), endpoints: [], ports: [] }]);
    assert.deepEqual(await lab.tally(8, VIP, 80), { a: 8 });
    assert.deepEqual(await lab.tally(4, '10.96.7.8', 80), { b: 4 });
    assert.equal(Object.keys(await who(8, ADDRESS.node, 30_777, { at: 'outside' })).length, 1, 'one of them has it');
    await lab.change([sampleSlice([b, { ip: ADDRESS.client, node: 'node-1' }], { service: 'other' })]);
    assert.deepEqual(await lab.tally(8, VIP, 80), { a: 8 }, 'also after the other grew');
    await lab.change([sampleSlice([])]);
    assert.equal(await lab.agent('client').ask(VIP, 80), 'ECONNREFUSED');
  });

  if (abilities.refusesUnallocated)
    feature('cluster IPs that no Service has are refused', async () => {
      assert.equal(await lab.agent('client').ask('10.96.200.1', 80), 'ECONNREFUSED');
      assert.equal(await lab.agent('node').ask('10.96.200.1', 80), 'ECONNREFUSED');
    });

  if (abilities.ipv6)
    feature('a Service of two families is reached by both', async () => {
      const six = 'fd00:96::7';
      await lab.change([
        sampleService({ clusterIPs: [VIP, six] }),
        sampleSlice([a, b]),
        sampleSlice([{ ip: ADDRESS6.a }, { ip: ADDRESS6.b, node: 'node-2' }], { addressType: 'IPv6' }),
      ]);
      assert.deepEqual([await who(16, VIP, 80), await who(16, six, 80)], [everyone, everyone]);
      const seen = abilities.keepsSource ? ADDRESS6.client : ADDRESS6.client.replace(/79::2$/, '7[78]::1');
      assert.match(await lab.agent('client').ask(six, 80), new RegExp(`^[ab] ${seen}$`));
    });

  if (abilities.ipv6)
    feature('all of it by IPv6: node ports, external IPs, hairpin, refusal, UDP flows that follow', async () => {
      const six = 'fd00:96::7';
      const only = { clusterIP: six, clusterIPs: [six], externalIPs: ['2001:db8:9::5'] };
      const [a6, b6] = [{ ip: ADDRESS6.a }, { ip: ADDRESS6.b, node: 'node-2' }];
      const slice = (endpoints: SampleEndpoint[]) => sampleSlice(endpoints, { addressType: 'IPv6' });
      const gateway = ADDRESS6.a.replace(/::2$/, '::1');
      await lab.change([sampleService({ ...nodePort.spec, ...only }), slice([a6, b6])]);
      assert.deepEqual(await who(16, six, 80), everyone);
      assert.deepEqual(await who(16, six, 80, { at: 'node' }), everyone);
      for (const [host, port] of [
        ['2001:db8::1', 30_777],
        ['2001:db8:9::5', 80],
      ] as const)
        assert.deepEqual(await who(16, host, port, { at: 'outside' }), everyone, host);
      await lab.change([slice([a6])]);
      assert.equal(
        await lab.agent('client').ask(six, 80),
        `a ${source(ADDRESS6.client, gateway)}`,
        'the source is kept',
      );
      assert.equal(await lab.agent('outside').ask('2001:db8::1', 30_777), `a ${gateway}`, 'and masqueraded');
      assert.equal(await lab.agent('a').ask(six, 80), `a ${gateway}`, 'a pod reaches itself');
      const local = { ...nodePort.spec, ...only, externalTrafficPolicy: 'Local' };
      await lab.change([sampleService(local), slice([a6, b6])]);
      assert.equal(await lab.agent('outside').ask('2001:db8::1', 30_777), `a ${source('2001:db8::2', gateway)}`);
      await lab.change([sampleService({ ...nodePort.spec, ...only }), slice([])]);
      assert.equal(await lab.agent('client').ask(six, 80), 'ECONNREFUSED');
      assert.equal(await lab.agent('outside').ask('2001:db8::1', 30_777), 'ECONNREFUSED');
      if (abilities.refusesUnallocated)
        assert.equal(await lab.agent('client').ask('fd00:96::abcd', 80), 'ECONNREFUSED');

      const names = sampleService({ ...only, ports: [{ port: 53, protocol: 'UDP' }] });
      const udp = (endpoint: SampleEndpoint) => sampleSlice([endpoint], { addressType: 'IPv6', ports: udpPorts });
      const fixed = { protocol: 'UDP', fromPort: 40_006 } as const;
      await lab.change([names, udp(a6)]);
      assert.match(await lab.agent('client').ask(six, 53, fixed), /^a /);
      await lab.change([udp(b6)]);
      assert.match(await lab.agent('client').ask(six, 53, fixed), /^b /);
    });

  if (abilities.sctp)
    feature('SCTP is led to its endpoint', async () => {
      const ports = [{ name: 's', protocol: 'SCTP', port: 7000 }];
      const rule = 'table ip seen { chain in { type filter hook input priority 0; sctp dport 7000 counter; }; }';
      await lab.lab.run('a', ['nft', '-f', '-'], rule);
      await lab.change([
        sampleService({ ports: [{ name: 's', port: 9, protocol: 'SCTP' }] }),
        sampleSlice([a], { ports }),
      ]);
      await runCommand('ip', ['netns', 'exec', lab.lab.ns('client'), ...sctpInit(VIP, 9)]);
      await eventually(async () => assert.match(await lab.lab.run('a', ['nft', 'list', 'ruleset']), /packets [1-9]/));
      await lab.lab.run('a', ['nft', 'delete', 'table', 'ip', 'seen']);
    });
}
