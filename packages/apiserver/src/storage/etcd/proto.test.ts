import assert from 'node:assert/strict';
import { it } from 'node:test';
import { ProtoReader } from './proto-reader.ts';
import { ProtoWriter } from './proto-writer.ts';
import { prefixEnd } from './requests.ts';
import { decodeWatch } from './responses.ts';

for (const value of [1, 127, 128, 300, 2 ** 31, 2 ** 32 + 5, Number.MAX_SAFE_INTEGER]) {
  it(`a number survives: ${value}`, () => {
    const reader = new ProtoReader(new ProtoWriter(1).number(15, value).number(16, value).finish());
    for (const field of [15, 16]) {
      assert.ok(reader.next());
      assert.deepEqual([reader.field, reader.number()], [field, value]);
    }
    assert.equal(reader.next(), false);
  });
}

for (const value of [1n, 2n ** 62n + 7n, -1n, -(2n ** 63n)]) {
  it(`a 64-bit number survives: ${value}`, () => {
    const reader = new ProtoReader(new ProtoWriter().bigint(3, value).finish());
    assert.ok(reader.next());
    assert.equal(reader.bigint(), value);
  });
}

it('zero is left out, unless it has to be present', () => {
  assert.equal(new ProtoWriter().number(1, 0).bigint(2, 0n).bool(3, false).finish().length, 0);
  assert.deepEqual([...new ProtoWriter().present(1, 0).finish()], [8, 0]);
});

it('unknown fields are skipped, truncated ones refused', () => {
  const writer = new ProtoWriter(1).bigint(20, -5n);
  const bytes = writer
    .message(21, () => writer.string(1, 'x'.repeat(300)))
    .number(1, 7)
    .finish();
  const reader = new ProtoReader(bytes);
  let found = 0;
  while (reader.next()) {
    if (reader.field === 1) found = reader.number();
    else reader.skip();
  }
  assert.equal(found, 7);
  assert.throws(
    () => decodeWatch(new ProtoWriter().bytes(11, Buffer.alloc(40)).finish().subarray(0, 20), ''),
    RangeError,
  );
});

for (const [prefix, end] of [
  ['/registry/pods/', '/registry/pods0'],
  ['a', 'b'],
  ['', '\0'],
] as const) {
  it(`keys with the prefix ${JSON.stringify(prefix)} end before ${JSON.stringify(end)}`, () => {
    assert.equal(prefixEnd(prefix).toString(), end);
  });
}

for (const text of ['', 'x', 'é'.repeat(200)])
  it(`a message in a message is found again: ${text.length} characters`, () => {
    const writer = new ProtoWriter(1);
    writer.message(1, () => writer.number(7, 300).message(2, () => writer.string(3, text))).number(4, 5);
    const outer = new ProtoReader(writer.finish());
    assert.ok(outer.next());
    const middle = new ProtoReader(outer.bytes());
    assert.ok(middle.next());
    assert.equal(middle.number(), 300);
    assert.ok(middle.next());
    const inner = new ProtoReader(middle.bytes());
    assert.ok(inner.next());
    assert.equal(inner.bytes().toString(), text);
    assert.ok(outer.next());
    assert.equal(outer.number(), 5);
  });
