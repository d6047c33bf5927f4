import assert from 'node:assert/strict';
import { type AddressInfo, connect, createServer } from 'node:net';
import { suite, type TestContext, test } from 'node:test';
import { silentLogger } from '@coxswain/foundation';
import { runGateway } from './run-gateway.ts';

/** Says its name, then everything it hears once the other side has ended. */
async function startNode(context: TestContext, host: string, port = 0): Promise<number> {
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    socket.write(`${host} `);
    socket.on('error', () => {});
    socket.pipe(socket);
  });
  await new Promise<void>((resolve) => server.listen(port, host, resolve));
  context.after(() => server.close());
  return (server.address() as AddressInfo).port;
}

async function startGateway(context: TestContext, port: number, addresses: () => readonly string[]): Promise<number> {
  const ends = new AbortController();
  context.after(() => ends.abort());
  return new Promise((resolve, reject) => {
    runGateway(
      {
        log: silentLogger(),
        listen: { host: '127.0.0.1', port: 0 },
        target: { host: 'node', port },
        resolve: async () => addresses(),
      },
      ends.signal,
      resolve,
    ).catch(reject);
  });
}

/** What comes back for a text; '' when the connection is closed without a word. */
function talk(port: number, text: string): Promise<string> {
  return new Promise((resolve) => {
    let heard = '';
    const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
    socket.setEncoding('utf8').on('data', (chunk) => {
      heard += chunk;
    });
    socket.on('error', () => {});
    socket.once('close', () => resolve(heard));
    socket.end(text);
  });
}

suite('runGateway', () => {
  test('nodes take turns, and what is said arrives after one side has ended', async (context) => {
    const port = await startNode(context, '127.0.0.2');
    await startNode(context, '127.0.0.3', port);
    const gateway = await startGateway(context, port, () => ['127.0.0.2', '127.0.0.3']);
    const heard = [await talk(gateway, 'one'), await talk(gateway, 'two')];
    assert.deepEqual(heard, ['127.0.0.2 one', '127.0.0.3 two']);
    assert.equal((await talk(gateway, 'x'.repeat(3_000_000))).length, '127.0.0.2 '.length + 3_000_000);
  });

  test('a node that refuses is passed over, and a new one is found', async (context) => {
    const port = await startNode(context, '127.0.0.2');
    const nodes = ['127.0.0.4', '127.0.0.2'];
    const gateway = await startGateway(context, port, () => nodes);
    assert.equal(await talk(gateway, 'one'), '127.0.0.2 one');
    nodes.pop();
    assert.equal(await talk(gateway, 'lost'), '');
    nodes.push('127.0.0.3');
    await startNode(context, '127.0.0.3', port);
    assert.equal(await talk(gateway, 'two'), '127.0.0.3 two');
  });
});
