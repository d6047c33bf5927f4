import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { after, before, suite, test } from 'node:test';
import { eventually } from '@coxswain/foundation/testing';
import { findKubectls, type Kubectl, KubectlRunner } from '../harness/kubectl.ts';
import { ControlPlane } from './control-plane.ts';
import { everyKind } from './steps/every-kind.ts';
import { type Place, perform } from './steps/perform.ts';
import { scriptFor } from './steps/script.ts';

const SETTLED_MS = 30_000;
const TIMEOUT_MS = 1_150_000;
const AT_A_TIME = 2;

suite('one script for every kubectl here', { concurrency: AT_A_TIME, timeout: TIMEOUT_MS }, () => {
  let controlPlane: ControlPlane;
  before(async () => {
    controlPlane = await ControlPlane.start();
  });
  after(() => controlPlane[Symbol.asyncDispose]());

  for (const kubectl of findKubectls())
    test(`kubectl ${kubectl.version}`, async (t) => {
      const place = await prepare(controlPlane, kubectl);
      for (const [i, step] of scriptFor(place.minor).entries()) {
        t.signal.throwIfAborted();
        await t.test(`${i + 1} ${step.args.join(' ')}`, () => perform(place, step));
      }
      await t.test('get --watch shows what happens', () => watch(place));
      await t.test('every kind', () => everyKind(place));
      await place.runner.run(['delete', 'namespace', place.namespace, '--wait=false']);
      await place.runner.run(['delete', 'node', place.unique]);
    });
});

/** A namespace that is ready for pods, and a node that nobody runs and that repels them. */
async function prepare(controlPlane: ControlPlane, kubectl: Kubectl): Promise<Place> {
  const runner = new KubectlRunner(controlPlane.kubeconfig, kubectl);
  const version = kubectl.version.replace('.', '-');
  const namespace = `kubectl-${version}`;
  const unique = `only-${version}`;
  await runner.run(['create', 'namespace', namespace]);
  const node = { apiVersion: 'v1', kind: 'Node', metadata: { name: unique } };
  const taints = [{ key: 'example.com/off', effect: 'NoSchedule' }];
  await runner.run(['create', '-f', '-'], { input: JSON.stringify({ ...node, spec: { taints } }) });
  await eventually(() => runner.run(['-n', namespace, 'get', 'serviceaccount', 'default']), { timeout: SETTLED_MS });
  return { runner, minor: Number(kubectl.version.split('.')[1]), namespace, unique };
}

async function watch({ runner, namespace }: Place): Promise<void> {
  const args = ['-n', namespace, 'get', 'configmaps', '--watch', '--output-watch-events', '--no-headers'];
  const child = spawn(...runner.command(args), { stdio: ['ignore', 'pipe', 'inherit'] });
  const closed = once(child, 'close');
  let seen = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    seen += text;
  });
  try {
    await eventually(() => /^ADDED +kube-root-ca.crt /m.test(seen), { timeout: SETTLED_MS });
    await runner.run(['-n', namespace, 'create', 'configmap', 'watched']);
    await eventually(() => /^ADDED +watched +0 /m.test(seen), { timeout: SETTLED_MS });
    await runner.run(['-n', namespace, 'patch', 'configmap', 'watched', '-p', '{"data":{"a":"b"}}']);
    await eventually(() => /^MODIFIED +watched +1 /m.test(seen), { timeout: SETTLED_MS });
    await runner.run(['-n', namespace, 'delete', 'configmap', 'watched']);
    await eventually(() => /^DELETED +watched +1 /m.test(seen), { timeout: SETTLED_MS });
  } finally {
    child.kill();
    await closed;
  }
}
