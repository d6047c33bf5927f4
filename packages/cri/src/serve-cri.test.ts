import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { createCriClient } from './create-cri-client.ts';
import { CriError, isCriError, isNotFound } from './cri-error.ts';
import type { CriClient, CriHandlers } from './cri-service.ts';
import { parseNanos } from './nanos.ts';
import { serveCri } from './serve-cri.ts';

describe('client and server over a unix socket', () => {
  const controller = new AbortController();
  const seen: unknown[] = [];
  let dir: string;
  let client: CriClient;
  let closed: Promise<void>;

  before(async () => {
    dir = await mkdtemp(join(tmpdir(), 'cri-'));
    const handlers: Partial<CriHandlers> = {
      async createContainer(request) {
        seen.push(request);
        return { containerId: 'c1' };
      },
      async containerStatus({ containerId }) {
        if (containerId === 'gone') throw new CriError('NOT_FOUND', 'no such container: gone');
        return { status: { id: containerId, createdAt: parseNanos('2026-01-02T03:04:05.123456789Z'), exitCode: -1 } };
      },
      async execSync() {
        return { stdout: Buffer.alloc(6 << 20, 'x'), exitCode: 3 };
      },
      async stopContainer(_request, { signal }) {
        await new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('aborted'))));
        return {};
      },
      async listContainerStats() {
        return { stats: [{ cpu: { timestamp: 5n, usageCoreNanoSeconds: { value: 2 ** 40 } } }] };
      },
      async *getContainerEvents(_request, { signal }) {
        yield { containerId: 'a', containerEventType: 'CONTAINER_STARTED_EVENT', createdAt: 7n };
        yield { containerId: 'b', podSandboxStatus: { state: 'SANDBOX_NOTREADY' } };
        await new Promise((resolve) => signal.addEventListener('abort', resolve));
      },
    };
    const endpoint = `unix://${dir}/sub/cri.sock`;
    ({ closed } = await serveCri(handlers as CriHandlers, endpoint, controller.signal));
    client = createCriClient(endpoint);
  });

  after(async () => {
    controller.abort();
    client.close();
    await closed;
    await rm(dir, { recursive: true });
  });

  it('fills defaults, leaves out absent messages and keeps map keys', async () => {
    await client.createContainer({
      podSandboxId: 'p',
      config: {
        metadata: { name: 'main' },
        labels: { created_at: 'x', timestamp: '1' },
        CDIDevices: [{ name: 'v/c=1' }],
        linux: {
          resources: { cpuQuota: -1, memoryLimitInBytes: 2 ** 41 },
          securityContext: { runAsUser: { value: 0 } },
        },
        mounts: [{ hostPath: '/a', containerPath: '/b', propagation: 'PROPAGATION_BIDIRECTIONAL' }],
      },
    });
    const { podSandboxId, config, sandboxConfig } = seen[0] as Parameters<CriHandlers['createContainer']>[0];
    assert.equal(podSandboxId, 'p');
    assert.equal(sandboxConfig, undefined);
    assert.deepEqual(config?.metadata, { name: 'main', attempt: 0 });
    assert.deepEqual(config?.labels, { created_at: 'x', timestamp: '1' });
    assert.deepEqual(config?.CDIDevices, [{ name: 'v/c=1' }]);
    assert.deepEqual(config?.args, []);
    assert.equal(config?.stopSignal, 'RUNTIME_DEFAULT');
    assert.equal(config?.linux?.resources?.cpuQuota, -1);
    assert.equal(config?.linux?.resources?.memoryLimitInBytes, 2 ** 41);
    assert.deepEqual(config?.linux?.securityContext?.runAsUser, { value: 0 });
    assert.equal(config?.linux?.securityContext?.runAsGroup, undefined);
    assert.equal(config?.mounts[0]?.propagation, 'PROPAGATION_BIDIRECTIONAL');
    assert.deepEqual(config?.mounts[0]?.uidMappings, []);
  });

  it('carries nanoseconds exactly and other 64-bit numbers as numbers', async () => {
    const { status } = await client.containerStatus({ containerId: 'x' });
    assert.equal(status?.createdAt, 1767323045123456789n);
    assert.equal(status?.finishedAt, 0n);
    assert.equal(status?.exitCode, -1);
    const { stats } = await client.listContainerStats({});
    assert.equal(stats[0]?.cpu?.usageCoreNanoSeconds?.value, 2 ** 40);
    assert.equal(stats[0]?.cpu?.timestamp, 5n);
  });

  it('carries answers above gRPC’s usual 4 MiB', async () => {
    const answer = await client.execSync({ containerId: 'x', cmd: ['yes'] });
    assert.equal(answer.stdout.length, 6 << 20);
    assert.equal(answer.stderr.length, 0);
    assert.equal(answer.exitCode, 3);
  });

  it('maps errors to codes both ways', async () => {
    await assert.rejects(client.containerStatus({ containerId: 'gone' }), (error) => {
      assert.ok(isNotFound(error));
      assert.equal(error.message, 'no such container: gone');
      return true;
    });
    await assert.rejects(client.version({}), (error) => isCriError(error, 'UNIMPLEMENTED'));
  });

  it('ends a call by its time-out or its signal, and tells the server', async () => {
    await assert.rejects(client.stopContainer({}, { timeoutMs: 50 }), (e) => isCriError(e, 'DEADLINE_EXCEEDED'));
    const stop = new AbortController();
    const call = client.stopContainer({}, { signal: stop.signal });
    setTimeout(() => stop.abort(), 20);
    await assert.rejects(call, (e) => isCriError(e, 'CANCELLED'));
  });

  it('streams events until the reader stops', async () => {
    const stop = new AbortController();
    const events = [];
    for await (const event of client.getContainerEvents({}, { signal: stop.signal })) {
      events.push(event);
      if (events.length === 2) stop.abort();
    }
    assert.equal(events[0]?.createdAt, 7n);
    assert.equal(events[0]?.containerEventType, 'CONTAINER_STARTED_EVENT');
    assert.equal(events[1]?.podSandboxStatus?.state, 'SANDBOX_NOTREADY');
  });

  it('fails with UNAVAILABLE when nobody listens', async () => {
    const lonely = createCriClient(`unix://${dir}/none.sock`);
    await assert.rejects(lonely.version({}), (error) => isCriError(error, 'UNAVAILABLE'));
    lonely.close();
  });
});
