import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { test } from 'node:test';
import { silentLogger } from '@coxswain/foundation';
import { assertGolden } from '../testing/golden.ts';
import { sampleRuleSet } from '../testing/sample-rule-set.ts';
import { IpvsBackend } from './ipvs-backend.ts';
import { renderIpvs, renderIpvsChanges } from './render-ipvs.ts';
import { renderIpSets, renderIpvsRules } from './render-rules.ts';

const rendered = renderIpvs(sampleRuleSet, { nodeAddresses: ['172.30.0.2'] });
const everything = () => true;
const save = (commands: readonly string[]) => commands.join('\n');

test('virtual services and their destinations', () => {
  assertGolden(import.meta.dirname, 'ipvsadm.txt', `${save(renderIpvsChanges('', rendered.services, everything))}\n`);
});

test('addresses of the dummy interface', () => {
  assert.deepEqual(rendered.addresses, [
    '10.96.0.10',
    '10.96.0.11',
    '10.96.0.12',
    '10.96.0.13',
    '10.96.0.14',
    '10.96.7.7',
    '198.51.100.7',
    '203.0.113.9',
  ]);
});

test('sets, and the rules that look into them', () => {
  assertGolden(import.meta.dirname, 'ipset.txt', renderIpSets(rendered.sets));
  assertGolden(import.meta.dirname, 'iptables.rules', renderIpvsRules('10.244.0.0/16'));
});

test('only the difference is changed, and other people’s services stay', () => {
  const saved = save(renderIpvsChanges('', rendered.services, everything));
  assert.deepEqual(renderIpvsChanges(saved, rendered.services, everything), []);
  const foreign = '-A -t 192.0.2.1:80 -s wlc\n-a -t 192.0.2.1:80 -r 192.0.2.2:80 -m -w 1';
  const mine = (ip: string) => ip.startsWith('10.');
  assert.deepEqual(renderIpvsChanges(foreign, [], mine), []);
  const [web] = rendered.services;
  assert.ok(web);
  const fewer = { ...web, destinations: web.destinations.slice(1) };
  assert.deepEqual(renderIpvsChanges(save(renderIpvsChanges('', [web], everything)), [fewer], mine), [
    '-d -t 10.96.7.7:80 -r 10.244.0.5:8080',
  ]);
  const old = '-A -t 10.96.9.9:80 -s rr';
  assert.deepEqual(renderIpvsChanges(old, [], mine), ['-D -t 10.96.9.9:80']);
});

test('a kernel without IPVS is told so', async () => {
  const backend = new IpvsBackend({
    family: 'IPv4',
    clusterCIDR: undefined,
    serviceCIDR: undefined,
    log: silentLogger(),
  });
  const probe = backend.probe(AbortSignal.timeout(10_000));
  if (existsSync('/proc/net/ip_vs')) await probe.catch((error: Error) => assert.match(error.message, /is missing/));
  else await assert.rejects(probe, /this kernel has no IPVS \(module ip_vs\): use --proxy-mode=nftables or iptables/);
});
