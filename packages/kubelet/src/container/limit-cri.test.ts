import assert from 'node:assert/strict';
import { it } from 'node:test';
import { FakeRuntime, loopbackClient } from '@coxswain/cri/testing';
import { eventually } from '@coxswain/foundation/testing';
import { limitCri } from './limit-cri.ts';

it('bounds calls, and sandboxes among them, but not those that wait', async () => {
  const under = new Map<string, number>();
  let release = () => {};
  const gate = new Promise<void>((resolve) => {
    release = resolve;
  });
  const before = async (rpc: string) => {
    under.set(rpc, (under.get(rpc) ?? 0) + 1);
    await gate;
  };
  const cri = limitCri(loopbackClient(new FakeRuntime({ before }).handlers), { calls: 4, sandboxes: 2 });
  const config = { metadata: { name: 'p', uid: 'u' } };
  const calls = [
    ...Array.from({ length: 5 }, () => cri.runPodSandbox({ config })),
    ...Array.from({ length: 5 }, () => cri.listContainers({})),
    ...Array.from({ length: 5 }, () => cri.stopContainer({ containerId: 'x', timeout: 1 })),
  ];
  await eventually(() => under.get('stopContainer') === 5);
  assert.deepEqual([under.get('runPodSandbox'), under.get('listContainers')], [2, 2]);
  release();
  await Promise.all(calls);
  assert.deepEqual([under.get('runPodSandbox'), under.get('listContainers')], [5, 5]);
});
