import assert from 'node:assert/strict';
import { createServer, type ServerHttp2Stream } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { EtcdConnection } from './etcd-connection.ts';
import { frameMessage } from './grpc-messages.ts';

type Answer = (stream: ServerHttp2Stream) => void;

/** A server that answers every call so, and a connection to it. */
async function calling(answer: Answer, run: (connection: EtcdConnection) => Promise<void>): Promise<void> {
  const server = createServer();
  server.on('stream', (stream) => {
    stream.on('error', () => {});
    answer(stream);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const connection = new EtcdConnection({ servers: [`http://127.0.0.1:${port}`] });
  try {
    await run(connection);
  } finally {
    connection.close();
    server.close();
  }
}

const grpc = { ':status': 200, 'content-type': 'application/grpc' };
const trailing =
  (trailers: Record<string, string>, message?: Buffer): Answer =>
  (stream) => {
    stream.respond(grpc, { waitForTrailers: true });
    stream.on('wantTrailers', () => stream.sendTrailers(trailers));
    stream.end(message);
  };

test('the answer of a call', () =>
  calling(trailing({ 'grpc-status': '0' }, frameMessage(Buffer.from('yes'))), async (connection) => {
    const answers = await Promise.all([1, 2, 3].map(() => connection.call('Range', Buffer.from('?'), 5_000)));
    assert.deepEqual(answers.map(String), ['yes', 'yes', 'yes']);
  }));

for (const { what, answer, code, details, deadlineMs = 30_000 } of [
  {
    what: 'trailers with a status',
    answer: trailing({ 'grpc-status': '11', 'grpc-message': 'too%20old' }),
    code: 11,
    details: 'too old',
  },
  {
    what: 'headers with a status',
    answer: (stream: ServerHttp2Stream) =>
      stream.respond({ ...grpc, 'grpc-status': '14', 'grpc-message': 'no leader' }, { endStream: true }),
    code: 14,
    details: 'no leader',
  },
  {
    what: 'a status of HTTP',
    answer: (stream: ServerHttp2Stream) => stream.respond({ ':status': 502 }, { endStream: true }),
    code: 2,
    details: 'no grpc-status (HTTP 502)',
  },
  {
    what: 'no answer',
    answer: trailing({ 'grpc-status': '0' }),
    code: 14,
    details: 'the stream ended early',
  },
  {
    what: 'a connection that breaks',
    answer: (stream: ServerHttp2Stream) => stream.session?.destroy(),
    code: 14,
    details: undefined,
  },
  { what: 'silence', answer: () => {}, code: 4, details: 'Deadline exceeded', deadlineMs: 200 },
])
  test(`a call fails by ${what}`, () =>
    calling(answer, (connection) =>
      assert.rejects(
        connection.call('Range', Buffer.from('?'), deadlineMs),
        (error: { code: number; details: string }) => {
          assert.equal(error.code, code);
          if (details !== undefined) assert.equal(error.details, details);
          return true;
        },
      ),
    ));

test('an aborted call rejects with the reason', () =>
  calling(
    () => {},
    async (connection) => {
      const controller = new AbortController();
      const call = connection.call('Range', Buffer.from('?'), 5_000, controller.signal);
      controller.abort(new Error('enough'));
      await assert.rejects(call, /enough/);
    },
  ));
