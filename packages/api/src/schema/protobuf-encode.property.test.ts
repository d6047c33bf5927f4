import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { allKinds, decodeParsed, decodeProtobufObject, type Kind, StatusError, type Struct } from '../index.ts';
import { arbitraryObject } from '../testing/arbitrary-object.ts';
import type { FieldType } from './field.ts';
import { encodeMessage, protobufBody } from './protobuf-encode.ts';

const RUNS = { numRuns: 40 };

function trip(kind: Kind, object: object): Record<string, unknown> {
  const body = protobufBody(kind.apiVersion, kind.kind, encodeMessage(kind.struct, object));
  const decoded = decodeProtobufObject(kind.struct, body);
  assert.deepEqual([decoded.apiVersion, decoded.kind], [kind.apiVersion, kind.kind]);
  return decoded.object;
}

/** Of the JSON form, what the wire can say: no empty lists and maps, no zero values that Go leaves out, whole seconds. */
function sayable(struct: Struct, object: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const result: Record<string, unknown> = {};
  for (const [name, { spec }] of Object.entries(struct.fields)) {
    const value = Object.hasOwn(object, name) ? object[name] : undefined;
    if (spec.number === 0) continue;
    const kept = value === undefined || value === null ? undefined : sayableValue(spec.type, value);
    const zero = kept === '' || kept === 0 || kept === false;
    if (kept !== undefined && !(zero && !spec.pointer && !spec.always && !spec.required)) result[name] = kept;
    else if (spec.expected && spec.type.kind === 'struct') result[name] = sayable(spec.type.struct, {});
  }
  return result;
}

function sayableValue(type: FieldType, value: unknown): unknown {
  switch (type.kind) {
    case 'struct':
      return sayable(type.struct, value as Record<string, unknown>);
    case 'list': {
      const items = (value as unknown[]).map((item) => sayableValue(type.element, item) ?? []);
      return items.length > 0 ? items : undefined;
    }
    case 'map': {
      const entries = Object.entries(value as object);
      if (entries.length === 0) return undefined;
      return Object.fromEntries(entries.map(([key, item]) => [key, sayableValue(type.value, item) ?? []]));
    }
    case 'scalar':
      return type.name === 'time' ? String(value).replace(/\.\d+/, '') : value;
    default:
      return type satisfies never;
  }
}

for (const kind of allKinds)
  test(`${kind.kind}.${kind.apiVersion}: what is written is read again`, () => {
    fc.assert(
      fc.property(arbitraryObject(kind.struct), (given) => {
        let object: Record<string, unknown>;
        try {
          object = decodeParsed(kind, given, 'Warn').object as unknown as Record<string, unknown>;
        } catch (error) {
          assert.ok(error instanceof StatusError, String(error));
          return;
        }
        const plain = JSON.parse(JSON.stringify(object)) as Record<string, unknown>;
        assert.deepEqual(trip(kind, plain), sayable(kind.struct, plain));
      }),
      RUNS,
    );
  });

test('numbers at the ends of their ranges', () => {
  const pod = allKinds.find(({ kind }) => kind === 'Pod') as Kind;
  for (const activeDeadlineSeconds of [1, 127, 128, 2 ** 31, 2 ** 53 - 1, -1, -(2 ** 53 - 1)]) {
    const object = { metadata: { name: 'a' }, spec: { activeDeadlineSeconds, priority: -(2 ** 31) } };
    const { spec } = trip(pod, object) as { spec: Record<string, number> };
    assert.deepEqual([spec['activeDeadlineSeconds'], spec['priority']], [activeDeadlineSeconds, -(2 ** 31)]);
  }
});

test('a large object is written whole', () => {
  const configMap = allKinds.find(({ kind }) => kind === 'ConfigMap') as Kind;
  const data = Object.fromEntries(Array.from({ length: 2000 }, (_, i) => [`k${i}`, 'ä'.repeat(i)]));
  assert.deepEqual((trip(configMap, { metadata: { name: 'a' }, data }) as { data: object }).data, data);
});

test("bytes are upstream's", () => {
  const configMap = allKinds.find(({ kind }) => kind === 'ConfigMap') as Kind;
  const body = protobufBody(
    'v1',
    'ConfigMap',
    encodeMessage(configMap.struct, { metadata: { name: 'a' }, data: { k: 'v' } }),
  );
  const expected = [
    '6b387300',
    '0a0f0a0276311209436f6e6669674d6170',
    '120d',
    '0a030a0161',
    '12060a016b120176',
    '1a002200',
  ];
  assert.equal(body.toString('hex'), expected.join(''));
});
