import assert from 'node:assert/strict';
import { it } from 'node:test';
import { parseStreamRequest } from './parse-stream-request.ts';

const pod = { namespace: 'ns', pod: 'p', uid: undefined };
const streams = { stdin: false, stdout: true, stderr: true, tty: false };
const TABLE: [url: string, wanted: object][] = [
  [
    '/exec/ns/p/c?command=sh&command=-c&command=a%20b&output=1&error=1',
    { ...pod, ...streams, kind: 'exec', container: 'c', cmd: ['sh', '-c', 'a b'] },
  ],
  [
    '/attach/ns/p/uid-1/c?input=1&output=1&error=1&tty=1',
    {
      ...pod,
      kind: 'attach',
      uid: 'uid-1',
      container: 'c',
      cmd: [],
      stdin: true,
      stdout: true,
      stderr: false,
      tty: true,
    },
  ],
  ['/exec/ns/p/c', { kind: 'bad', message: 'you must specify at least 1 of stdin, stdout, stderr' }],
  ['/exec/ns/p?output=1', { kind: 'none' }],
  ['/exec/ns/p/u/c/more?output=1', { kind: 'none' }],
  ['/exec/ns/%zz/c?output=1', { kind: 'none' }],
  ['/portForward/ns/p', { ...pod, kind: 'portForward', ports: [] }],
  ['/portForward/ns/p/uid-1?port=80&port=81,82', { ...pod, uid: 'uid-1', kind: 'portForward', ports: [80, 81, 82] }],
  ['/portForward/ns/p?port=70000', { kind: 'bad', message: 'invalid port "70000"' }],
  ['/pods', { kind: 'none' }],
];

for (const [url, wanted] of TABLE)
  it(url, () => {
    assert.deepEqual(parseStreamRequest(url), wanted);
  });
