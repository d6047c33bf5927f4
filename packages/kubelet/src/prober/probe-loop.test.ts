import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { it } from 'node:test';
import type { Probe } from '@coxswain/api';
import { FakeRuntime, loopbackClient } from '@coxswain/cri/testing';
import { eventually, FakeClock } from '@coxswain/foundation/testing';
import { buildContainer } from '../testing/build-pod.ts';
import { httpProbe } from './http-probe.ts';
import { ProbeLoop, type Verdict } from './probe-loop.ts';
import { runProbe } from './run-probe.ts';

async function loop(probe: Partial<Probe>, exitCodes: number[], initial: Verdict, stopOn?: 'failure' | 'any') {
  const clock = new FakeClock();
  let at = 0;
  const runtime = new FakeRuntime({
    clock,
    images: ['busybox:1.36'],
    execSync: () => ({ exitCode: exitCodes[Math.min(at++, exitCodes.length - 1)] ?? 0, stderr: 'no' }),
  });
  const cri = loopbackClient(runtime.handlers);
  const { podSandboxId } = await cri.runPodSandbox({ config: { metadata: { name: 'p', uid: 'u' } } });
  const config = { metadata: { name: 'c' }, image: { image: 'busybox:1.36' } };
  const { containerId } = await cri.createContainer({ podSandboxId, config });
  await cri.startContainer({ containerId });
  const seen: string[] = [];
  const stop = new AbortController();
  const made = new ProbeLoop(
    {
      probe: { exec: { command: ['x'] }, periodSeconds: 1, ...probe },
      initial,
      stopOn,
      context: () => ({ cri, container: buildContainer('c'), containerId, podIP: '' }),
      startedAt: clock.now(),
      waitFor: undefined,
      clock,
      random: () => 0,
      onChange: () => seen.push(`${made.verdict} after ${at}`),
      onFailure: (output, outcome) => seen.push(outcome === 'unknown' ? output : 'event'),
    },
    stop.signal,
  );
  const step = async (times: number) => {
    for (let i = 0; i < times; i++) {
      const before = at;
      await eventually(() => clock.sleeping > 0 || at > before, { timeout: 500 }).catch(() => {});
      await clock.advance(1000);
    }
  };
  return { clock, seen, step, stop, probes: () => at };
}

it('needs as many failures in a row as the threshold says', async () => {
  const { seen, step, stop } = await loop({ failureThreshold: 2 }, [0, 1, 0, 1, 1, 1], 'failure');
  await step(6);
  stop.abort();
  assert.deepEqual(
    seen.filter((line) => line !== 'event'),
    ['success after 1', 'failure after 5'],
  );
});

it('stops after a liveness failure', async () => {
  const { step, probes, seen } = await loop({ failureThreshold: 2 }, [1], 'success', 'failure');
  await step(4);
  assert.equal(probes(), 2);
  assert.deepEqual(seen, ['event', 'event', 'failure after 2']);
});

it('concludes nothing from a probe that cannot be run', async () => {
  const bad = { exec: undefined, tcpSocket: { port: 'none' }, failureThreshold: 1 } as unknown as Partial<Probe>;
  const { step, stop, seen } = await loop(bad, [0], 'success', 'failure');
  await eventually(() => seen.length === 1);
  await step(1);
  await eventually(() => seen.length === 2);
  stop.abort();
  assert.deepEqual(new Set(seen), new Set(['strconv.Atoi: parsing "none": invalid syntax']));
});

it('waits for the initial delay', async () => {
  const { clock, probes, stop } = await loop({ initialDelaySeconds: 5 }, [0], 'failure');
  await clock.advance(4999);
  assert.equal(probes(), 0);
  await clock.advance(1);
  await eventually(() => probes() === 1);
  stop.abort();
});

it('probes over HTTP and TCP', async () => {
  const server = createServer((request, response) => {
    if (request.url === '/far') response.writeHead(302, { location: 'http://elsewhere.invalid/' }).end();
    else if (request.url === '/near') response.writeHead(302, { location: '/ok' }).end();
    else if (request.url !== '/slow') response.writeHead(request.url === '/ok' ? 200 : 503).end('body');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const { signal } = new AbortController();
  const probe = (path: string) => httpProbe({ url: `http://127.0.0.1:${port}${path}`, headers: [] }, 200, signal);
  assert.deepEqual(await probe('/ok'), { outcome: 'success', output: 'body' });
  assert.deepEqual(await probe('/near'), { outcome: 'success', output: 'body' });
  assert.equal((await probe('/far')).outcome, 'warning');
  assert.deepEqual(await probe('/no'), { outcome: 'failure', output: 'HTTP probe failed with statuscode: 503' });
  assert.match((await probe('/slow')).output, /context deadline exceeded/);
  const context = { cri: undefined as never, container: buildContainer('c'), containerId: '', podIP: '127.0.0.1' };
  assert.equal((await runProbe({ tcpSocket: { port } }, context, signal))?.outcome, 'success');
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  const refused = await runProbe({ tcpSocket: { port } }, context, signal);
  assert.deepEqual(refused, {
    outcome: 'failure',
    output: `dial tcp 127.0.0.1:${port}: connect: connection refused`,
  });
});
