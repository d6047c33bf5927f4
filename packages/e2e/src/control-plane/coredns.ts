import assert from 'node:assert/strict';
import type { IncomingMessage } from 'node:http';
import { request } from 'node:https';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import type { KubeConfig } from '@kubernetes/client-node';
import type { KubectlRunner } from '../harness/kubectl.ts';

const PROTOBUF = 'application/vnd.kubernetes.protobuf';
const WATCHED = [
  ['/api/v1/services', 'ServiceList'],
  ['/api/v1/pods', 'PodList'],
  ['/api/v1/namespaces', 'NamespaceList'],
  ['/api/v1/endpoints', 'EndpointsList'],
  ['/apis/discovery.k8s.io/v1/endpointslices', 'EndpointSliceList'],
] as const;

/**
 * Applies a manifest of CoreDNS' shape and asks what its `kubernetes` plugin asks (client-go: the version, discovery,
 * lists and watches in protobuf with bookmarks), with its ServiceAccount's token and rights. CoreDNS itself is not run.
 */
export async function askAsCoreDns(kubectl: KubectlRunner, config: KubeConfig): Promise<void> {
  const manifest = join(import.meta.dirname, 'testdata/coredns.yaml');
  await kubectl.run(['apply', '-f', manifest]);
  assert.doesNotMatch(await kubectl.run(['apply', '-f', manifest]), /created|configured/, 'applying it again');
  await kubectl.run(['apply', '--server-side', '--force-conflicts', '-f', manifest]);
  const token = (await kubectl.run(['-n', 'kube-system', 'create', 'token', 'coredns'])).trim();
  const cluster = config.getCurrentCluster();
  const get = (path: string, accept: string) =>
    new Promise<IncomingMessage>((resolve, reject) => {
      const headers = { authorization: `Bearer ${token}`, accept, 'user-agent': 'coredns/v1.11.1' };
      const ca = Buffer.from(cluster?.caData ?? '', 'base64');
      const outgoing = request(new URL(path, cluster?.server), { headers, ca, agent: false, timeout: 10_000 });
      outgoing
        .on('error', reject)
        .on('response', resolve)
        .on('timeout', () => outgoing.destroy(new Error('silent')));
      outgoing.end();
    });

  // 1. Which versions there are: it takes EndpointSlices v1 from 1.22 on.
  const version = JSON.parse(String(await buffer(await get('/version', 'application/json'))));
  assert.ok(Number.parseInt(version.minor, 10) >= 22 && version.major === '1', JSON.stringify(version));
  const group = JSON.parse(String(await buffer(await get('/apis/discovery.k8s.io/v1', 'application/json, */*'))));
  assert.ok(group.resources.some(({ name }: { name: string }) => name === 'endpointslices'));
  // 2. Lists and watches.
  for (const [path, kind] of WATCHED) {
    const listed = await get(`${path}?limit=500&resourceVersion=0`, `${PROTOBUF},application/json`);
    const body = await buffer(listed);
    assert.deepEqual([listed.statusCode, listed.headers['content-type']], [200, PROTOBUF], path);
    assert.equal(body.subarray(0, 4).toString('latin1'), 'k8s\0');
    assert.ok(body.subarray(0, 80).includes(kind), path);
    const query = 'allowWatchBookmarks=true&timeoutSeconds=300&watch=true&resourceVersion=0';
    const watch = await get(`${path}?${query}`, `${PROTOBUF};stream=watch,application/json;stream=watch`);
    assert.equal(watch.headers['content-type'], `${PROTOBUF};stream=watch`);
    watch.destroy();
    // What newer client-go asks instead of a list: all objects as events, then a bookmark that says so.
    const streamed = 'sendInitialEvents=true&resourceVersionMatch=NotOlderThan';
    const stream = await get(
      `${path}?${query.replace(/&resourceVersion=0$/, '')}&${streamed}`,
      `${PROTOBUF};stream=watch`,
    );
    assert.equal(stream.headers['content-type'], `${PROTOBUF};stream=watch`);
    let seen = '';
    for await (const chunk of stream) {
      seen += (chunk as Buffer).toString('latin1');
      if (seen.includes('k8s.io/initial-events-end')) break;
    }
    assert.match(seen, /BOOKMARK.*k8s\.io\/initial-events-end/s, path);
    stream.destroy();
  }
  // 3. The Service of the apiserver itself comes as an event: its length, then the object.
  const watch = await get('/api/v1/services?watch=true&resourceVersion=0', `${PROTOBUF};stream=watch`);
  for await (const chunk of watch) {
    const frame = chunk as Buffer;
    assert.ok(frame.readUInt32BE(0) <= 1_000_000);
    assert.ok(frame.subarray(4).includes('ADDED') && frame.includes('k8s\0'));
    break;
  }
  watch.destroy();
  // 4. Nothing more.
  assert.equal((await get('/api/v1/secrets', PROTOBUF)).statusCode, 403);
}
