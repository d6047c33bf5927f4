import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { after, before, describe, it } from 'node:test';
import { CriError } from '@coxswain/cri';
import { FakeRuntime, loopbackClient } from '@coxswain/cri/testing';
import { silentLogger } from '@coxswain/foundation';
import { StreamingServer } from '@coxswain/streaming';
import { connectSpdy } from '@coxswain/streaming/testing';
import { buildContainer, buildPod } from '../testing/build-pod.ts';
import { serveStreams } from './serve-streams.ts';

describe('streams of a node without Docker', () => {
  const stop = new AbortController();
  const pod = buildPod('web', { containers: [buildContainer('main'), buildContainer('ended')] });
  const runtime = new FakeRuntime({ images: ['busybox:1.36'] });
  const streaming = new StreamingServer({ address: '127.0.0.1:0', log: silentLogger() });
  const asked: string[] = [];
  let server: Server;
  let base = '';

  before(async () => {
    await streaming.start(stop.signal);
    const cri = loopbackClient({
      ...runtime.handlers,
      exec: async ({ containerId, cmd, stdin, stdout, stderr, tty }) => {
        asked.push(containerId);
        if (cmd[0] === 'busy') throw new CriError('RESOURCE_EXHAUSTED', 'too many requests');
        const choice = { stdin, stdout, stderr, tty };
        const run = async (session: { stdout: { write(part: string): unknown } | undefined }) => {
          session.stdout?.write(`ran ${cmd.join(' ')}`);
          return { kind: 'exited', exitCode: 3 } as const;
        };
        return { url: streaming.url({ kind: 'exec', choice, run }) };
      },
    });
    const uid = String(pod.metadata.uid);
    const labels = { 'io.kubernetes.pod.uid': uid };
    const { podSandboxId } = await cri.runPodSandbox({ config: { metadata: { name: 'web', uid }, labels } });
    for (const name of ['main', 'ended']) {
      const { containerId } = await cri.createContainer({
        podSandboxId,
        config: { metadata: { name }, image: { image: 'busybox:1.36' }, labels },
        sandboxConfig: { metadata: { name: 'web', uid } },
      });
      await cri.startContainer({ containerId });
      if (name === 'ended') runtime.exit(containerId, 0);
    }
    server = createServer();
    const options = { cri, log: silentLogger(), pods: () => [pod] };
    server.on('upgrade', (request, socket, head) => void serveStreams(options, request, socket, head, stop.signal));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  after(() => {
    stop.abort();
    server.close();
  });

  it("reach the runtime's streaming server", async () => {
    const { spdy, protocol } = await connectSpdy(`${base}/exec/default/web/main?command=ls&command=-l&output=1`, [
      'v4.channel.k8s.io',
    ]);
    assert.equal(protocol, 'v4.channel.k8s.io');
    const error = spdy.open(new Map([['streamtype', 'error']]));
    const stdout = spdy.open(new Map([['streamtype', 'stdout']]));
    assert.deepEqual(await Promise.all([text(stdout), text(error)]).then(([out]) => out), 'ran ls -l');
    assert.equal(asked.length, 1);
  });

  for (const [path, wanted] of [
    ['/exec/default/none/main?output=1', '404 pod does not exist'],
    ['/exec/default/web/ended?output=1', '500 container not found ("ended")'],
    ['/exec/default/web/main', '400 you must specify at least 1 of stdin, stdout, stderr'],
    ['/exec/default/web/main?output=1&command=busy', '429 too many requests'],
    ['/elsewhere', '404 404 page not found\n'],
  ] as const)
    it(`refuse ${path}`, async () => {
      await assert.rejects(connectSpdy(`${base}${path}`, ['v4.channel.k8s.io']), { message: wanted });
    });
});
