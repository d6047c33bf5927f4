import assert from 'node:assert/strict';
import { it } from 'node:test';
import { createAuthority, issueCertificate } from '@coxswain/pki';
import { EtcdServer } from '../../testing/etcd-server.ts';
import { StorageUnavailable } from '../storage.ts';
import { EtcdStorage } from './etcd-storage.ts';

it('speaks TLS with a client certificate, and is refused without', { timeout: 60_000 }, async () => {
  const authority = await createAuthority('etcd-ca');
  const of = (commonName: string, usages: readonly ('server' | 'client')[]) =>
    issueCertificate(authority, { commonName, usages, names: ['127.0.0.1'] });
  const own = await of('etcd', ['server', 'client']);
  const server = await EtcdServer.start({ ca: authority.certificate, cert: own.certificate, key: own.key });
  const ca = Buffer.from(authority.certificate);
  const client = await of('kube-apiserver-etcd-client', ['client']);
  const cert = Buffer.from(client.certificate);
  const storage = new EtcdStorage({ servers: [server.url], ca, cert, key: Buffer.from(client.key) });
  const stranger = new EtcdStorage({ servers: [server.url], ca, timeoutMs: 2_000 });
  try {
    assert.equal((await storage.create('/registry/a', Buffer.from('x'))).outcome, 'created');
    assert.equal((await storage.get('/registry/a'))?.value.toString(), 'x');
    const controller = new AbortController();
    for await (const batch of storage.watch('/registry/', 2, controller.signal)) {
      assert.equal(batch.outcome === 'events' && batch.events[0]?.key, '/registry/a');
      controller.abort();
    }
    await assert.rejects(stranger.get('/registry/a'), StorageUnavailable);
  } finally {
    storage.close();
    stranger.close();
    await server.remove();
  }
});

for (const { name, names, host, works } of [
  { name: 'a name', names: ['localhost'], host: 'localhost', works: true },
  { name: 'another name', names: ['127.0.0.1'], host: 'localhost', works: false },
  { name: 'another address', names: ['127.0.0.2', 'etcd'], host: '127.0.0.1', works: false },
]) {
  it(`holds the certificate against what it connects to: ${name}`, { timeout: 60_000 }, async () => {
    const authority = await createAuthority('etcd-ca');
    const own = await issueCertificate(authority, { commonName: 'etcd', usages: ['server', 'client'], names });
    const server = await EtcdServer.start({ ca: authority.certificate, cert: own.certificate, key: own.key });
    const [ca, cert, key] = [authority.certificate, own.certificate, own.key].map((text) => Buffer.from(text));
    const storage = new EtcdStorage({ servers: [server.url.replace('127.0.0.1', host)], ca, cert, key });
    try {
      const answer = storage.currentRevision();
      if (works) assert.equal(await answer, 1);
      else await assert.rejects(answer, StorageUnavailable);
    } finally {
      storage.close();
      await server.remove();
    }
  });
}
