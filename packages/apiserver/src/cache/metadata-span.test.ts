import assert from 'node:assert/strict';
import { it } from 'node:test';
import { metadataSpan } from './metadata-span.ts';

const managed = [{ manager: 'a}"]', fieldsV1: { 'f:metadata': { '.': {} } } }];

for (const { name, metadata } of [
  { name: 'managedFields last', metadata: { name: 'a', managedFields: managed } },
  { name: 'managedFields first', metadata: { managedFields: managed, name: 'a' } },
  { name: 'managedFields between', metadata: { uid: 'x', managedFields: managed, name: 'a' } },
  { name: 'managedFields alone', metadata: { managedFields: managed } },
  { name: 'no managedFields', metadata: { name: 'a', labels: { managedFields: 'x', '"managedFields"': '{\\"' } } },
  { name: 'a name that begins alike', metadata: { managedFieldsToo: [1], name: 'ä→😀' } },
  { name: 'empty metadata', metadata: {} },
]) {
  it(`finds the metadata and what to leave out: ${name}`, () => {
    const object = { kind: 'Pod', apiVersion: 'v1', metadata, spec: { text: '"metadata":{"managedFields":[]' } };
    const bytes = Buffer.from(JSON.stringify(object));
    const { start, end, managedStart, managedEnd } = metadataSpan(bytes);
    assert.deepEqual(JSON.parse(bytes.toString('utf8', start, end)), metadata);
    const rest = JSON.parse(bytes.toString('utf8', 0, managedStart) + bytes.toString('utf8', managedEnd));
    const { managedFields: _, ...expected } = metadata as { managedFields?: unknown };
    assert.deepEqual(rest, { ...object, metadata: expected });
  });
}

it('refuses bytes that are cut off', () => {
  assert.throws(() => metadataSpan(Buffer.from('{"metadata":{"name":"a')), RangeError);
  assert.throws(() => metadataSpan(Buffer.from('{"metadata":{"name":"a"')), RangeError);
});
