import assert from 'node:assert/strict';
import { createServer, get, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { writeSized } from './write-sized.ts';

async function serving(
  answer: (response: ServerResponse) => void,
  ask: (port: number) => Promise<void>,
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

for (const lengths of [[10], [3, 4, 1], [4, 4], [0, 9, 0], [1, 1, 1, 1, 1], []])
  test(`chunks of ${lengths.join(', ') || 'nothing'} arrive through a buffer of 4`, async () => {
    const chunks = lengths.map((length, i) => Buffer.alloc(length, String.fromCharCode(97 + i)));
    const all = Buffer.concat(chunks);
    const answer = (response: ServerResponse) => {
      response.writeHead(200, { 'content-length': String(all.length) });
      void writeSized(response, chunks, 4);
    };
    await serving(answer, async (port) => {
      const answered = await fetch(`http://127.0.0.1:${port}/`);
      assert.equal(await answered.text(), all.toString());
    });
  });

test('a client that goes away ends the writing', async () => {
  const endless = (function* () {
    for (;;) yield Buffer.alloc(1 << 20);
  })();
  let ended: Promise<void> | undefined;
  const answer = (response: ServerResponse) => {
    response.writeHead(200, { 'content-length': String(2 ** 40) });
    ended = writeSized(response, endless, 1 << 18);
  };
  await serving(answer, async (port) => {
    await new Promise<void>((resolve) => {
      const call = get({ port, host: '127.0.0.1' }, (response) => {
        response.once('data', () => {
          call.destroy();
          resolve();
        });
      });
      call.on('error', () => {});
    });
    await ended;
  });
});
