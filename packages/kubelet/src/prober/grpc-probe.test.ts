import assert from 'node:assert/strict';
import { createServer } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { it } from 'node:test';
import { grpcProbe } from './grpc-probe.ts';

it('asks a server for its health over gRPC', async () => {
  const statuses: Record<string, number> = { '': 1, bad: 2 };
  const server = createServer();
  server.on('stream', (stream) => {
    const chunks: Buffer[] = [];
    stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    stream.on('end', () => {
      const name = Buffer.concat(chunks).subarray(7).toString();
      const status = statuses[name];
      stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
      stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': status === undefined ? '5' : '0' }));
      stream.end(status === undefined ? undefined : Buffer.from([0, 0, 0, 0, 2, 0x08, status]));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const probe = (service: string) => grpcProbe('127.0.0.1', port, service, 1000, new AbortController().signal);
  assert.equal((await probe('')).outcome, 'success');
  assert.deepEqual(await probe('bad'), {
    outcome: 'failure',
    output: 'service unhealthy (responded with "NOT_SERVING")',
  });
  assert.equal((await probe('unknown')).outcome, 'failure');
  await new Promise((resolve) => server.close(resolve));
  assert.match((await probe('')).output, /^timeout: failed to connect service "127\.0\.0\.1:/);
});
