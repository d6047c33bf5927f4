import assert from 'node:assert/strict';
import { it } from 'node:test';
import { encodeStored } from '../storage/encode-stored.ts';
import { EntryReader } from './entry-reader.ts';

const reader = new EntryReader({
  kind: 'Pod',
  apiVersion: 'v1',
  fieldSelectors: {
    'spec.nodeName': (object) => (object as unknown as { spec: { nodeName: string } }).spec.nodeName,
  },
});
const pod = (more: object = {}) => ({
  kind: 'Pod',
  apiVersion: 'v1',
  metadata: { name: 'a', namespace: 'ns', labels: { app: 'x' }, ...more },
  spec: { nodeName: 'node-1' },
});

it('reads labels, fields and the object with its revision', () => {
  const entry = reader.read('ns/a', encodeStored(pod()), 9);
  assert.deepEqual([entry.namespace, entry.name, entry.revision], ['ns', 'a', 9]);
  assert.deepEqual(entry.labels, { app: 'x' });
  assert.deepEqual(entry.fields, { 'metadata.name': 'a', 'metadata.namespace': 'ns', 'spec.nodeName': 'node-1' });
  assert.deepEqual(JSON.parse(entry.bytes.toString()), entry.object);
  assert.equal(entry.object.metadata.resourceVersion, '9');
});

it('brings bytes that others have written into shape', () => {
  const { kind, apiVersion, ...rest } = pod({ resourceVersion: '3' });
  const entry = reader.read('ns/a', Buffer.from(JSON.stringify({ ...rest, apiVersion, kind })), 9);
  assert.ok(entry.bytes.toString().startsWith('{"kind":"Pod","apiVersion":"v1","metadata":{"resourceVersion":"9",'));
  assert.deepEqual(JSON.parse(entry.bytes.toString()), pod({ resourceVersion: '9' }));
});

it('a field that an object lacks is empty', () => {
  const entry = reader.read('a', Buffer.from('{"kind":"Pod","apiVersion":"v1","metadata":{"name":"a"}}'), 9);
  assert.deepEqual(entry.fields, { 'metadata.name': 'a', 'spec.nodeName': '' });
  assert.deepEqual([entry.namespace, entry.name], ['', 'a']);
});

it('a tombstone has the last state and the revision of the deletion', () => {
  const tombstone = reader.tombstone(reader.read('ns/a', encodeStored(pod()), 9), 11);
  assert.equal(tombstone.object.metadata.resourceVersion, '11');
  assert.deepEqual(tombstone.labels, { app: 'x' });
});

for (const bad of ['', 'x', 'null', '{}', '{"metadata":null}', '{"metadata":3}']) {
  it(`refuses ${JSON.stringify(bad)}`, () => {
    assert.throws(() => reader.read('ns/a', Buffer.from(bad), 9));
  });
}
