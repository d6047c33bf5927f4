import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { connect, createServer, type Socket } from 'node:net';
import { buffer, text } from 'node:stream/consumers';
import { after, before, describe, it } from 'node:test';
import { silentLogger } from '@coxswain/foundation';
import { WebSocket } from 'ws';
import type { RunCommand, StreamChoice } from '../remote-command/session.ts';
import type { SpdyConnection } from '../spdy/spdy-connection.ts';
import { connectSpdy } from '../testing/spdy-client.ts';
import { StreamingServer } from './streaming-server.ts';

const ALL: StreamChoice = { stdin: true, stdout: true, stderr: true, tty: false };

/** stdin to stdout, its length to stderr, exit code 7. */
const echo: RunCommand = async ({ stdin, stdout, stderr }) => {
  let count = 0;
  for await (const chunk of stdin ?? []) {
    count += (chunk as Buffer).length;
    if (stdout?.write(chunk) === false) await new Promise((resolve) => stdout.once('drain', resolve));
  }
  stderr?.write(String(count));
  return { kind: 'exited', exitCode: 7 };
};

describe('the streaming server', () => {
  const stop = new AbortController();
  let now = 0;
  const server = new StreamingServer({ address: '127.0.0.1:0', log: silentLogger(), now: () => now });
  before(() => server.start(stop.signal));
  after(() => stop.abort());

  for (const version of [4, 5])
    it(`carries binary data, errors and the exit code over SPDY v${version}`, async () => {
      const url = server.url({ kind: 'exec', choice: ALL, run: echo });
      const { spdy, protocol } = await connectSpdy(url, [`v${version}.channel.k8s.io`, 'channel.k8s.io']);
      assert.equal(protocol, `v${version}.channel.k8s.io`);
      const open = (type: string) => spdy.open(new Map([['streamtype', type]]));
      const [error, stdin, stdout, stderr] = ['error', 'stdin', 'stdout', 'stderr'].map(open) as [
        never,
        never,
        never,
        never,
      ];
      const sent = randomBytes(3_000_000);
      (stdin as ReturnType<typeof open>).end(sent);
      const [back, count, status] = await Promise.all([buffer(stdout), text(stderr), text(error)]);
      assert.ok(back.equals(sent));
      assert.equal(count, '3000000');
      assert.deepEqual(JSON.parse(status).details, { causes: [{ reason: 'ExitCode', message: '7' }] });
    });

  it('carries the same over a WebSocket, where 255 closes stdin', async () => {
    const url = server.url({ kind: 'exec', choice: ALL, run: echo });
    const socket = new WebSocket(url, ['v5.channel.k8s.io']);
    const got: Record<number, Buffer[]> = {};
    socket.on('message', (message: Buffer) => {
      const channel = message[0] as number;
      got[channel] ??= [];
      got[channel].push(message.subarray(1));
    });
    await new Promise((resolve) => socket.once('open', resolve));
    assert.equal(socket.protocol, 'v5.channel.k8s.io');
    const sent = randomBytes(3_000_000);
    for (let at = 0; at < sent.length; at += 32_768)
      socket.send(Buffer.concat([Buffer.from([0]), sent.subarray(at, at + 32_768)]));
    socket.send(Buffer.from([255, 0]));
    const [code] = await new Promise<[number]>((resolve) => socket.once('close', (...all) => resolve([all[0]])));
    assert.equal(code, 1000);
    const all = (channel: number) => Buffer.concat(got[channel] ?? []);
    assert.ok(all(1).equals(sent));
    assert.equal(all(2).toString(), '3000000');
    assert.equal(JSON.parse(all(3).toString()).reason, 'NonZeroExitCode');
  });

  it('tells terminal sizes and that the client has gone', async () => {
    const sizes: object[] = [];
    let left: (() => void) | undefined;
    const gone = new Promise<void>((resolve) => {
      left = resolve;
    });
    const run: RunCommand = async (session) => {
      session.sizes.listen((size) => sizes.push(size));
      await new Promise((resolve) => session.signal.addEventListener('abort', resolve));
      left?.();
      return { kind: 'failed', message: 'gone' };
    };
    const url = server.url({ kind: 'attach', choice: { ...ALL, stderr: false, tty: true }, run });
    const socket = new WebSocket(url, ['v4.channel.k8s.io']);
    await new Promise((resolve) => socket.once('open', resolve));
    socket.send('\u0004{"Width":80,"Height":24}');
    socket.send('\u0004{"Width":-1}');
    socket.send('\u0004{"Width":100,"Height":50}', () => setTimeout(() => socket.terminate(), 20));
    await gone;
    assert.deepEqual(sizes, [
      { width: 80, height: 24 },
      { width: 100, height: 50 },
    ]);
  });

  it('says what went wrong', async () => {
    const run: RunCommand = () => Promise.reject(new Error('no such command'));
    const { spdy } = await connectSpdy(server.url({ kind: 'exec', choice: { ...ALL, stdin: false }, run }), [
      'v4.channel.k8s.io',
    ]);
    const error = spdy.open(new Map([['streamtype', 'error']]));
    for (const type of ['stdout', 'stderr']) spdy.open(new Map([['streamtype', type]])).resume();
    assert.match(JSON.parse(await text(error)).message, /no such command/);
  });

  it('honours each URL once, for a minute, for what it is', async () => {
    const url = server.url({ kind: 'exec', choice: ALL, run: echo });
    await assert.rejects(connectSpdy(url.replace('/exec/', '/attach/'), []), /404/);
    await assert.rejects(connectSpdy(url, []), /404/);
    const late = server.url({ kind: 'exec', choice: ALL, run: echo });
    now += 61_000;
    await assert.rejects(connectSpdy(late, []), /404/);
    await assert.rejects(
      connectSpdy(server.url({ kind: 'exec', choice: ALL, run: echo }), ['v9.example']),
      /403 unable to upgrade: unable to negotiate protocol/,
    );
  });

  describe('port-forward', () => {
    const echoServer = createServer({ allowHalfOpen: true }, (socket) => socket.pipe(socket));
    let port = 0;
    before(() => new Promise<void>((resolve) => echoServer.listen(0, '127.0.0.1', resolve)));
    after(() => echoServer.close());
    const dial = async (asked: number): Promise<Socket> => {
      if (asked !== 80) throw new Error(`connection refused: ${asked}`);
      port = (echoServer.address() as { port: number }).port;
      return connect({ host: '127.0.0.1', port, allowHalfOpen: true });
    };

    const exchange = async (spdy: SpdyConnection, id: number, sent: Buffer, asked = '80') => {
      const headers = (type: string) =>
        new Map([
          ['streamtype', type],
          ['port', asked],
          ['requestid', String(id)],
        ]);
      const error = spdy.open(headers('error'));
      error.end();
      const data = spdy.open(headers('data'));
      data.end(sent);
      return Promise.all([buffer(data), text(error)]);
    };

    it('over SPDY takes many connections at once and tells of those that fail', async () => {
      const url = server.url({ kind: 'portforward', ports: [], dial });
      const { spdy } = await connectSpdy(url, ['portforward.k8s.io']);
      const all = await Promise.all(
        Array.from({ length: 20 }, async (_, i) => {
          const sent = randomBytes(100_000 + i);
          const [back, error] = await exchange(spdy, i, sent);
          return back.equals(sent) && error === '';
        }),
      );
      assert.deepEqual(all, Array(20).fill(true));
      const [back, error] = await exchange(spdy, 99, Buffer.from('x'), '81');
      assert.equal(back.length, 0);
      assert.equal(error, 'connection refused: 81');
    });

    it('over WebSocket channels as Python and JavaScript clients speak it', async () => {
      const socket = new WebSocket(server.url({ kind: 'portforward', ports: [80], dial }), ['v4.channel.k8s.io']);
      const got: Buffer[] = [];
      socket.on('message', (message: Buffer) => message[0] === 0 && got.push(message.subarray(1)));
      await new Promise((resolve) => socket.once('open', resolve));
      socket.send(Buffer.concat([Buffer.from([0]), Buffer.from('hello')]));
      while (Buffer.concat(got).length < 7) await new Promise((resolve) => socket.once('message', resolve));
      assert.deepEqual(Buffer.concat(got), Buffer.concat([Buffer.from([80, 0]), Buffer.from('hello')]));
      socket.close();
    });
  });
});
