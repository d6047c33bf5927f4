import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { text } from 'node:stream/consumers';
import { after, before, describe, it } from 'node:test';
import { NamespaceDialer } from './namespace-dialer.ts';

/** Needs nsenter and the right to enter a namespace; the one entered here is our own. */
describe('connections from inside a network namespace', () => {
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    // Speaks first, as SSH and MySQL do: not a byte may be lost while the connection changes hands.
    socket.write('greeting\n');
    socket.pipe(socket);
  });
  let dialer: NamespaceDialer;
  let port = 0;
  before(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    port = (server.address() as { port: number }).port;
    dialer = new NamespaceDialer('/proc/self/ns/net');
  });
  after(() => {
    dialer.close();
    server.close();
  });

  it('are whole, half-close included, many at once', async () => {
    const answers = await Promise.all(
      Array.from({ length: 20 }, async (_, i) => {
        const socket = await dialer.dial(port);
        let answer = '';
        socket.setEncoding('utf8').on('data', (part) => {
          answer += part;
        });
        socket.end(`hello ${i}`);
        await new Promise((resolve) => socket.once('close', resolve));
        return answer;
      }),
    );
    assert.deepEqual(
      answers,
      answers.map((_, i) => `greeting\nhello ${i}`),
    );
  });

  it('reach who listens on IPv6 alone', async () => {
    const other = createServer((socket) => socket.end('over IPv6'));
    await new Promise<void>((resolve) => other.listen({ host: '::1', port: 0, ipv6Only: true }, resolve));
    try {
      const socket = await dialer.dial((other.address() as { port: number }).port);
      assert.equal(await text(socket), 'over IPv6');
    } finally {
      other.close();
    }
  });

  it('are refused where nobody listens', async () => {
    await assert.rejects(dialer.dial(1), /ECONNREFUSED/);
  });

  it('fail once the connector is gone', async () => {
    dialer.close();
    await assert.rejects(dialer.dial(port));
    assert.ok(dialer.ended);
  });
});
