import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { parse } from 'yaml';
import { runPki } from './run-pki.ts';
import { testCluster } from './testing/index.ts';

function snapshot(dir: string): Map<string, string> {
  const files = readdirSync(dir, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return new Map(
    files.map((entry) => join(entry.parentPath, entry.name)).map((path) => [path, readFileSync(path, 'utf8')]),
  );
}

test('a second run changes nothing, a lost file comes back, all files are secret', async () => {
  await using cluster = await testCluster();
  const options = {
    dir: cluster.dir,
    server: 'https://127.0.0.1:6443',
    nodes: 2,
    nodeAddressRange: '10.9.0.0/29',
    publish: { apiserver: join(cluster.dir, 'out/apiserver'), etcd: join(cluster.dir, 'out/etcd') },
  };
  await runPki(options, AbortSignal.timeout(30_000));
  const before = snapshot(cluster.dir);
  for (const path of before.keys()) assert.equal(statSync(path).mode & 0o777, 0o600, path);
  await runPki(options, AbortSignal.timeout(30_000));
  assert.deepEqual(snapshot(cluster.dir), before);

  rmSync(join(cluster.dir, 'pki/apiserver.crt'));
  await runPki(options, AbortSignal.timeout(30_000));
  const after = snapshot(cluster.dir);
  assert.deepEqual([...after.keys()].sort(), [...before.keys()].sort());
  assert.equal(after.get(join(cluster.dir, 'pki/ca.key')), before.get(join(cluster.dir, 'pki/ca.key')));
});

test('a node gets its own credentials and no authority key', async () => {
  await using cluster = await testCluster();
  const range = { nodes: 2, nodeAddressRange: '10.9.0.0/29' };
  await runPki({ dir: cluster.dir, server: 'https://apiserver:6443', ...range }, AbortSignal.timeout(30_000));
  const node = join(cluster.dir, 'nodes/node-2');
  assert.deepEqual([...snapshot(node).keys()].map((path) => path.slice(node.length + 1)).sort(), [
    'kube-proxy.conf',
    'kubelet.conf',
    'pki/ca.crt',
    'pki/kubelet-client.crt',
    'pki/kubelet-client.key',
    'pki/kubelet.crt',
    'pki/kubelet.key',
    'pod-network.conf',
  ]);
  const kubeconfig = parse(readFileSync(join(node, 'kubelet.conf'), 'utf8'));
  assert.equal(kubeconfig.clusters[0].cluster.server, 'https://apiserver:6443');
  const data = Buffer.from(kubeconfig.users[0].user['client-certificate-data'], 'base64');
  assert.equal(new X509Certificate(data).subject, 'O=system:nodes\nCN=system:node:node-2');
  const serving = new X509Certificate(readFileSync(join(node, 'pki/kubelet.crt')));
  assert.ok(serving.checkHost('node-2') && serving.checkIP('10.9.0.6') && !serving.checkIP('10.9.0.8'));
});

test('an unknown role is refused', async () => {
  await using cluster = await testCluster();
  const options = { dir: cluster.dir, server: 'https://apiserver:6443', nodes: 0, publish: { root: '/nowhere' } };
  await assert.rejects(runPki(options, AbortSignal.timeout(30_000)), /no such role: root/);
});
