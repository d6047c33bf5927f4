import assert from 'node:assert/strict';
import { describe, it, test } from 'node:test';
import type { Pod } from '@coxswain/api';
import { connectSpdy } from '@coxswain/streaming/testing';
import type { ResourceRequest } from '../server/request-info.ts';
import { TEST_TOKEN, TestApiserver } from '../testing/test-apiserver.ts';
import { kubeletPath } from './connect.ts';

const pod = { metadata: { name: 'p' }, spec: { containers: [{ name: 'a' }] } } as unknown as Pod;
const request = (subresource: string) => ({ namespace: 'ns', name: 'p', subresource }) as ResourceRequest;

for (const [subresource, query, wanted] of [
  [
    'exec',
    'command=ls&command=-l&stdin=true&stdout=1&tty=true',
    'exec/ns/p/a?input=1&output=1&tty=1&command=ls&command=-l',
  ],
  ['exec', 'command=true', 'exec/ns/p/a?output=1&error=1&command=true'],
  ['exec', 'stdout=false&stderr=true&container=a', 'exec/ns/p/a?error=1'],
  ['attach', 'container=a&stdout=true', 'attach/ns/p/a?output=1'],
  ['portforward', '', 'portForward/ns/p?'],
  ['portforward', 'ports=80&ports=81', 'portForward/ns/p?port=80&port=81'],
] as const)
  test(`${subresource}?${query}`, () => {
    assert.equal(kubeletPath(pod, request(subresource), new URLSearchParams(query)), `/${wanted}`);
  });

describe('a connection', () => {
  it('is refused before the upgrade in the words of the API', async () => {
    const server = await new TestApiserver().ready();
    const port = await server.listen();
    const connect = (path: string, token = TEST_TOKEN) =>
      connectSpdy(`http://127.0.0.1:${port}/api/v1/namespaces/default/pods${path}`, ['v4.channel.k8s.io'], {
        authorization: `Bearer ${token}`,
      });
    try {
      await server.request('POST', '/api/v1/namespaces/default/pods', {
        body: {
          apiVersion: 'v1',
          kind: 'Pod',
          metadata: { name: 'p' },
          spec: { containers: [{ name: 'a', image: 'i' }] },
        },
      });
      await assert.rejects(connect('/none/exec'), /404 .*pods \\"none\\" not found/);
      await assert.rejects(connect('/p/exec'), /400 .*pod p does not have a host assigned/);
      await assert.rejects(connect('/p/exec?container=b'), /400 .*container b is not valid for pod p/);
      await assert.rejects(connect('/p/exec', 'wrong'), /401 .*Unauthorized/);
      await assert.rejects(connect('/p/status'), /405 /);
      const { code, text } = await server.request('POST', '/api/v1/namespaces/default/pods/p/exec');
      assert.equal(code, 400);
      assert.match(text, /Upgrade request required/);
    } finally {
      await server.close();
    }
  });
});
