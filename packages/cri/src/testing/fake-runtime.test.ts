import assert from 'node:assert/strict';
import { it } from 'node:test';
import { eventually, FakeClock } from '@coxswain/foundation/testing';
import { isCriError, isNotFound } from '../cri-error.ts';
import { FakeRuntime } from './fake-runtime.ts';
import { loopbackClient } from './loopback-client.ts';

const pod = {
  metadata: { name: 'web', namespace: 'default', uid: 'u1' },
  labels: { app: 'web' },
  logDirectory: '/var/log/pods/default_web_u1',
};

it('takes a pod through its life and reports each step', async () => {
  const clock = new FakeClock();
  const fake = new FakeRuntime({ clock, images: ['nginx:1.27'], process: () => ({ exitAfterMs: 5000, exitCode: 2 }) });
  const client = loopbackClient(fake.handlers);
  const stop = new AbortController();
  const events: string[] = [];
  const reading = (async () => {
    for await (const event of client.getContainerEvents({}, { signal: stop.signal }))
      events.push(`${event.containerId.slice(0, 1)} ${event.containerEventType}`);
  })();
  const { podSandboxId } = await client.runPodSandbox({ config: pod });
  const { containerId } = await client.createContainer({
    podSandboxId,
    config: { metadata: { name: 'main' }, image: { image: 'docker.io/library/nginx:1.27' }, logPath: 'main/0.log' },
    sandboxConfig: pod,
  });
  await client.startContainer({ containerId });
  const running = await client.containerStatus({ containerId });
  assert.equal(running.status?.state, 'CONTAINER_RUNNING');
  assert.equal(running.status?.logPath, '/var/log/pods/default_web_u1/main/0.log');
  await clock.advance(5000);
  const ended = await client.containerStatus({ containerId });
  assert.deepEqual(
    [ended.status?.state, ended.status?.exitCode, ended.status?.reason],
    ['CONTAINER_EXITED', 2, 'Error'],
  );
  const listed = await client.listContainers({ filter: { podSandboxId, state: { state: 'CONTAINER_EXITED' } } });
  assert.deepEqual(
    listed.containers.map((c) => c.id),
    [containerId],
  );
  const { status } = await client.podSandboxStatus({ podSandboxId });
  assert.equal(status?.network?.ip, '10.244.0.2');
  await client.removePodSandbox({ podSandboxId });
  await client.removePodSandbox({ podSandboxId });
  await assert.rejects(client.podSandboxStatus({ podSandboxId }), isNotFound);
  await eventually(() => events.length === 7);
  assert.deepEqual(events, [
    's CONTAINER_CREATED_EVENT',
    's CONTAINER_STARTED_EVENT',
    'c CONTAINER_CREATED_EVENT',
    'c CONTAINER_STARTED_EVENT',
    'c CONTAINER_STOPPED_EVENT',
    's CONTAINER_STOPPED_EVENT',
    's CONTAINER_DELETED_EVENT',
  ]);
  stop.abort();
  await reading;
});

it('stops with grace and kills after it', async () => {
  const clock = new FakeClock();
  const fake = new FakeRuntime({ clock, process: () => ({ stopDelayMs: Number.POSITIVE_INFINITY }), images: ['a'] });
  const client = loopbackClient(fake.handlers);
  const { podSandboxId } = await client.runPodSandbox({ config: pod });
  const config = { metadata: { name: 'main' }, image: { image: 'a' } };
  const { containerId } = await client.createContainer({ podSandboxId, config });
  await client.startContainer({ containerId });
  const stopping = client.stopContainer({ containerId, timeout: 30 });
  await eventually(() => clock.sleeping === 1);
  await clock.advance(30_000);
  await stopping;
  assert.equal((await client.containerStatus({ containerId })).status?.exitCode, 137);
});

it('fails what it is told to fail', async () => {
  const fake = new FakeRuntime({ images: ['a'], process: () => ({ startError: 'exec: "x": not found' }) });
  fake.images.fail('bad:1');
  const client = loopbackClient(fake.handlers);
  await assert.rejects(client.pullImage({ image: { image: 'bad:1' } }), isNotFound);
  const { podSandboxId } = await client.runPodSandbox({ config: pod });
  const missing = { metadata: { name: 'm' }, image: { image: 'absent' } };
  await assert.rejects(client.createContainer({ podSandboxId, config: missing }), isNotFound);
  const config = { metadata: { name: 'm' }, image: { image: 'a' } };
  const { containerId } = await client.createContainer({ podSandboxId, config });
  await assert.rejects(client.startContainer({ containerId }), (error) => isCriError(error, 'UNKNOWN'));
  const { status } = await client.containerStatus({ containerId });
  assert.deepEqual([status?.exitCode, status?.reason], [128, 'ContainerCannotRun']);
});
