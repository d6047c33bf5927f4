import assert from 'node:assert/strict';
import { it } from 'node:test';
import { encodeStored } from '../storage/encode-stored.ts';
import { respliceRevision, spliceRevision, storedHead } from './splice-revision.ts';

const head = storedHead({ kind: 'Deployment', apiVersion: 'apps/v1' });

for (const { name, metadata, rest } of [
  { name: 'ordinary', metadata: { name: 'a', resourceVersion: '5' }, rest: { spec: { replicas: 1 } } },
  { name: 'empty metadata', metadata: {}, rest: {} },
  { name: 'multi-byte text', metadata: { name: 'ä→😀' }, rest: { data: '"resourceVersion":"7"' } },
]) {
  it(`splices the revision into stored bytes: ${name}`, () => {
    const object = { apiVersion: 'apps/v1', metadata, kind: 'Deployment', ...rest };
    const stored = encodeStored(object as never);
    assert.ok(!stored.toString().includes('"resourceVersion":"5"'));
    const spliced = spliceRevision(stored, head, 42) as Buffer;
    const expected = { ...object, metadata: { ...metadata, resourceVersion: '42' } };
    assert.deepEqual(JSON.parse(spliced.toString()), expected);
    assert.equal(spliced.buffer.byteLength, spliced.length);
    const later = JSON.parse(respliceRevision(spliced, head, 42, 12345).toString());
    assert.deepEqual(later, { ...object, metadata: { ...metadata, resourceVersion: '12345' } });
  });
}

it('leaves bytes of another shape to the slow path', () => {
  assert.equal(spliceRevision(Buffer.from('{"apiVersion":"apps/v1","kind":"Deployment"}'), head, 1), undefined);
  assert.equal(spliceRevision(head, head, 1), undefined);
  assert.equal(spliceRevision(Buffer.alloc(0), head, 1), undefined);
});
