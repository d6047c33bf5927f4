import assert from 'node:assert/strict';
import { it } from 'node:test';
import { CriError } from '@coxswain/cri';
import { FakeRuntime, loopbackClient } from '@coxswain/cri/testing';
import { silentLogger, systemClock } from '@coxswain/foundation';
import { eventually } from '@coxswain/foundation/testing';
import { Pleg } from './pleg.ts';

const config = (uid: string) => ({
  metadata: { name: uid, uid, namespace: 'default' },
  labels: { 'io.kubernetes.pod.uid': uid },
});

function setUp() {
  let down = false;
  const lists = { asked: 0 };
  const runtime = new FakeRuntime({
    images: ['busybox:1.36'],
    before: (rpc) => {
      if (rpc === 'listContainers') lists.asked += 1;
      if (down) throw new CriError('UNAVAILABLE', 'down');
    },
  });
  const cri = loopbackClient(runtime.handlers);
  const changed: string[] = [];
  const pleg = new Pleg({
    cri,
    clock: systemClock,
    log: silentLogger(),
    onChange: (uid) => changed.push(uid),
    onReconnect: () => changed.push('reconnected'),
    fallbackMs: 20,
  });
  const setDown = (value: boolean) => {
    down = value;
  };
  return { runtime, cri, changed, pleg, lists, setDown };
}

it('finds by listing what appeared, changed and went', async () => {
  const { cri, changed, pleg, runtime } = setUp();
  const { podSandboxId } = await cri.runPodSandbox({ config: config('a') });
  await pleg.relist();
  await pleg.relist();
  assert.deepEqual(changed, ['a']);
  runtime.killSandbox(podSandboxId);
  await pleg.relist();
  assert.deepEqual(changed, ['a', 'a']);
  await cri.removePodSandbox({ podSandboxId });
  await pleg.relist();
  assert.deepEqual(changed, ['a', 'a', 'a']);
  assert.equal(pleg.uids.size, 0);
});

it('hears of events at once, and does not find them again by listing', async () => {
  const { cri, changed, pleg } = setUp();
  const stop = new AbortController();
  const running = pleg.run(stop.signal);
  await eventually(() => pleg.listedAt > 0);
  await cri.runPodSandbox({ config: config('b') });
  await eventually(() => changed.includes('b'));
  await eventually(() => pleg.uids.has('b'));
  const count = changed.length;
  await pleg.relist();
  assert.equal(changed.length, count);
  stop.abort();
  await running;
});

it('is not woken by a container that goes without having run', async () => {
  const { cri, changed, pleg, lists } = setUp();
  const stop = new AbortController();
  const running = pleg.run(stop.signal);
  // The list that follows the stream's beginning is the last for a minute.
  await eventually(() => lists.asked >= 2);
  await pleg.relist();
  const { podSandboxId } = await cri.runPodSandbox({ config: config('c') });
  const create = (name: string) =>
    cri.createContainer({ podSandboxId, config: { metadata: { name }, image: { image: 'busybox:1.36' } } });
  await cri.removeContainer(await create('never'));
  const ran = await create('ran');
  await cri.startContainer(ran);
  await eventually(() => assert.equal(changed.length, 2));
  await cri.removeContainer(ran);
  await eventually(() => assert.ok(changed.length > 2));
  stop.abort();
  await running;
});

it('says when the runtime is back', async () => {
  const { changed, pleg, setDown } = setUp();
  const stop = new AbortController();
  setDown(true);
  const running = pleg.run(stop.signal);
  await new Promise((resolve) => setTimeout(resolve, 50));
  assert.equal(pleg.listedAt, 0);
  setDown(false);
  await eventually(() => changed.includes('reconnected'));
  stop.abort();
  await running;
});

it('lists again soon when only the list that follows the beginning of the stream fails', async () => {
  const lists = { asked: 0, failing: false };
  const runtime = new FakeRuntime({
    before: (rpc) => {
      if (rpc !== 'listContainers') return;
      lists.asked += 1;
      if (lists.failing) throw new CriError('UNAVAILABLE', 'the engine behind it restarts');
    },
  });
  const told: string[] = [];
  const pleg = new Pleg({
    cri: loopbackClient(runtime.handlers),
    clock: systemClock,
    log: silentLogger(),
    onChange: () => {},
    onReconnect: () => told.push('reconnected'),
    fallbackMs: 20,
  });
  const stop = new AbortController();
  const running = pleg.run(stop.signal);
  await eventually(() => lists.asked === 1);
  lists.failing = true;
  await eventually(() => lists.asked > 1);
  lists.failing = false;
  await eventually(() => assert.deepEqual(told, ['reconnected']), { timeout: 10_000 });
  stop.abort();
  await running;
});
