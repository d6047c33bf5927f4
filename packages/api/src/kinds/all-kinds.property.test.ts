import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  applyDefaults,
  decodeParsed,
  decodeValue,
  type Kind,
  StatusError,
  validateObject,
  validateObjectUpdate,
} from '../index.ts';
import { DecodeError } from '../schema/decode-value.ts';
import { arbitraryObject } from '../testing/arbitrary-object.ts';
import { allKinds } from './all-kinds.ts';

const RUNS = { numRuns: 60 };
const clone = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;

/** The object, unless the decoder refuses it by a Status of its own. */
function decoded(kind: Kind, value: unknown) {
  try {
    return decodeParsed(kind, value, 'Warn').object;
  } catch (error) {
    assert.ok(error instanceof StatusError, String(error));
    return undefined;
  }
}

for (const kind of allKinds) {
  const objects = arbitraryObject(kind.struct);
  const name = `${kind.kind}.${kind.apiVersion}`;

  test(`${name}: whatever is sent is decoded or refused`, () => {
    fc.assert(
      fc.property(objects, fc.jsonValue(), fc.string(), (object, junk, field) => {
        decoded(kind, junk);
        decoded(kind, { ...object, [field]: junk, spec: junk });
        try {
          decodeValue(kind.struct, junk);
        } catch (error) {
          assert.ok(error instanceof DecodeError, String(error));
        }
      }),
      RUNS,
    );
  });

  test(`${name}: decoding and defaulting a second time changes nothing`, () => {
    fc.assert(
      fc.property(objects, (object) => {
        const once = decoded(kind, object);
        if (!once) return;
        assert.deepEqual(clone(decoded(kind, clone(once))), clone(once));
        applyDefaults(kind, once);
        const twice = clone(once);
        applyDefaults(kind, twice);
        assert.deepEqual(clone(twice), clone(once));
      }),
      RUNS,
    );
  });

  test(`${name}: rules judge every decoded object, columns show every valid one, without a throw`, () => {
    fc.assert(
      fc.property(objects, objects, (a, b) => {
        const [next, old] = [decoded(kind, a), decoded(kind, b)];
        if (!next || !old) return;
        for (const object of [next, old]) {
          object.metadata.name ||= 'x';
          object.metadata.uid ??= '1';
          applyDefaults(kind, object);
          kind.prepareForCreate?.(object, { name: '', uid: '', groups: [] });
        }
        // What is stored was valid once.
        if (validateObject(kind, old).length === 0) validateObjectUpdate(kind, next, old);
        if (validateObject(kind, next).length > 0) return;
        validateObjectUpdate(kind, clone(next), next);
        for (const column of kind.columns ?? []) column.value(next, Date.now());
        for (const select of Object.values(kind.fieldSelectors ?? {})) assert.equal(typeof select(next), 'string');
      }),
      RUNS,
    );
  });
}
