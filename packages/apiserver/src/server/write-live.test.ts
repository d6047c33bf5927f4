import assert from 'node:assert/strict';
import { createServer, type ServerResponse } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { test } from 'node:test';
import { AsyncQueue } from '@coxswain/foundation';
import { eventually } from '@coxswain/foundation/testing';
import { writeLive } from './write-live.ts';

async function serving(
  answer: (response: ServerResponse) => void,
  ask: (port: number) => Promise<unknown>,
): Promise<void> {
  const server = createServer((_request, response) => answer(response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    await ask((server.address() as AddressInfo).port);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

/** All that a server sends to these bytes until it closes. */
function exchange(port: number, bytes: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    const socket = connect(port, '127.0.0.1', () => socket.write(bytes));
    socket.setEncoding('utf8');
    socket.on('data', (part) => {
      text += part;
    });
    socket.on('end', () => resolve(text));
    socket.on('error', reject);
  });
}

const shared = [Buffer.from('one\n'), Buffer.alloc(0), Buffer.alloc(300_000, 'x'), Buffer.from('three\n')];
const whole = Buffer.concat(shared).toString();

async function* live(): AsyncIterable<Buffer> {
  for (const chunk of shared) {
    yield chunk;
    await new Promise((resolve) => setImmediate(resolve));
  }
}

function answer(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'application/json' });
  void writeLive(response, live());
}

test('every client gets all chunks, each framed once', () =>
  serving(answer, async (port) => {
    const texts = await Promise.all([1, 2, 3].map(async () => (await fetch(`http://127.0.0.1:${port}/`)).text()));
    assert.deepEqual(texts, [whole, whole, whole]);
  }));

test('a client of HTTP/1.0 gets them unframed', () =>
  serving(answer, async (port) => {
    const text = await exchange(port, 'GET / HTTP/1.0\r\n\r\n');
    assert.equal(text.slice(text.indexOf('\r\n\r\n') + 4), whole);
  }));

test('requests in a row on one connection are answered in their order', () =>
  serving(answer, async (port) => {
    const request = 'GET / HTTP/1.1\r\nhost: x\r\n';
    const text = await exchange(port, `${request}\r\n${request}connection: close\r\n\r\n`);
    const answers = text.split('HTTP/1.1 200 OK\r\n').slice(1);
    assert.equal(answers.length, 2);
    for (const each of answers) {
      assert.ok(each.endsWith('\r\n0\r\n\r\n'));
      assert.equal(each.split('x').length, 300_001);
    }
  }));

test('a slow client is waited for, and one that goes away ends it', async () => {
  const queue = new AsyncQueue<Buffer>();
  let ended: Promise<void> | undefined;
  const answering = (response: ServerResponse) => {
    response.writeHead(200);
    ended = writeLive(response, queue);
  };
  await serving(answering, async (port) => {
    const socket = connect(port, '127.0.0.1', () => socket.write('GET / HTTP/1.1\r\nhost: x\r\n\r\n'));
    await new Promise((resolve) => socket.once('data', resolve));
    socket.pause();
    for (let i = 0; i < 100; i++) queue.push(Buffer.alloc(1 << 20));
    await eventually(() => assert.ok(queue.size < 100));
    assert.ok(queue.size > 0, 'the rest waits in the queue');
    socket.destroy();
    await ended;
  });
});
