import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { test } from 'node:test';
import { type CertificateSigningRequest, certificateSigningRequestKind } from '@coxswain/api';
import { FakeApiClient } from '@coxswain/client/testing';
import { eventually } from '@coxswain/foundation/testing';
import { createAuthority } from '@coxswain/pki';
import { createRequest } from '@coxswain/pki/testing';
import { startControllers } from '../../testing/index.ts';
import { csrExpiry } from './csr-cleaner-controller.ts';
import { signingDurationMs } from './plan-signing.ts';

const NODE = { commonName: 'system:node:n1', organizations: ['system:nodes'] };
const approved = { type: 'Approved', status: 'True', reason: 'x', lastUpdateTime: new Date().toISOString() };
const CLIENT = ['digital signature', 'client auth'];
const SERVER = ['digital signature', 'server auth'];

async function aRequest(
  name: string,
  spec: Partial<CertificateSigningRequest['spec']>,
  { subject = NODE, names = [] as string[], conditions = [] as object[] } = {},
): Promise<CertificateSigningRequest> {
  const request = Buffer.from(await createRequest(subject, names)).toString('base64');
  return {
    metadata: { name, uid: name, creationTimestamp: new Date().toISOString() },
    spec: { request, username: 'system:bootstrap:abc', usages: CLIENT, ...spec } as CertificateSigningRequest['spec'],
    status: { conditions } as CertificateSigningRequest['status'] & object,
  };
}

function setUp(t: { after(fn: () => Promise<void>): void }, allowed: (subresource: string) => boolean) {
  const client = new FakeApiClient();
  client.onRequest((method, path, options) => {
    if (path.endsWith('/subjectaccessreviews')) {
      const { resourceAttributes } = JSON.parse(String(options?.body)).spec;
      return { status: { allowed: allowed(resourceAttributes.subresource) } };
    }
    const [, name] = /certificatesigningrequests\/(.*)\/approval$/.exec(path) ?? [];
    if (method !== 'PUT' || name === undefined) return undefined;
    client.change(certificateSigningRequestKind, name, (request) => {
      request.status = JSON.parse(String(options?.body)).status;
    });
    return {};
  });
  const condition = (name: string, type: string) =>
    client.object(certificateSigningRequestKind, name)?.status?.conditions?.find((each) => each.type === type);
  const certificate = (name: string) => {
    const text = client.object(certificateSigningRequestKind, name)?.status?.certificate;
    return text === undefined ? undefined : new X509Certificate(Buffer.from(String(text), 'base64'));
  };
  return { client, condition, certificate, after: (stop: () => Promise<void>) => t.after(stop) };
}

test('a kubelet that may is approved and signed; its serving certificate waits for a person', async (t) => {
  const { client, condition, certificate } = setUp(t, (subresource) => subresource === 'nodeclient');
  const authority = await createAuthority('kubernetes');
  const kubelet = 'kubernetes.io/kube-apiserver-client-kubelet';
  client.add(certificateSigningRequestKind, await aRequest('client', { signerName: kubelet }));
  client.add(
    certificateSigningRequestKind,
    await aRequest('greedy', { signerName: kubelet }, { subject: { ...NODE, organizations: ['system:masters'] } }),
  );
  const serving = { signerName: 'kubernetes.io/kubelet-serving', usages: SERVER, username: 'system:node:n1' };
  client.add(certificateSigningRequestKind, await aRequest('serving', serving, { names: ['n1'] }));
  const controllers = startControllers(client, ['csrapproving', 'csrsigning'], {
    signing: { authority, durationMs: 3_600_000 },
  });
  t.after(() => controllers.stop());
  await eventually(() => assert.ok(certificate('client')));
  const issued = certificate('client');
  assert.equal(issued?.subject, 'O=system:nodes\nCN=system:node:n1');
  assert.ok(issued?.verify(new X509Certificate(authority.certificate).publicKey));
  assert.deepEqual(issued?.keyUsage, ['1.3.6.1.5.5.7.3.2']);
  assert.ok(Date.parse(issued?.validTo ?? '') < Date.now() + 3_700_000);
  assert.equal(condition('greedy', 'Approved'), undefined);
  assert.equal(condition('serving', 'Approved'), undefined);
  client.change(certificateSigningRequestKind, 'serving', (request) => {
    request.status = { conditions: [approved] };
  });
  await eventually(() => assert.equal(certificate('serving')?.subjectAltName, 'DNS:n1'));
});

test('a kubelet that may not is not approved', async (t) => {
  const asked: string[] = [];
  const { client, condition } = setUp(t, (subresource) => {
    asked.push(subresource);
    return false;
  });
  const spec = { signerName: 'kubernetes.io/kube-apiserver-client-kubelet', username: 'system:node:n1' };
  client.add(certificateSigningRequestKind, await aRequest('client', spec));
  const controllers = startControllers(client, ['csrapproving']);
  t.after(() => controllers.stop());
  await eventually(() => assert.deepEqual(asked, ['selfnodeclient', 'nodeclient']));
  assert.equal(condition('client', 'Approved'), undefined);
});

test('what a signer must not sign fails, what others sign is left alone', async (t) => {
  const { client, condition, certificate } = setUp(t, () => false);
  const conditions = [approved];
  const masters = { subject: { commonName: 'me', organizations: ['system:masters'] }, conditions };
  const signerName = 'kubernetes.io/kube-apiserver-client';
  const add = async (...args: Parameters<typeof aRequest>) =>
    client.add(certificateSigningRequestKind, await aRequest(...args));
  await add('masters', { signerName }, masters);
  await add('server', { signerName, usages: SERVER }, { conditions });
  await add('garbage', { signerName, request: Buffer.from('x').toString('base64') }, { conditions });
  await add('other', { signerName: 'example.com/signer' }, { conditions });
  await add('person', { signerName }, { subject: { commonName: 'ann', organizations: ['crew'] }, conditions });
  const authority = await createAuthority('kubernetes');
  const controllers = startControllers(client, ['csrsigning'], { signing: { authority, durationMs: 1e9 } });
  t.after(() => controllers.stop());
  await eventually(() => assert.ok(certificate('person')));
  for (const name of ['masters', 'server', 'garbage'])
    await eventually(() => assert.equal(condition(name, 'Failed')?.reason, 'SignerValidationFailure', name));
  assert.equal(condition('other', 'Failed'), undefined);
  assert.equal(certificate('other'), undefined);
});

test('requests go an hour after they were decided, a day after they came', async (t) => {
  const at = (iso: string) => Date.parse(iso);
  const metadata = { name: 'x', creationTimestamp: '2026-01-01T00:00:00Z' };
  const spec = {} as CertificateSigningRequest['spec'];
  assert.equal(csrExpiry({ metadata, spec }), at('2026-01-02T00:00:00Z'));
  const status = { conditions: [{ ...approved, lastUpdateTime: '2026-01-01T05:00:00Z' }] };
  assert.equal(csrExpiry({ metadata, spec, status }), at('2026-01-01T06:00:00Z'));
  const client = new FakeApiClient();
  client.add(certificateSigningRequestKind, { metadata, spec });
  const controllers = startControllers(client, ['csrcleaner']);
  t.after(() => controllers.stop());
  await eventually(() => assert.equal(client.objects(certificateSigningRequestKind).length, 0));
});

test('nobody gets less than ten minutes, nor more than the limit', () => {
  const duration = (expirationSeconds?: number) =>
    signingDurationMs(
      { metadata: { name: 'x' }, spec: { expirationSeconds } as CertificateSigningRequest['spec'] },
      1e7,
    );
  assert.deepEqual([duration(), duration(60), duration(3600), duration(1e6)], [1e7, 600_000, 3_600_000, 1e7]);
});
