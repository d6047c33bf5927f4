import assert from 'node:assert/strict';
import { it } from 'node:test';
import { parseNetworkList } from './cni/network-list.ts';
import { toHappening } from './docker-watch.ts';
import { sameImageName, withTag } from './image-reference.ts';
import { containerName, sandboxName } from './naming.ts';
import { registryAuth } from './rpc/pull-image.ts';
import { renderResolvConf } from './sandbox-records.ts';
import { fromDockerSignal, toDockerSignal } from './signals.ts';

it('names containers as dockershim did', () => {
  const pod = { name: 'web', namespace: 'ns', uid: 'u-1', attempt: 3 };
  assert.equal(sandboxName(pod), 'k8s_POD_web_ns_u-1_3');
  assert.equal(containerName({ name: 'main', attempt: 1 }, pod), 'k8s_main_web_ns_u-1_1');
});

it('completes image names', () => {
  const table: [string, string][] = [
    ['nginx', 'nginx:latest'],
    ['nginx:1', 'nginx:1'],
    ['localhost:5000/a', 'localhost:5000/a:latest'],
    ['localhost:5000/a:1', 'localhost:5000/a:1'],
    ['a@sha256:1', 'a@sha256:1'],
    ['sha256:1', 'sha256:1'],
  ];
  for (const [name, full] of table) assert.equal(withTag(name), full);
  assert.ok(sameImageName('docker.io/library/nginx', 'nginx:latest'));
  assert.ok(!sameImageName('other/nginx', 'nginx'));
});

it('writes signals both ways', () => {
  assert.equal(toDockerSignal('SIGRTMAXMINUS1'), 'SIGRTMAX-1');
  for (const [signal, name] of [
    ['', 'SIGTERM'],
    ['3', 'SIGQUIT'],
    ['QUIT', 'SIGQUIT'],
    ['SIGRTMIN+3', 'SIGRTMINPLUS3'],
  ])
    assert.equal(fromDockerSignal(signal as string), name);
});

it('reads network configurations and refuses what is none', () => {
  assert.deepEqual(parseNetworkList('{"name":"n","cniVersion":"0.4.0","type":"bridge"}').plugins.length, 1);
  for (const text of [
    '',
    '{}',
    '{"name":"n"}',
    '{"name":"n","plugins":[]}',
    '{"name":"n","plugins":[{"type":"../x y"}]}',
  ])
    assert.throws(() => parseNetworkList(text));
});

it('renders resolv.conf', () => {
  const dns = { servers: ['10.96.0.10'], searches: ['a.b', 'c'], options: ['ndots:5', 'edns0'] };
  assert.equal(renderResolvConf(dns), 'nameserver 10.96.0.10\nsearch a.b c\noptions ndots:5 edns0\n');
});

it('passes registry credentials in whichever form they come', () => {
  const none = { username: '', password: '', auth: '', serverAddress: '', identityToken: '', registryToken: '' };
  assert.deepEqual(registryAuth({ ...none, username: 'u', password: 'a:b' }), { username: 'u', password: 'a:b' });
  const auth = Buffer.from('u:a:b').toString('base64');
  assert.deepEqual(registryAuth({ ...none, auth }), { username: 'u', password: 'a:b' });
  assert.deepEqual(registryAuth({ ...none, identityToken: 't', serverAddress: 's' }), {
    serveraddress: 's',
    identitytoken: 't',
  });
});

it('reads Docker’s events', () => {
  const labels = { 'io.kubernetes.docker.type': 'container', 'io.kubernetes.sandbox.id': 'box' };
  const event = { Action: 'die', Actor: { ID: 'c', Attributes: labels }, time: 1, timeNano: 1e9 };
  assert.deepEqual(toHappening(event), { id: 'c', sandboxId: 'box', type: 'CONTAINER_STOPPED_EVENT', at: 10n ** 9n });
  assert.equal(toHappening({ ...event, Action: 'oom' }), undefined);
});
