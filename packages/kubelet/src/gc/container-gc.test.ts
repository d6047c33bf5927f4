import assert from 'node:assert/strict';
import { it } from 'node:test';
import { FakeRuntime, loopbackClient } from '@coxswain/cri/testing';
import { silentLogger } from '@coxswain/foundation';
import { FakeClock } from '@coxswain/foundation/testing';
import { CONTAINER_NAME_LABEL, POD_UID_LABEL } from '../container/names.ts';
import { ContainerGarbageCollector } from './container-gc.ts';
import { planContainerGc } from './plan-container-gc.ts';

const dead = (id: string, podUid: string, name: string, createdAt: number) => ({
  id,
  podUid,
  name,
  createdAt,
  sandboxId: 's',
});
const containers = [
  dead('1', 'a', 'x', 1),
  dead('2', 'a', 'x', 2),
  dead('3', 'a', 'x', 3),
  dead('4', 'a', 'y', 4),
  dead('5', 'gone', 'z', 5),
  dead('6', 'gone', 'z', 995),
];

for (const [name, policy, want] of [
  ['one of each', { minAgeMs: 0, maxPerContainer: 1, maxContainers: -1 }, ['1', '2', '5', '6']],
  ['no bound', { minAgeMs: 0, maxPerContainer: -1, maxContainers: -1 }, ['5', '6']],
  ['the young stay', { minAgeMs: 100, maxPerContainer: -1, maxContainers: -1 }, ['5']],
  ['on the node', { minAgeMs: 0, maxPerContainer: 2, maxContainers: 2 }, ['1', '2', '5', '6']],
  ['none at all', { minAgeMs: 0, maxPerContainer: 0, maxContainers: 0 }, ['1', '2', '3', '4', '5', '6']],
] as const)
  it(`keeps within its bounds: ${name}`, () => {
    const plan = planContainerGc(containers, policy, { now: 1000, isPresent: (uid) => uid === 'a' });
    assert.deepEqual(
      plan.map(({ id }) => id),
      want,
    );
  });

it('removes dead sandboxes but the newest of a pod that is here', async () => {
  const clock = new FakeClock();
  const runtime = new FakeRuntime({ clock, images: ['i'] });
  const cri = loopbackClient(runtime.handlers);
  const make = async (uid: string, attempt: number) => {
    const labels = { [POD_UID_LABEL]: uid };
    const { podSandboxId } = await cri.runPodSandbox({
      config: { metadata: { name: uid, namespace: 'n', uid, attempt }, labels },
    });
    const { containerId } = await cri.createContainer({
      podSandboxId,
      config: {
        metadata: { name: 'c', attempt },
        image: { image: 'i' },
        labels: { ...labels, [CONTAINER_NAME_LABEL]: 'c' },
      },
    });
    await cri.startContainer({ containerId });
    runtime.exit(containerId, 1);
    runtime.killSandbox(podSandboxId);
    await clock.advance(10);
  };
  await make('here', 0);
  await make('here', 1);
  await make('gone', 0);
  let known = false;
  const collector = new ContainerGarbageCollector({
    cri,
    clock,
    log: silentLogger(),
    policy: { minAgeMs: 0, maxPerContainer: 1, maxContainers: -1 },
    isPresent: (uid) => uid === 'here',
    isTerminated: () => false,
    ready: () => known,
  });
  await collector.collect();
  assert.equal(runtime.sandboxes.size, 3);
  known = true;
  await collector.collect();
  assert.deepEqual(
    [...runtime.sandboxes.values()].map(({ config }) => `${config.metadata?.uid} ${config.metadata?.attempt}`),
    ['here 1'],
  );
  assert.equal(runtime.containers.size, 1);
});
