import assert from 'node:assert/strict';
import { createServer, type ServerHttp2Session, type ServerHttp2Stream, type Settings } from 'node:http2';
import { type AddressInfo, connect } from 'node:net';
import { test } from 'node:test';
import { eventually } from '@coxswain/foundation/testing';
import { encodeHeaders, type Headers } from './hpack.ts';
import { Http2Connection, type Http2ConnectionOptions } from './http2-connection.ts';
import type { Http2Stream } from './http2-stream.ts';

const REQUEST = encodeHeaders({ ':method': 'POST', ':scheme': 'http', ':path': '/', ':authority': 'x' });
const WINDOW_BYTES = 100_000;

interface Peer {
  readonly connection: Http2Connection;
  readonly sessions: readonly ServerHttp2Session[];
}

/** Node's own server as the other side. */
async function withServer(
  settings: Settings,
  answer: (stream: ServerHttp2Stream) => void,
  run: (peer: Peer) => Promise<void>,
  options: Pick<Http2ConnectionOptions, 'lastStream'> = {},
): Promise<void> {
  const server = createServer({ settings });
  const sessions: ServerHttp2Session[] = [];
  server.on('session', (session) => sessions.push(session));
  server.on('stream', (stream) => {
    stream.on('error', () => {});
    answer(stream);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  try {
    const connection = await new Promise<Http2Connection>((resolve) => {
      const opened = new Http2Connection(socket, {
        streamWindowBytes: WINDOW_BYTES,
        sessionWindowBytes: 2 * WINDOW_BYTES,
        ...options,
        onReady: () => resolve(opened),
      });
    });
    await run({ connection, sessions });
  } finally {
    socket.destroy();
    server.close();
  }
}

interface Answer {
  readonly headers: Headers;
  readonly body: Buffer;
}

function ask(connection: Http2Connection, body: Buffer): { stream: Http2Stream; answer: Promise<Answer> } {
  let stream: Http2Stream | undefined;
  const answer = new Promise<Answer>((resolve, reject) => {
    const parts: Buffer[] = [];
    const headers: Record<string, string> = {};
    stream = connection.open(REQUEST, {
      onHeaders: (more) => Object.assign(headers, more),
      onData: (bytes) => parts.push(bytes),
      onEnd: (error) => (error ? reject(error) : resolve({ headers, body: Buffer.concat(parts) })),
    });
    stream.end(body);
  });
  return { stream: stream as Http2Stream, answer };
}

const PRINTABLE = Array.from({ length: 94 }, (_, i) => String.fromCharCode(0x21 + i)).join('');

const echo = (stream: ServerHttp2Stream) => {
  stream.respond({ ':status': 200, 'x-printable': PRINTABLE }, { waitForTrailers: true });
  stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
  stream.pipe(stream);
};

for (const size of [0, 1, 70_000, 1_000_000])
  test(`${size} bytes go there and come back, beyond frames and windows`, () =>
    withServer({}, echo, async ({ connection }) => {
      const body = Buffer.alloc(size, 'abc');
      for (const { headers, body: back } of await Promise.all([1, 2, 3].map(() => ask(connection, body).answer))) {
        assert.equal(headers[':status'], '200');
        assert.equal(headers['x-printable'], PRINTABLE);
        assert.equal(headers['grpc-status'], '0');
        assert.ok(back.equals(body));
      }
    }));

test('a connection that has used up its stream numbers ends what it has and begins nothing', () =>
  withServer(
    {},
    echo,
    async ({ connection }) => {
      const calls = [1, 2].map((size) => ask(connection, Buffer.alloc(size)).answer);
      assert.equal(connection.usable, false);
      await assert.rejects(ask(connection, Buffer.alloc(3)).answer, /closed/);
      assert.deepEqual(
        (await Promise.all(calls)).map(({ body }) => body.length),
        [1, 2],
      );
    },
    { lastStream: 3 },
  ));

test('no more streams at a time than the server takes', () => {
  let now = 0;
  let most = 0;
  const slow = (stream: ServerHttp2Stream) => {
    most = Math.max(most, ++now);
    setImmediate(() => {
      now--;
      echo(stream);
    });
  };
  return withServer({ maxConcurrentStreams: 2 }, slow, async ({ connection }) => {
    await Promise.all(Array.from({ length: 9 }, () => ask(connection, Buffer.from('x')).answer));
    assert.equal(most, 2);
  });
});

test('a cancelled stream is closed at the server, the connection stays', async () => {
  let closed = 0;
  const open: ServerHttp2Stream[] = [];
  const silent = (stream: ServerHttp2Stream) => {
    if (open.push(stream) > 1) return echo(stream);
    stream.on('close', () => closed++);
  };
  await withServer({}, silent, async ({ connection }) => {
    const { stream } = ask(connection, Buffer.from('x'));
    await eventually(() => open.length === 1);
    stream.cancel();
    await eventually(() => closed === 1);
    assert.equal((await ask(connection, Buffer.from('y')).answer).body.toString(), 'y');
  });
});

test('a paused stream fills its window and no more; resumed it goes on', () => {
  const large = (stream: ServerHttp2Stream) => {
    stream.respond({ ':status': 200 });
    stream.end(Buffer.alloc(3 * WINDOW_BYTES));
  };
  return withServer({}, large, async ({ connection }) => {
    let received = 0;
    let ended = false;
    const stream = connection.open(REQUEST, {
      onHeaders() {},
      onData(bytes) {
        received += bytes.length;
      },
      onEnd() {
        ended = true;
      },
    });
    stream.pause();
    stream.end(Buffer.alloc(0));
    await eventually(() => received === WINDOW_BYTES);
    stream.resume();
    await eventually(() => ended);
    assert.equal(received, 3 * WINDOW_BYTES);
  });
});

test('after a goodbye what runs is finished and nothing is begun', () => {
  const begun: ServerHttp2Stream[] = [];
  return withServer(
    {},
    (stream) => begun.push(stream),
    async ({ connection, sessions }) => {
      const { answer } = ask(connection, Buffer.from('x'));
      await eventually(() => begun.length === 1);
      sessions[0]?.close();
      for (const stream of begun) echo(stream);
      assert.equal((await answer).body.toString(), 'x');
      await eventually(() => !connection.usable);
      await assert.rejects(ask(connection, Buffer.from('y')).answer, /closed/);
    },
  );
});

test('a lost connection fails its streams', () =>
  withServer(
    {},
    (stream) => stream.session?.destroy(),
    async ({ connection }) => {
      await assert.rejects(ask(connection, Buffer.from('x')).answer);
      assert.equal(connection.usable, false);
    },
  ));

test('a ping is answered', () =>
  withServer({}, echo, ({ connection }) => new Promise((resolve) => connection.ping(resolve))));
