import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { after, before, test } from 'node:test';
import { runCommand } from '@coxswain/foundation';
import { eventually } from '@coxswain/foundation/testing';
import type { RuleSet, ServicePortRule } from '../rule-set.ts';
import { renderAll, renderChanges } from './render-changes.ts';
import { renderService } from './render-service.ts';

// One "node" namespace that routes between a client and two servers, all made here and unreachable from outside.
const id = process.pid.toString(36);
const ns = (name: string) => `cxp-${id}-${name}`;
const SERVERS = { a: '10.244.77.2', b: '10.244.78.2' } as const;
const CLIENT = '10.244.79.2';
const children: ReturnType<typeof spawn>[] = [];

const ip = (...args: string[]) => runCommand('ip', args);
const inside = (name: string, ...command: string[]) => runCommand('ip', ['netns', 'exec', ns(name), ...command]);

async function link(name: string, address: string): Promise<void> {
  const gateway = address.replace(/\.2$/, '.1');
  await ip('netns', 'add', ns(name));
  await ip(
    'link',
    'add',
    `cx${id}${name}`,
    'netns',
    ns('node'),
    'type',
    'veth',
    'peer',
    'name',
    'eth0',
    'netns',
    ns(name),
  );
  await inside('node', 'ip', 'addr', 'add', `${gateway}/24`, 'dev', `cx${id}${name}`);
  await inside('node', 'ip', 'link', 'set', `cx${id}${name}`, 'up');
  await inside(name, 'ip', 'addr', 'add', `${address}/24`, 'dev', 'eth0');
  for (const device of ['eth0', 'lo']) await inside(name, 'ip', 'link', 'set', device, 'up');
  await inside(name, 'ip', 'route', 'add', 'default', 'via', gateway);
}

const SERVER = `
const name = process.argv[1];
require('node:net').createServer((s) => s.end(name + ' ' + s.remoteAddress)).listen(8080, '0.0.0.0');
const u = require('node:dgram').createSocket('udp4');
u.on('message', (m, from) => u.send(name, from.port, from.address));
u.bind(8080, '0.0.0.0', () => console.log('up'));`;
const ASK_TCP = `
const s = require('node:net').connect(Number(process.argv[2]), process.argv[1]);
s.setTimeout(2000, () => { console.log('timeout'); process.exit(0); });
s.on('data', (d) => { console.log(String(d)); process.exit(0); }).on('error', (e) => { console.log(e.code); process.exit(0); });`;
const ASK_UDP = `
const u = require('node:dgram').createSocket('udp4');
u.on('message', (m) => { console.log(String(m)); process.exit(0); }).on('error', (e) => { console.log(e.code); process.exit(0); });
u.connect(Number(process.argv[2]), process.argv[1], () => u.send('x'));
setTimeout(() => { console.log('timeout'); process.exit(0); }, 2000);`;

const ask = async (script: string, address: string, port: number, from = 'client') =>
  (await inside(from, process.execPath, '-e', script, address, String(port))).trim();

before(async () => {
  await ip('netns', 'add', ns('node'));
  await inside('node', 'ip', 'link', 'set', 'lo', 'up');
  await inside('node', 'sysctl', '-qw', 'net.ipv4.ip_forward=1');
  await link('a', SERVERS.a);
  await link('b', SERVERS.b);
  await link('client', CLIENT);
  await inside('node', 'ip', 'route', 'add', 'default', 'via', SERVERS.a);
  for (const name of ['a', 'b'])
    await new Promise<void>((resolve, reject) => {
      const child = spawn('ip', ['netns', 'exec', ns(name), process.execPath, '-e', SERVER, name]);
      children.push(child);
      child.stdout.once('data', () => resolve());
      child.once('error', reject);
      child.once('exit', (code) => reject(new Error(`server ended with ${code}`)));
    });
});

after(async () => {
  for (const child of children) child.kill('SIGKILL');
  for (const name of ['a', 'b', 'client', 'node']) await ip('netns', 'del', ns(name)).catch(() => {});
});

function rule(protocol: 'TCP' | 'UDP', ips: string[], extra: Partial<ServicePortRule> = {}): ServicePortRule {
  const endpoints = ips.map((address) => ({ ip: address, port: 8080, local: true }));
  return {
    service: 'default/web',
    portName: '',
    protocol,
    port: 80,
    clusterIPs: ['10.96.7.7'],
    externalIPs: [],
    nodePort: 30777,
    internalEndpoints: endpoints,
    externalEndpoints: endpoints,
    externalPolicyLocal: false,
    ...extra,
  };
}

const options = { clusterCIDR: '10.244.0.0/16', serviceCIDR: '10.96.0.0/16' };
let applied = renderService([], options);
async function apply(...rules: ServicePortRule[]): Promise<void> {
  const next = renderService(rules, options);
  const script = renderChanges([[applied, next]]);
  if (script !== '') await runCommand('ip', ['netns', 'exec', ns('node'), 'nft', '-f', '-'], { input: script });
  applied = next;
}

test('real packets follow the rules through a cluster IP, a node port, changes and the end', async () => {
  const start: RuleSet = { services: new Map() };
  await runCommand('ip', ['netns', 'exec', ns('node'), 'nft', '-f', '-'], {
    input: renderAll(
      [...start.services.values()].map((r) => renderService(r, options)),
      options,
    ),
  });

  await apply(rule('TCP', [SERVERS.a, SERVERS.b]), rule('UDP', [SERVERS.a, SERVERS.b]));
  for (const script of [ASK_TCP, ASK_UDP]) {
    const seen = new Set<string>();
    await eventually(async () => {
      seen.add((await ask(script, '10.96.7.7', 80)).split(' ')[0] as string);
      return seen.has('a') && seen.has('b');
    });
    assert.deepEqual([...seen].sort(), ['a', 'b']);
  }
  assert.match(await ask(ASK_TCP, '10.96.7.7', 80), new RegExp(`^[ab] ${CLIENT}$`), 'the source is kept');
  assert.match(await ask(ASK_TCP, '10.244.79.1', 30777), /^[ab] 10\.244\.7[78]\.1$/, 'a node port masquerades');
  assert.match(await ask(ASK_TCP, '10.96.7.7', 80, 'node'), /^[ab] /, 'the node itself reaches it');

  await apply(rule('TCP', [SERVERS.b]), rule('UDP', [SERVERS.b]));
  for (let i = 0; i < 5; i++) assert.match(await ask(ASK_TCP, '10.96.7.7', 80), /^b /);
  assert.match(await ask(ASK_TCP, '10.96.7.7', 80, 'b'), /^b 10\.244\.78\.1$/, 'a pod reaches itself');

  await apply(rule('TCP', []), rule('UDP', []));
  assert.equal(await ask(ASK_TCP, '10.96.7.7', 80), 'ECONNREFUSED', 'refused at once without endpoints');
  assert.equal(await ask(ASK_UDP, '10.96.7.7', 80), 'ECONNREFUSED');
  assert.equal(await ask(ASK_TCP, '10.244.79.1', 30777), 'ECONNREFUSED');

  await apply(rule('TCP', [SERVERS.a, SERVERS.b], { affinitySeconds: 60 }));
  const first = await ask(ASK_TCP, '10.96.7.7', 80);
  for (let i = 0; i < 6; i++)
    assert.equal(await ask(ASK_TCP, '10.96.7.7', 80), first, 'the client stays with its endpoint');

  await apply();
  assert.equal(await ask(ASK_TCP, '10.96.7.7', 80), 'ECONNREFUSED', 'an unallocated cluster IP is refused here');
  const table = await inside('node', 'nft', 'list', 'table', 'ip', 'kube-proxy');
  assert.doesNotMatch(table, /chain (service|endpoint|external)-[0-9A-F]{8}-/, 'nothing is left behind');
});
