import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { eventually } from '@coxswain/foundation/testing';
import { ComposeCluster } from '../harness/compose-cluster.ts';
import { Lab } from '../harness/lab.ts';
import { podManifest, sleeper } from '../harness/manifests.ts';

const NODE = 'node-2';
const onNode = (name: string) => podManifest(name, `nodeName: ${NODE}\n  containers: [${sleeper()}]`);

let lab: Lab;
before(async () => {
  lab = await Lab.open(await ComposeCluster.up(2), 'hung');
});
after(() => lab.close());

test('a pod whose runtime hangs holds up no other of its node, over restarts of the node’s programs too', async () => {
  const { cluster } = lab;
  await lab.apply(onNode('stuck') + onNode('leaves'));
  await lab.untilReady('stuck', 'leaves');
  const id = await cluster.containerInNode(NODE, 'hung', 'stuck', 'main');
  const pid = (await cluster.inNode(NODE, ['docker', 'inspect', '--format', '{{.State.Pid}}', id])).trim();
  const shim = (await cluster.inNode(NODE, ['cut', '-d ', '-f4', `/proc/${pid}/stat`])).trim();
  await cluster.inNode(NODE, ['kill', '-STOP', shim]);
  try {
    // Docker waits for the shim to kill the container, and does not even show it any more.
    await lab.run('delete', 'pod', 'stuck', '--wait=false');
    await eventually(async () => {
      const { code } = await cluster.tryInNode(NODE, ['timeout', '1', 'docker', 'inspect', id]);
      assert.equal(code, 124);
    });
    for (const program of ['cri-docker', 'kubelet']) await cluster.killProgram(NODE, program);
    await lab.apply(onNode('comes'));
    await lab.untilReady('comes');
    await lab.run('delete', 'pod', 'leaves', '--wait=false');
    await lab.untilGone('leaves');
    assert.ok((await lab.pod('stuck')).metadata.deletionTimestamp, 'what can not be ended stays');
  } finally {
    await cluster.inNode(NODE, ['kill', '-CONT', shim]);
  }
  await lab.untilGone('stuck', 180_000);
});
