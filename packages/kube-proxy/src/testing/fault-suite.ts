import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { EndpointSlice, Service } from '@coxswain/api';
import { eventually } from '@coxswain/foundation/testing';
import type { ProxyMode } from '../create-backend.ts';
import { ADDRESS, type ProxyLab } from './proxy-lab.ts';
import { many, sampleService, sampleSlice } from './sample-objects.ts';

const FOREIGN = [
  'nft add table ip theirs',
  'nft add chain ip theirs keep',
  'iptables -t nat -N THEIRS',
  'iptables -t nat -C PREROUTING -j THEIRS || iptables -t nat -A PREROUTING -j THEIRS',
  'iptables -t filter -N THEIRS',
  'iptables -t mangle -N THEIRS',
  'ip6tables -t nat -N THEIRS',
  'ip6tables -t filter -N THEIRS',
  'ip6tables -t mangle -N THEIRS',
];
const VIP = '10.96.7.7';
const web = sampleService({ type: 'NodePort', ports: [{ port: 80, protocol: 'TCP', nodePort: 30_777 }] });
const named = (name: string, clusterIP: string, spec: Partial<Service['spec']> = {}) =>
  sampleService({ clusterIP, ...spec }, { metadata: { name, namespace: 'default' } });
const both = sampleSlice([{ ip: ADDRESS.a }, { ip: ADDRESS.b, node: 'node-2' }]);

export interface FaultOptions {
  /** What someone does by hand to take the rules away, as commands on the node. */
  readonly flushes: readonly string[];
  /** Connections outlive the program. */
  readonly survivesDeath: boolean;
  /** Where its rules are seen. */
  readonly state: readonly string[];
}

/** What every mode may touch besides its rules. */
const ROUTES = ['ip route show table all', 'ip -6 route show table all', 'ip rule', 'ip -6 rule', 'bridge fdb show'];

/** What every backend must withstand: registers one test a fault. */
export function faultSuite(mode: ProxyMode, lab: ProxyLab, options: FaultOptions): void {
  const start = (extra: readonly (Service | EndpointSlice)[] = []) =>
    lab.startProxy({ mode, syncPeriodMs: 300 }, [web, both, ...extra]);
  const answers = async (question = {}) => assert.match(await lab.agent('client').ask(VIP, 80, question), /^[ab] /);
  const answersAgain = () => eventually(() => answers({ timeoutMs: 300 }));
  const run = (command: string) => lab.lab.run('node', ['sh', '-c', command]);
  const state = async () => normal((await Promise.all([...options.state, ...ROUTES].map(run))).join('\n'));
  /** UDP entries of connection tracking that concern Services: who asked whom, and who answers. */
  const udpFlows = async () =>
    [...(await run('conntrack -L -p udp 2>/dev/null || true')).matchAll(/src=(\S+) dst=(10\.96\S+) .*? src=(\S+)/g)]
      .map(([, from, to, by]) => `${from} ${to} ${by}`)
      .sort();
  let foreign = '';
  let fresh = '';

  const makeForeign = async () => {
    for (const command of FOREIGN) await run(`{ ${command}; } 2>/dev/null || true`);
  };
  /** Rules, routes and forwarding entries are those of a program that never saw a fault. */
  const asFresh = async () => {
    await makeForeign();
    await eventually(async () => same(await state(), fresh));
  };

  test(`${mode}: starts beside what others made`, async () => {
    await lab.killProxy();
    await lab.lab.run('node', ['nft', 'flush', 'ruleset']);
    await makeForeign();
    foreign = await state();
    await start();
    await answers();
    fresh = await state();
    assert.notEqual(fresh, foreign);
  });

  test(`${mode}: killed in the midst of a large change and started again, under load`, async () => {
    const held = await Promise.all(Array.from({ length: 5 }, () => lab.agent('client').hold(VIP, 80)));
    let stop = false;
    const failures: string[] = [];
    let asked = 0;
    const load = async (from: 'outside' | 'client', host: string, port: number) => {
      while (!stop) {
        const began = Date.now();
        const answer = await lab.agent(from).ask(host, port);
        asked += 1;
        if (!/^[ab] /.test(answer)) failures.push(`${from}: ${answer} after ${Date.now() - began} ms`);
      }
    };
    const loads = [load('outside', ADDRESS.node, 30_777), load('client', VIP, 80)];
    // The program that starts next does not know of these.
    lab.change(many(300).put).catch(() => {});
    await new Promise((done) => setTimeout(done, 40));
    await lab.killProxy();
    if (options.survivesDeath) for (const { more } of held) assert.match(await more(), /^[ab]$/);
    await start();
    if (options.survivesDeath) await eventually(() => assert.ok(asked > 20, `only ${asked} connections were tried`));
    stop = true;
    await Promise.all(loads);
    await answersAgain();
    await asFresh();
    if (!options.survivesDeath) return;
    assert.deepEqual(failures, []);
    for (const { more } of held) assert.match(await more(), /^[ab]$/);
  });

  test(`${mode}: a connection that was begun while there were no rules does not stand in the way`, async () => {
    await lab.killProxy();
    await run('nft flush ruleset');
    await makeForeign();
    // Others have connections tracked, so that the kernel remembers where this one went.
    await run('nft add rule ip theirs keep ct state new');
    // None that the kernel gives to others: those of before may not be free yet.
    const fixed = { fromPort: 20_002 } as const;
    assert.doesNotMatch(await lab.agent('client').ask(VIP, 80, { ...fixed, timeoutMs: 300 }), /^[ab] /);
    await start();
    await answers(fixed);
    await run('nft flush chain ip theirs keep');
    await asFresh();
  });

  for (const flush of options.flushes)
    test(`${mode}: rules come back after ${flush}`, async () => {
      await answers();
      await run(flush);
      await answersAgain();
      await asFresh();
    });

  test(`${mode}: the API is away while Services and endpoints change`, async () => {
    // 1. A UDP flow of a client that never pauses, and a Service that will be gone.
    const names = named('names', '10.96.7.9', { ports: [{ port: 53, protocol: 'UDP' }] });
    const ports = [{ name: '', protocol: 'UDP', port: 8080 }];
    const onlyA = sampleSlice([{ ip: ADDRESS.a }], { service: 'names', ports });
    const gone = [named('gone', '10.96.7.10'), sampleSlice([{ ip: ADDRESS.a }], { service: 'gone' })];
    await lab.change([names, onlyA, ...gone]);
    const fixed = { protocol: 'UDP', fromPort: 40_001 } as const;
    assert.match(await lab.agent('client').ask('10.96.7.9', 53, fixed), /^a /);
    // 2. Away: what is known goes on, and the server is not asked in a busy loop.
    await lab.proxy.ask({ do: 'away' });
    const since = Date.now();
    await answers();
    await lab.change(
      [
        sampleSlice([{ ip: ADDRESS.b, node: 'node-2' }]),
        sampleSlice([{ ip: ADDRESS.b, node: 'node-2' }], { service: 'names', ports }),
        named('new', '10.96.7.11'),
        sampleSlice([{ ip: ADDRESS.a }], { service: 'new' }),
      ],
      ['default/gone'],
    );
    await eventually(async () => assert.ok((await lab.proxy.ask<number>({ do: 'tries' })) >= 4));
    await answers();
    const tries = await lab.proxy.ask<number>({ do: 'tries' });
    assert.ok(tries <= 9 + (6 * (Date.now() - since)) / 1000, `${tries} tries in ${Date.now() - since} ms`);
    // 3. Back: all that happened meanwhile is known, the flow has moved.
    await lab.proxy.ask({ do: 'back' });
    await eventually(async () => assert.deepEqual(await lab.tally(6, VIP, 80), { b: 6 }));
    await eventually(async () => assert.match(await lab.agent('client').ask('10.96.7.9', 53, fixed), /^b /));
    await eventually(async () => assert.match(await lab.agent('client').ask('10.96.7.11', 80), /^a /));
    await eventually(async () =>
      assert.doesNotMatch(await lab.agent('client').ask('10.96.7.10', 80, { timeoutMs: 300 }), /^[ab] /),
    );
    // 4. Watches that end again and again lose nothing.
    for (const each of [ADDRESS.a, ADDRESS.b, ADDRESS.a]) {
      await lab.proxy.ask({ do: 'end-watches' });
      await lab.change([sampleSlice([{ ip: each }])]);
      const only = { [each === ADDRESS.a ? 'a' : 'b']: 3 };
      await eventually(async () => assert.deepEqual(await lab.tally(3, VIP, 80), only));
    }
    await lab.change([both], ['default/names', 'default/new']);
    await asFresh();
  });

  test(`${mode}: a thousand Services come and go at once and leave nothing behind`, async () => {
    const { put, keys } = many(1000);
    const names = named('names', '10.96.7.9', { ports: [{ port: 53, protocol: 'UDP' }] });
    const ports = [{ name: '', protocol: 'UDP', port: 8080 }];
    await lab.change([...put, names, sampleSlice([{ ip: ADDRESS.a }], { service: 'names', ports })]);
    const ask = async () => assert.match(await lab.agent('client').ask('10.96.103.231', 80), /^[ab] /);
    await eventually(ask);
    assert.match(await lab.agent('client').ask('10.96.7.9', 53, { protocol: 'UDP' }), /^a /);
    await lab.change([], [...keys, 'default/names']);
    await asFresh();
    assert.deepEqual(await udpFlows(), [], 'no flow of a Service that is gone');
    await lab.killProxy();
    await start();
    same(await state(), fresh);
  });

  test(`${mode}: --prefer-local-endpoints keeps to the replica here, for Services that say nothing`, async () => {
    await lab.startProxy({ mode, syncPeriodMs: 300, preferLocal: true }, [web, both]);
    assert.deepEqual(await lab.tally(8, VIP, 80), { a: 8 });
    assert.deepEqual(await lab.tally(8, ADDRESS.node, 30_777, { at: 'outside' }), { a: 8 });
    await lab.change([sampleSlice([{ ip: ADDRESS.b, node: 'node-2' }])]);
    assert.deepEqual(await lab.tally(4, VIP, 80), { b: 4 }, 'elsewhere without one');
    await start();
  });

  test(`${mode}: what others made stays, and nothing of ours does after a clean-up`, async () => {
    await makeForeign();
    await lab.proxy.ask({ do: 'stop' });
    await lab.proxy.ask({ do: 'cleanup' });
    same(await state(), foreign);
    await start();
    await answers();
  });

  const other = mode === 'nftables' ? 'iptables' : 'nftables';
  test(`${mode}: another mode takes over and takes all of this one away`, async () => {
    await lab.killProxy();
    await lab.startProxy({ mode: other }, [web, both]);
    await answers();
    await lab.proxy.ask({ do: 'stop' });
    await lab.proxy.ask({ do: 'cleanup' });
    same(await state(), foreign);
  });
}

/** What iptables makes at its first use and nobody can take away. */
const BUILT_IN = /^chain (PREROUTING|INPUT|FORWARD|OUTPUT|POSTROUTING)$|^type (nat|filter|route) hook/;

/** Fails with the lines that differ. */
function same(actual: string, expected: string): void {
  const [now, before] = [actual, expected].map((text) => new Set(text.split('\n'))) as [Set<string>, Set<string>];
  const difference = { more: [...now.difference(before)], missing: [...before.difference(now)] };
  assert.deepEqual(difference, { more: [], missing: [] });
  assert.equal(actual, expected);
}

/** Without counters, and in an order of its own: those of chains and elements say nothing. */
function normal(text: string): string {
  const lines = text
    .replaceAll(/\[\d+:\d+\]|packets \d+ bytes \d+|expires \w+|valid_lft.*|^#.*$/gm, '')
    .split(/\n|,/)
    .map((line) =>
      line
        .replace(/elements = \{/, '')
        .replaceAll(/[}{]/g, '')
        .trim(),
    )
    .filter((line) => line !== '' && !BUILT_IN.test(line));
  return lines.sort().join('\n');
}
