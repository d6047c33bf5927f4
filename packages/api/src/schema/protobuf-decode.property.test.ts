import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { decodeObject, deploymentKind, podKind, StatusError } from '../index.ts';
import { PROTOBUF_MAGIC } from './protobuf-decode.ts';

/** runtime.Unknown around the bytes of a message. */
function envelope(message: Uint8Array): Buffer {
  const length = [];
  for (let rest = message.length; ; rest >>>= 7) {
    if (rest < 0x80) {
      length.push(rest);
      break;
    }
    length.push((rest & 0x7f) | 0x80);
  }
  return Buffer.concat([PROTOBUF_MAGIC, Buffer.from([0x12, ...length]), message]);
}

for (const kind of [podKind, deploymentKind] as const)
  test(`${kind.kind}: any bytes are decoded or refused`, () => {
    const fields = fc.array(fc.oneof(fc.constantFrom(0x0a, 0x12, 0x1a, 0x08, 0x00, 0x02), fc.nat(255)), {
      maxLength: 40,
    });
    fc.assert(
      fc.property(fields, fc.boolean(), (numbers, wrapped) => {
        const message = Uint8Array.from(numbers);
        const body = wrapped ? envelope(message) : Buffer.concat([PROTOBUF_MAGIC, message]);
        try {
          decodeObject(kind as typeof podKind, body, 'protobuf', 'Strict');
        } catch (error) {
          assert.ok(error instanceof StatusError, String(error));
        }
      }),
      { numRuns: 2000 },
    );
  });
