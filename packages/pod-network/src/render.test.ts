import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { CONFIG_FILE, foreignConfig, putConfig } from './cni-config-file.ts';
import { renderCniConfig } from './render-cni-config.ts';
import { renderNftables } from './render-nftables.ts';

const ranges = { clusterCidr: '10.244.0.0/16', serviceCidr: '10.96.0.0/16' };

test('pods keep their addresses towards pods only', () => {
  const rules = renderNftables({ ...ranges, podCidr: '10.244.1.0/24' });
  assert.match(rules, /ip saddr 10\.244\.1\.0\/24 ip daddr != 10\.244\.0\.0\/16 masquerade/);
  assert.doesNotMatch(renderNftables({ ...ranges, podCidr: undefined }), /saddr/);
});

test('cluster IPs are refused where packets leave, after NAT', () => {
  const rules = renderNftables({ ...ranges, podCidr: undefined });
  for (const hook of ['forward', 'output'])
    assert.match(
      rules,
      new RegExp(
        `hook ${hook} priority filter; policy accept;\\n(?:    oifname.*\\n)?    ip daddr 10\\.96\\.0\\.0/16 (?:fib daddr type != local )?goto refuse`,
      ),
    );
  assert.ok(rules.startsWith('table ip pod-network\ndelete table ip pod-network\ntable ip pod-network {'));
});

test('the CNI configuration: bridge with host-local and portmap', () => {
  const { plugins, ...list } = JSON.parse(
    renderCniConfig({ podCidr: '10.244.1.0/24', mtu: 1450, attachment: 'bridge' }),
  );
  assert.deepEqual(list, { cniVersion: '1.0.0', name: 'coxswain' });
  const [bridge, portmap] = plugins;
  assert.deepEqual(bridge.ipam.ranges, [[{ subnet: '10.244.1.0/24' }]]);
  assert.deepEqual(
    [bridge.type, bridge.bridge, bridge.isGateway, bridge.hairpinMode, bridge.ipMasq, bridge.mtu],
    ['bridge', 'cni0', true, true, false, 1450],
  );
  assert.deepEqual(portmap, { type: 'portmap', snat: true, capabilities: { portMappings: true } });
});

test('without filtering of bridged packets each pod has a link of its own', () => {
  const { plugins } = JSON.parse(renderCniConfig({ podCidr: '10.244.1.0/24', attachment: 'ptp' }));
  assert.deepEqual(Object.keys(plugins[0]).sort(), ['ipMasq', 'ipam', 'type']);
});

let dir: string;
before(async () => {
  dir = await mkdtemp(join(tmpdir(), 'pod-network-'));
});
after(() => rm(dir, { recursive: true, force: true }));

test('the file is written once, whole, and leaves nothing beside it', async () => {
  assert.equal(await putConfig(join(dir, 'new'), 'a'), true);
  assert.equal(await putConfig(join(dir, 'new'), 'a'), false);
  assert.equal(await putConfig(join(dir, 'new'), 'b'), true);
  assert.deepEqual(await readdir(join(dir, 'new')), [CONFIG_FILE]);
  assert.equal(await readFile(join(dir, 'new', CONFIG_FILE), 'utf8'), 'b');
  assert.equal(await putConfig(join(dir, 'new'), undefined), true);
  assert.deepEqual(await readdir(join(dir, 'new')), []);
});

test('only a configuration that the runtime would take first is another network', async () => {
  assert.equal(await foreignConfig(join(dir, 'missing')), undefined);
  for (const name of ['00-readme.txt', '87-podman-bridge.conflist', CONFIG_FILE])
    await writeFile(join(dir, name), '{}');
  assert.equal(await foreignConfig(dir), undefined);
  await writeFile(join(dir, '05-cilium.conflist'), '{}');
  assert.equal(await foreignConfig(dir), '05-cilium.conflist');
});
