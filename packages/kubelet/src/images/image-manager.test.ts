import assert from 'node:assert/strict';
import { it } from 'node:test';
import { FakeRuntime, loopbackClient } from '@coxswain/cri/testing';
import { FakeClock } from '@coxswain/foundation/testing';
import { RestartBackoff } from '../container/restart-backoff.ts';
import { StartError } from '../container/start-error.ts';
import { noEvents } from '../events/pod-events.ts';
import { buildContainer, buildPod } from '../testing/build-pod.ts';
import { ImageManager } from './image-manager.ts';
import { parseImageName } from './image-name.ts';
import type { RegistryCredential } from './registry-credentials.ts';

for (const [text, name] of [
  ['busybox', 'busybox:latest'],
  ['busybox:1.36', 'busybox:1.36'],
  ['localhost:5000/a/b:v1', 'localhost:5000/a/b:v1'],
  [`a@sha256:${'0'.repeat(64)}`, `a@sha256:${'0'.repeat(64)}`],
  ['Upper/Case', undefined],
  ['a b', undefined],
  ['', undefined],
  ['a:', undefined],
] as const) {
  it(`reads image name ${JSON.stringify(text)}`, () => assert.equal(parseImageName(text)?.name, name));
}

function setUp(images: string[], credentials: RegistryCredential[] = []) {
  const clock = new FakeClock();
  const runtime = new FakeRuntime({ clock, images });
  const said: string[] = [];
  const manager = new ImageManager({
    cri: loopbackClient(runtime.handlers),
    backoff: new RestartBackoff({ clock }),
    clock,
    credentials: async () => credentials,
    events: { ...noEvents, container: (_p, _c, type, reason, message) => said.push(`${type} ${reason} ${message}`) },
  });
  const ensure = (image: string, imagePullPolicy = 'IfNotPresent') =>
    manager.ensure(pod, buildContainer('c', { image, imagePullPolicy }), undefined, new AbortController().signal);
  const pod = buildPod('p');
  return { clock, runtime, said, ensure };
}

const fails = (reason: string) => (error: unknown) => error instanceof StartError && error.reason === reason;

it('uses what is present', async () => {
  const { ensure, said } = setUp(['a:1']);
  assert.match((await ensure('a:1')).ref, /^sha256:/);
  assert.deepEqual(said, ['Normal Pulled Container image "a:1" already present on machine']);
});

it('pulls what is absent, and always when told to', async () => {
  const { ensure, said, runtime } = setUp(['b:1']);
  await ensure('a:1');
  await ensure('b:1', 'Always');
  assert.equal(runtime.calls.filter(({ rpc }) => rpc === 'pullImage').length, 2);
  assert.equal(said[0], 'Normal Pulling Pulling image "a:1"');
  assert.match(said[1] as string, /^Normal Pulled Successfully pulled image "a:1" in /);
});

it('backs off from a pull that fails', async () => {
  const { ensure, runtime, clock, said } = setUp([]);
  runtime.images.fail('bad:1');
  await assert.rejects(ensure('bad:1'), fails('ErrImagePull'));
  await assert.rejects(ensure('bad:1'), fails('ImagePullBackOff'));
  assert.equal(said.at(-1), 'Normal BackOff Back-off pulling image "bad:1"');
  await clock.advance(10_001);
  await assert.rejects(ensure('bad:1'), fails('ErrImagePull'));
});

it('refuses what can not be', async () => {
  const { ensure } = setUp([]);
  await assert.rejects(ensure('a:1', 'Never'), fails('ErrImageNeverPull'));
  await assert.rejects(ensure('Bad Name'), fails('InvalidImageName'));
});

it('pulls with the credentials that count for the image', async () => {
  const auth = { username: 'u', password: 'p' };
  const { ensure, runtime } = setUp(
    [],
    [
      { pattern: 'r.io', auth },
      { pattern: 'other.io', auth: {} },
    ],
  );
  await ensure('r.io/a:1');
  await ensure('free.io/a:1');
  const pulls = runtime.calls.filter(({ rpc }) => rpc === 'pullImage').map(({ request }) => request);
  assert.deepEqual(
    pulls.map((request) => (request as { auth?: { username?: string } }).auth?.username),
    ['u', undefined],
  );
});
