import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { eventually } from '@coxswain/foundation/testing';
import { EtcdServer } from '../../testing/etcd-server.ts';
import { StorageUnavailable } from '../storage.ts';
import { storageContract } from '../testing/storage-contract.ts';
import { EtcdStorage } from './etcd-storage.ts';

let server: EtcdServer;
before(async () => {
  server = await EtcdServer.start();
});
after(() => server.remove());

storageContract('etcd', async () => new EtcdStorage({ servers: [server.url], leaseReuseMs: 1000 }));

describe('etcd storage', () => {
  it('fails fast while etcd is gone and works again when it is back', { timeout: 60_000 }, async () => {
    const storage = new EtcdStorage({ servers: [server.url], timeoutMs: 3000 });
    const key = '/registry/restart/a';
    const { outcome } = await storage.create(key, Buffer.from('x'));
    assert.equal(outcome, 'created');
    await server.down();
    await assert.rejects(storage.get(key), StorageUnavailable);
    await assert.rejects(storage.create('/registry/restart/b', Buffer.from('x')), StorageUnavailable);
    await server.up();
    await eventually(async () => (await storage.get(key))?.value.toString() === 'x');
    storage.close();
  });

  it('ends a watch with StorageUnavailable when etcd goes', { timeout: 60_000 }, async () => {
    const storage = new EtcdStorage({ servers: [server.url] });
    const revision = await storage.currentRevision();
    const signal = new AbortController().signal;
    const watching = (async () => {
      for await (const batch of storage.watch('/registry/', revision + 1, signal)) {
        if (batch.outcome === 'events') await server.down();
      }
    })();
    const failed = assert.rejects(watching, StorageUnavailable);
    await storage.create('/registry/restart/c', Buffer.from('x'));
    await failed;
    await server.up();
    storage.close();
  });
});
