import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { UsageError } from '@coxswain/foundation';
import { loadKubeconfig } from './load-kubeconfig.ts';

const dir = mkdtempSync(join(tmpdir(), 'coxswain-kubeconfig-'));
after(() => rmSync(dir, { recursive: true }));

function write(name: string, text: string): string {
  const path = join(dir, name);
  writeFileSync(path, text);
  return path;
}

const INLINE = `
apiVersion: v1
kind: Config
current-context: one
clusters:
- name: c
  cluster: {server: "https://h:6443", certificate-authority-data: ${Buffer.from('CA').toString('base64')}}
- name: d
  cluster: {server: "https://d:6443", insecure-skip-tls-verify: true, tls-server-name: kubernetes}
contexts:
- name: one
  context: {cluster: c, user: u, namespace: team}
- name: two
  context: {cluster: d, user: t}
- name: three
  context: {cluster: nowhere, user: t}
- name: four
  context: {cluster: c, user: e}
users:
- name: u
  user: {client-certificate: cert.pem, client-key-data: ${Buffer.from('KEY').toString('base64')}}
- name: t
  user: {tokenFile: token}
- name: e
  user: {exec: {command: x}}
`;

test('inline data, files relative to the kubeconfig, tokens', () => {
  write('cert.pem', 'CERT');
  const path = write('config', INLINE);
  const one = loadKubeconfig(path);
  assert.equal(one.server, 'https://h:6443');
  assert.equal(String(one.ca), 'CA');
  assert.equal(String(one.cert), 'CERT');
  assert.equal(String(one.key), 'KEY');
  assert.equal(one.namespace, 'team');
  const two = loadKubeconfig(path, { context: 'two' });
  assert.equal(two.tokenFile, join(dir, 'token'));
  assert.equal(two.insecureSkipTlsVerify, true);
  assert.equal(two.tlsServerName, 'kubernetes');
});

test('several files: the first that says something wins', () => {
  const first = write('first', 'current-context: two\n');
  assert.equal(loadKubeconfig(`${first}:${join(dir, 'absent')}:${write('config', INLINE)}`).server, 'https://d:6443');
});

for (const [name, path, context, message] of [
  ['absent file', join(dir, 'absent'), undefined, /can't read kubeconfig .*: there is no such file$/],
  ['not YAML', write('bad', '{'), undefined, /^can't read kubeconfig .*bad: [^\n]+$/],
  ['a scalar', write('scalar', 'hello'), undefined, /it is not a YAML mapping$/],
  ['no current context', write('empty', '{}'), undefined, /no current-context is set; name one with --context$/],
  ['unknown context', write('config', INLINE), 'nine', /context "nine" does not exist$/],
  ['unknown cluster', write('config', INLINE), 'three', /cluster "nowhere" of context "three" does not exist$/],
  ['credential plugin', write('config', INLINE), 'four', /user "e" needs a credential plugin/],
] as const) {
  test(`says in one line what is wrong: ${name}`, () => {
    assert.throws(
      () => loadKubeconfig(path, { context }),
      (error: Error) => error instanceof UsageError && message.test(error.message),
    );
  });
}
