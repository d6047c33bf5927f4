import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import { eventually } from '@coxswain/foundation/testing';
import { KubectlRunner, oldestAndNewest } from '../harness/kubectl.ts';
import { ControlPlane } from './control-plane.ts';

/** Commands of which older kubectls send JSON and those from 1.32 on protobuf, and the object that each makes. */
const commands: readonly (readonly [command: string, made: string])[] = [
  ['create configmap settings --from-literal=a=b --from-literal=empty=', 'configmap/settings'],
  ['create secret generic hidden --from-literal=p=q', 'secret/hidden'],
  ['create secret docker-registry pull --docker-username=u --docker-password=p --docker-server=s', 'secret/pull'],
  ['create serviceaccount bob', 'serviceaccount/bob'],
  ['create deployment web --image=nginx:1.27 --image=busybox --replicas=0', 'deployment/web'],
  ['create deployment one --image=nginx --replicas=0 --port=80 -- sleep 1', 'deployment/one'],
  ['create service clusterip cip --tcp=80:8080 --tcp=81:http', 'service/cip'],
  ['create service clusterip headless --clusterip=None', 'service/headless'],
  ['create service nodeport np --tcp=80', 'service/np'],
  ['create service loadbalancer lb --tcp=80', 'service/lb'],
  ['create service externalname ext --external-name=example.com', 'service/ext'],
  ['expose deployment web --name=exposed --port=80 --protocol=UDP --session-affinity=ClientIP', 'service/exposed'],
  ['run solo --image=busybox --env=A=B --labels=x=y --port=80 --command -- sleep 5', 'pod/solo'],
  ['run once --image=busybox --restart=Never --annotations=a=b -- x', 'pod/once'],
];

suite('the same object whatever its body was written in', () => {
  let controlPlane: ControlPlane;
  before(async () => {
    controlPlane = await ControlPlane.start();
  });
  after(() => controlPlane[Symbol.asyncDispose]());

  test('oldest and newest kubectl', async (t) => {
    const stored: unknown[][] = [];
    for (const kubectl of oldestAndNewest()) {
      const runner = new KubectlRunner(controlPlane.kubeconfig, kubectl);
      await runner.run(['create', 'namespace', 'bodies']);
      await eventually(() => runner.run(['-n', 'bodies', 'get', 'serviceaccount', 'default']), { timeout: 30_000 });
      const objects: unknown[] = [];
      for (const [command, made] of commands) {
        await runner.run(['-n', 'bodies', ...command.split(' ')]);
        objects.push(comparable(await runner.json(['-n', 'bodies', 'get', made])));
      }
      stored.push(objects);
      await runner.run(['delete', 'namespace', 'bodies'], { timeoutMs: 120_000 });
    }
    const [first, last] = [stored[0] ?? [], stored.at(-1) ?? []];
    for (const [i, [command]] of commands.entries()) await t.test(command, () => assert.deepEqual(last[i], first[i]));
  });
});

interface Stored {
  metadata: Record<string, unknown>;
  spec?: { clusterIP?: string; clusterIPs?: string[]; ports?: { nodePort?: number }[] };
  status?: unknown;
}

/** Without what differs from one creation to the next. */
function comparable(object: Stored): unknown {
  const { name, labels, annotations } = object.metadata;
  const { status: _, spec, ...rest } = object;
  const shown = JSON.parse(JSON.stringify({ ...rest, spec, metadata: { name, labels, annotations } }), (key, value) =>
    key === 'deployment.kubernetes.io/revision' || (key === 'name' && /^kube-api-access-/.test(value))
      ? undefined
      : value,
  ) as Stored;
  if (shown.spec?.clusterIP && shown.spec.clusterIP !== 'None') {
    delete shown.spec.clusterIP;
    delete shown.spec.clusterIPs;
  }
  for (const port of shown.spec?.ports ?? []) delete port.nodePort;
  return shown;
}
