import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeHeaders, encodeHeaders, HeaderReader } from './hpack.ts';
import { decodeHuffman } from './huffman.ts';

const hex = (text: string) => Buffer.from(text.replaceAll(' ', ''), 'hex');

// RFC 7541, appendix C.
for (const [coded, text] of [
  ['f1e3 c2e5 f23a 6ba0 ab90 f4ff', 'www.example.com'],
  ['a8eb 1064 9cbf', 'no-cache'],
  ['25a8 49e9 5bb8 e8b4 bf', 'custom-value'],
  ['d07a be94 1054 d444 a820 0595 040b 8166 e082 a62d 1bff', 'Mon, 21 Oct 2013 20:13:21 GMT'],
  ['', ''],
] as const)
  test(`Huffman: ${text}`, () => assert.equal(decodeHuffman(hex(coded)), text));

for (const coded of ['ff ff ff ff', 'a8 eb 10 64 9c b0', 'ff'])
  test(`no Huffman code: ${coded}`, () => assert.throws(() => decodeHuffman(hex(coded)), RangeError));

test('what is encoded is read again', () => {
  const headers = { ':method': 'POST', ':path': '/a.B/C', te: 'trailers', x: '' };
  assert.deepEqual(decodeHeaders(encodeHeaders(headers)), headers);
});

for (const [what, block, headers] of [
  ['a whole field of the table', '88', { ':status': '200' }],
  ['a name of the table', '0f 10 03 61 2f 62', { 'content-type': 'a/b' }],
  ['a value to be kept', '5f 03 61 2f 62', { 'content-type': 'a/b' }],
  ['a table of no size before it', '20 88', { ':status': '200' }],
] as const)
  test(`a header block: ${what}`, () => {
    const reader = new HeaderReader();
    for (let i = 0; i < 2; i++) assert.deepEqual(reader.read(hex(block)), headers);
  });

for (const [what, block] of [
  ['a field of a table that we do not keep', 'be'],
  ['an end too soon', '00 03 61'],
  ['a length beyond all bounds', '00 ff ff ff ff ff ff 0f'],
] as const)
  test(`an unreadable header block: ${what}`, () => assert.throws(() => decodeHeaders(hex(block)), RangeError));
