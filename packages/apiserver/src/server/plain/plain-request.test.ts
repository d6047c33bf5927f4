import assert from 'node:assert/strict';
import { Socket } from 'node:net';
import { test } from 'node:test';
import { PlainRequestReader } from './plain-request.ts';

const socket = new Socket();
const read = (text: string) => new PlainRequestReader(socket).read(Buffer.from(text, 'latin1'));
const head = (...lines: string[]) => `${lines.join('\r\n')}\r\n\r\n`;
const URL = '/api/v1/namespaces/default/pods/a';
const LINE = `GET ${URL} HTTP/1.1`;

test('a plain GET is read as node reads it', () => {
  const request = read(head(`${LINE}`, 'Host: x:1', 'Accept-Encoding:gzip', 'X-Two: \ta b', 'Connection: keep-alive'));
  assert.equal(request?.url, URL);
  assert.equal(request?.method, 'GET');
  assert.deepEqual(request?.headers, {
    host: 'x:1',
    'accept-encoding': 'gzip',
    'x-two': 'a b',
    connection: 'keep-alive',
  });
  assert.deepEqual(request?.rawHeaders.slice(0, 4), ['Host', 'x:1', 'Accept-Encoding', 'gzip']);
});

test('fields are those of each request, also where most are the same', () => {
  const reader = new PlainRequestReader(socket);
  const ask = (url: string, ...fields: string[]) =>
    reader.read(Buffer.from(head(`GET ${url} HTTP/1.1`, 'Host: x', ...fields)));
  assert.equal(ask('/api/v1/nodes/a', 'Authorization: Bearer one')?.headers.authorization, 'Bearer one');
  assert.equal(ask('/api/v1/nodes/b', 'Authorization: Bearer one')?.url, '/api/v1/nodes/b');
  assert.equal(ask('/api/v1/nodes/b', 'Authorization: Bearer two')?.headers.authorization, 'Bearer two');
  assert.equal(ask('/api/v1/nodes/b')?.headers.authorization, undefined);
  assert.equal(ask('/api/v1/nodes/b', 'Bad'), undefined);
  assert.equal(ask('/api/v1/nodes/b', 'Bad'), undefined);
});

const FOR_NODE: readonly (readonly [name: string, text: string])[] = [
  ['another method', head(`POST ${URL} HTTP/1.1`, 'Host: x')],
  ['another version', head(`GET ${URL} HTTP/1.0`, 'Host: x')],
  ['another path', head('GET /healthz HTTP/1.1', 'Host: x')],
  ['a whole URL', head(`GET https://x${URL} HTTP/1.1`, 'Host: x')],
  ['a space in the path', head('GET /api/v1/nodes/a b HTTP/1.1', 'Host: x')],
  ['a tab before the version', head(`GET ${URL}\tHTTP/1.1`, 'Host: x')],
  ['a byte beyond ASCII in the path', head('GET /api/v1/nodes/\xe4 HTTP/1.1', 'Host: x')],
  ['no host', head(LINE, 'Accept: */*')],
  ['no field', head(LINE)],
  ['two hosts', head(LINE, 'Host: x', 'host: y')],
  ['a field twice', head(LINE, 'Host: x', 'Authorization: Bearer a', 'authorization: Bearer b')],
  ['a length', head(LINE, 'Host: x', 'Content-Length: 5')],
  ['chunks', head(LINE, 'Host: x', 'Transfer-Encoding: chunked')],
  ['an upgrade', head(LINE, 'Host: x', 'Upgrade: websocket')],
  ['an expectation', head(LINE, 'Host: x', 'Expect: 100-continue')],
  ['the end of the connection', head(LINE, 'Host: x', 'Connection: close')],
  ['a space before the colon', head(LINE, 'Host: x', 'Content-Length : 5')],
  ['space behind a value', head(LINE, 'Host: x', 'A: b ')],
  ['a field without a value', head(LINE, 'Host: x', 'A:')],
  ['a field without a name', head(LINE, 'Host: x', ': a')],
  ['a line without a colon', head(LINE, 'Host: x', 'abc')],
  ['a folded line', head(LINE, 'Host: x', 'A: b', ' c')],
  ['a folded first line', head(LINE, ' Host: x')],
  ['a bare line feed', `${LINE}\r\nHost: x\nContent-Length: 5\r\n\r\n`],
  ['line feeds alone', `${LINE}\nHost: x\n\n`],
  ['a bare carriage return', head(LINE, 'Host: x', 'A: b\rTransfer-Encoding: chunked')],
  ['a zero byte', head(LINE, 'Host: x', 'A: b\0c')],
  ['a byte beyond ASCII', head(LINE, 'Host: x', 'A: \xe4')],
  ['__proto__', head(LINE, 'Host: x', '__proto__: a')],
  ['half a head', `${LINE}\r\nHost: x\r\n`],
  ['two requests', head(LINE, 'Host: x') + head(LINE, 'Host: x')],
  ['a body after all', `${head(LINE, 'Host: x')}abc`],
  ['a body that ends as a head', `${head(LINE, 'Host: x')}${head('abc')}`],
  ['an empty line first', `\r\n${head(LINE, 'Host: x')}`],
  ['a long head', head(LINE, 'Host: x', `A: ${'a'.repeat(9000)}`)],
  ['nothing', ''],
];

for (const [name, text] of FOR_NODE) test(`for node's parser: ${name}`, () => assert.equal(read(text), undefined));
