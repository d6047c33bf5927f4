import assert from 'node:assert/strict';
import { test } from 'node:test';
import { frameMessage, GrpcMessages } from './grpc-messages.ts';

const texts = ['a', '', 'b'.repeat(300), 'c'];
const sent = Buffer.concat(texts.map((text) => frameMessage(Buffer.from(text))));

for (const size of [1, 3, 5, 6, 7, 100, 1000])
  test(`messages are found in pieces of ${size} bytes`, () => {
    const messages = new GrpcMessages();
    const found: string[] = [];
    for (let at = 0; at < sent.length; at += size)
      for (const message of messages.add(sent.subarray(at, at + size))) found.push(message.toString());
    assert.deepEqual(found, texts);
  });

test('a compressed message is refused', () => {
  const message = frameMessage(Buffer.from('x'));
  message[0] = 1;
  assert.throws(() => new GrpcMessages().add(message), RangeError);
});
