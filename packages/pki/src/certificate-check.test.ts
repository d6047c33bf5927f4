import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { test } from 'node:test';
import { type CertificateRequest, createAuthority, issueCertificate } from './authority.ts';
import { whyReissue } from './certificate-check.ts';

const authority = await createAuthority('test-ca');
const request: CertificateRequest = {
  commonName: 'system:node:node-1',
  organizations: ['system:nodes'],
  usages: ['server', 'client'],
  names: ['node-1', '127.0.0.1'],
};
const pair = await issueCertificate(authority, request);
const later = (days: number) => new Date(Date.now() + days * 86_400_000);

const cases: [string, string | undefined, string | undefined][] = [
  ['a good one', whyReissue(pair, authority, request), undefined],
  ['fewer names asked', whyReissue(pair, authority, { ...request, names: ['node-1'] }), undefined],
  ['another name asked', whyReissue(pair, authority, { ...request, names: ['node-2'] }), 'it lacks the name node-2'],
  ['another subject', whyReissue(pair, authority, { ...request, commonName: 'x' }), 'its subject is another'],
  ['other groups', whyReissue(pair, authority, { ...request, organizations: [] }), 'its subject is another'],
  ['a month before its end', whyReissue(pair, authority, request, later(340)), 'it expires soon'],
  ['long before its end', whyReissue(pair, authority, request, later(300)), undefined],
  ['another authority', whyReissue(pair, await createAuthority('test-ca'), request), 'its authority is another'],
  ['another key', whyReissue({ ...pair, key: authority.key }, authority, request), 'its key is another'],
  ['rubbish', whyReissue({ ...pair, certificate: 'x' }, authority, request), 'it is unreadable'],
  ['an authority itself', whyReissue(authority, undefined, { commonName: 'test-ca', usages: [] }), undefined],
];
for (const [name, got, want] of cases) test(`reissue: ${name}`, () => assert.equal(got, want));

test('a certificate says what it was asked for', () => {
  const certificate = new X509Certificate(pair.certificate);
  assert.equal(certificate.subject, 'O=system:nodes\nCN=system:node:node-1');
  assert.equal(certificate.subjectAltName, 'DNS:node-1, IP Address:127.0.0.1');
  assert.equal(certificate.ca, false);
  assert.deepEqual(certificate.keyUsage, ['1.3.6.1.5.5.7.3.1', '1.3.6.1.5.5.7.3.2']);
  assert.equal(new X509Certificate(authority.certificate).ca, true);
});
