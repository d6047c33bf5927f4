import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventually } from '@coxswain/foundation/testing';
import type { ProxyMode } from '../create-backend.ts';
import { ADDRESS, type ProxyLab } from './proxy-lab.ts';
import { many, sampleService, sampleSlice } from './sample-objects.ts';

const FOREIGN = [
  'nft add table ip theirs',
  'nft add chain ip theirs keep',
  'iptables -t nat -N THEIRS && iptables -t nat -A PREROUTING -j THEIRS',
  'iptables -t filter -N THEIRS',
  'iptables -t mangle -N THEIRS',
  'ip6tables -t nat -N THEIRS',
  'ip6tables -t filter -N THEIRS',
  'ip6tables -t mangle -N THEIRS',
];
const VIP = '10.96.7.7';
const web = sampleService({ type: 'NodePort', ports: [{ port: 80, protocol: 'TCP', nodePort: 30_777 }] });
const both = sampleSlice([{ ip: ADDRESS.a }, { ip: ADDRESS.b, node: 'node-2' }]);

export interface FaultOptions {
  /** What someone does by hand to take the rules away, as commands on the node. */
  readonly flushes: readonly string[];
  /** Connections outlive the program. */
  readonly survivesDeath: boolean;
  /** Where its rules are seen. */
  readonly state: readonly string[];
}

/** What every backend must withstand: registers one test a fault. */
export function faultSuite(mode: ProxyMode, lab: ProxyLab, options: FaultOptions): void {
  const start = () => lab.startProxy({ mode, syncPeriodMs: 300 }, [web, both]);
  const answers = async () => assert.match(await lab.agent('client').ask(VIP, 80, { timeoutMs: 300 }), /^[ab] /);
  const run = (command: string) => lab.lab.run('node', ['sh', '-c', command]);
  const state = async () => normal((await Promise.all(options.state.map(run))).join('\n'));
  let foreign = '';

  const makeForeign = async () => {
    for (const command of FOREIGN) await run(`${command} 2>/dev/null || true`);
  };

  test(`${mode}: starts beside what others made`, async () => {
    await lab.killProxy();
    await lab.lab.run('node', ['nft', 'flush', 'ruleset']);
    await makeForeign();
    foreign = await state();
    await start();
    await answers();
  });

  test(`${mode}: killed and started again under load`, async () => {
    const held = await Promise.all(Array.from({ length: 5 }, () => lab.agent('client').hold(VIP, 80)));
    let stop = false;
    const failures: string[] = [];
    const load = (async () => {
      while (!stop) {
        const answer = await lab.agent('outside').ask(ADDRESS.node, 30_777, { timeoutMs: 5000 });
        if (!/^[ab] /.test(answer)) failures.push(answer);
      }
    })();
    await lab.killProxy();
    if (options.survivesDeath) for (const { more } of held) assert.match(await more(), /^[ab]$/);
    await start();
    stop = true;
    await load;
    if (!options.survivesDeath) return answers();
    assert.deepEqual(failures, []);
    for (const { more } of held) assert.match(await more(), /^[ab]$/);
  });

  for (const flush of options.flushes)
    test(`${mode}: rules come back after ${flush}`, async () => {
      await answers();
      await run(flush);
      await eventually(answers, { timeout: 20_000 });
    });

  test(`${mode}: the API is away while endpoints change`, async () => {
    await lab.proxy.ask({ do: 'away' });
    await answers();
    await lab.change([sampleSlice([{ ip: ADDRESS.b, node: 'node-2' }])]);
    await answers();
    await lab.proxy.ask({ do: 'back' });
    await eventually(async () => assert.deepEqual(await lab.tally(6, VIP, 80), { b: 6 }), { timeout: 20_000 });
    await lab.change([both]);
  });

  test(`${mode}: a thousand Services come and go at once and leave nothing behind`, async () => {
    const calm = await state();
    const { put, keys } = many(1000);
    await lab.change(put);
    const ask = async () => assert.match(await lab.agent('client').ask('10.96.103.231', 80), /^[ab] /);
    await eventually(ask, { timeout: 20_000 });
    await lab.change([], keys);
    await eventually(async () => assert.equal(await state(), calm), { timeout: 20_000 });
    await lab.killProxy();
    await start();
    assert.equal(await state(), calm, 'as after a fresh start');
  });

  test(`${mode}: what others made stays, and nothing of ours does after a clean-up`, async () => {
    await makeForeign();
    await lab.proxy.ask({ do: 'stop' });
    await lab.proxy.ask({ do: 'cleanup' });
    assert.equal(await state(), foreign);
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
    assert.equal(await state(), foreign);
  });
}

/** What iptables makes at its first use and nobody can take away. */
const BUILT_IN = /^chain (PREROUTING|INPUT|FORWARD|OUTPUT|POSTROUTING)$|^type (nat|filter|route) hook/;

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
