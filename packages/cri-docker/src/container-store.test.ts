import assert from 'node:assert/strict';
import { it } from 'node:test';
import { ContainerStore, showsAlready, toEntry } from './container-store.ts';
import { DockerError } from './docker/docker-engine.ts';
import { toDockerLabels } from './labels.ts';
import { FakeDocker } from './testing/fake-docker.ts';

const labels = (uid: string) =>
  toDockerLabels({ pod: { name: uid, namespace: 'n', uid, attempt: 0 }, labels: {}, annotations: {}, record: {} });

async function setUp(options: { readonly patienceMs?: number } = {}) {
  const docker = new FakeDocker();
  const store = new ContainerStore(docker, options);
  store.synced = true;
  const make = (uid: string) =>
    docker.createContainer(uid, { Image: 'coxswain/pause:1', Labels: labels(uid), HostConfig: {} });
  return { docker, store, make };
}

it('asks again only for what the entry does not show', async () => {
  const { docker, store, make } = await setUp();
  const id = await make('a');
  const expect = async (action: string, inspections: number) => {
    docker.inspections = 0;
    store.note(action, id, 'a');
    await store.list('a');
    assert.equal(docker.inspections, inspections, action);
  };
  await expect('create', 1);
  await expect('create', 0);
  await docker.startContainer(id);
  await expect('start', 1);
  await expect('start', 0);
  await expect('oom', 1);
  docker.die(id, 1);
  await expect('die', 1);
  await expect('die', 0);
  await docker.startContainer(id);
  await expect('start', 1);
  await docker.removeContainer(id);
  await expect('destroy', 0);
  assert.deepEqual(await store.list(), []);
});

it('hears the same news twice while it inspects', async () => {
  const { docker, store, make } = await setUp();
  const id = await make('a');
  await docker.startContainer(id);
  store.note('start', id, 'a');
  const reading = store.get(id);
  store.note('start', id, 'a');
  assert.equal((await reading)?.docker.State.Running, true);
  await store.get(id);
  assert.equal(docker.inspections, 1);
  const again = store.list();
  docker.die(id, 1);
  store.note('die', id, 'a');
  await again;
  assert.equal((await store.get(id))?.docker.State.Running, false);
});

it("leaves another pod's news for who asks for that pod", async () => {
  const { docker, store, make } = await setUp();
  store.touch(await make('a'), 'a');
  store.touch(await make('b'), 'b');
  assert.deepEqual(
    (await store.list('a')).map(({ pod }) => pod.uid),
    ['a'],
  );
  assert.equal(docker.inspections, 1);
  store.touch(await make('c'));
  assert.equal((await store.list('a')).length, 1);
  assert.equal(docker.inspections, 2, 'what may be of any pod is looked at');
  assert.equal((await store.list()).length, 3);
});

it('forgets what goes while it is inspected', async () => {
  const { docker, store, make } = await setUp();
  const id = await make('a');
  const reading = store.get(id);
  await docker.removeContainer(id);
  store.note('destroy', id, 'a');
  await reading;
  assert.deepEqual(await store.list(), []);
});

it('knows nothing of a container that it has not seen', async () => {
  const { docker, make } = await setUp();
  const seen = toEntry((await docker.inspectContainer(await make('a')))!);
  assert.equal(showsAlready(undefined, 'create'), false);
  assert.equal(showsAlready(seen, 'update'), false);
});

it('shows the others while one hangs', async () => {
  const { docker, store, make } = await setUp({ patienceMs: 20 });
  const [stuck] = [await make('a'), await make('b')];
  docker.hanging.add(stuck);
  const podsOf = (entries: readonly { pod: { uid: string } }[]) => entries.map(({ pod }) => pod.uid);
  // Neither now, when nothing has been seen of it, nor once it is known that it hangs, is anyone else held up by it.
  for (const synced of [false, true]) {
    store.synced = synced;
    assert.deepEqual(podsOf(await store.list()), ['b']);
    assert.deepEqual(podsOf(await store.list('b')), ['b']);
    store.touch(stuck, 'a');
  }
  const inspections = docker.inspections;
  for (let i = 0; i < 5; i++) await store.list();
  assert.equal(docker.inspections, inspections, 'nothing queues up behind it');
  docker.hang.resolve();
  docker.hanging.clear();
  assert.deepEqual(podsOf(await store.list('a')), ['a']);
  assert.deepEqual(podsOf(await store.complete()).sort(), ['a', 'b']);
});

it('shows what was seen of one that hangs, and fails for who needs to know', async () => {
  const { docker, store, make } = await setUp();
  const id = await make('a');
  store.touch(id, 'a');
  assert.equal((await store.list()).length, 1);
  docker.inspectContainer = async () => {
    throw new DockerError(500, 'broken');
  };
  store.touch(id, 'a');
  assert.equal((await store.list()).length, 1);
  await assert.rejects(store.list('a'), /broken/);
  await assert.rejects(store.complete(), /broken/);
});
