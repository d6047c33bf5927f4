import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { after, before, suite, test } from 'node:test';
import { eventually } from '@coxswain/foundation/testing';
import { KubectlRunner, oldestAndNewest } from '../harness/kubectl.ts';
import { ControlPlane } from './control-plane.ts';
import { type Step, steps } from './kubectl-steps.ts';

const SETTLED_MS = 30_000;

suite('kubectl against the control plane', () => {
  let controlPlane: ControlPlane;
  before(async () => {
    controlPlane = await ControlPlane.start();
  });
  after(() => controlPlane[Symbol.asyncDispose]());

  for (const kubectl of oldestAndNewest())
    test(`kubectl ${kubectl.version}`, async (t) => {
      const runner = new KubectlRunner(controlPlane.kubeconfig, kubectl);
      const namespace = `kubectl-${kubectl.version.replace('.', '-')}`;
      await runner.run(['create', 'namespace', namespace]);
      await eventually(() => runner.run(['-n', namespace, 'get', 'serviceaccount', 'default']), {
        timeout: SETTLED_MS,
      });
      for (const [i, step] of steps.entries())
        await t.test(`${i + 1} ${step.args.join(' ')}`, async () => {
          const attempt = () => perform(runner, namespace, step);
          if (step.eventually) await eventually(attempt, { timeout: SETTLED_MS });
          else await attempt();
        });
      await t.test('get --watch shows what happens', () => watch(runner, namespace));
      await runner.run(['delete', 'namespace', namespace]);
    });
});

async function watch(runner: KubectlRunner, namespace: string): Promise<void> {
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

async function perform(runner: KubectlRunner, namespace: string, step: Step): Promise<void> {
  const { code, stdout, stderr } = await runner.try(
    ['-n', namespace, ...step.args],
    step.input === undefined ? {} : { input: step.input },
  );
  if (step.fails) {
    assert.notEqual(code, 0, stdout);
    assert.match(stderr, step.fails);
    return;
  }
  assert.equal(code, step.exitCode ?? 0, stderr);
  if (typeof step.prints === 'string') assert.equal(stdout, step.prints);
  else if (step.prints) assert.match(stdout, step.prints);
}
