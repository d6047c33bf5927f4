import assert from 'node:assert/strict';
import { test } from 'node:test';
import { negotiateBody, negotiatePatch, negotiateResponse } from './negotiate.ts';

const TABLE =
  'application/json;as=Table;v=v1;g=meta.k8s.io,application/json;as=Table;v=v1beta1;g=meta.k8s.io,application/json';

for (const [accept, expected] of [
  [undefined, 'object application/json'],
  ['*/*', 'object application/json'],
  ['application/vnd.kubernetes.protobuf,application/json', 'object application/vnd.kubernetes.protobuf'],
  ['application/vnd.kubernetes.protobuf;q=0.5, application/json', 'object application/json'],
  ['application/json;q=0.5,application/vnd.kubernetes.protobuf', 'object application/vnd.kubernetes.protobuf'],
  ['application/vnd.kubernetes.protobuf;q=0, */*', 'object application/json'],
  ['*/*, application/vnd.kubernetes.protobuf', 'object application/vnd.kubernetes.protobuf'],
  [
    'application/vnd.kubernetes.protobuf;as=Table;v=v1;g=meta.k8s.io, application/json;as=Table;v=v1;g=meta.k8s.io',
    'table application/json',
  ],
  [
    'application/vnd.kubernetes.protobuf;as=PartialObjectMetadata;g=meta.k8s.io;v=v1',
    'partial-metadata application/vnd.kubernetes.protobuf',
  ],
  ['application/yaml', 'object application/yaml'],
  [TABLE, 'table application/json'],
  ['application/json;as=Table;v=v9;g=meta.k8s.io,application/json', 'object application/json'],
  ['application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io', 'partial-metadata application/json'],
] as const)
  test(`Accept ${accept}`, () => {
    const { as, contentType } = negotiateResponse(accept);
    assert.equal(`${as} ${contentType}`, expected);
  });

test('what nobody speaks is refused', () => {
  assert.throws(() => negotiateResponse('text/html'), /406: Not Acceptable/);
  assert.throws(() => negotiateBody('text/plain'), /unknown format/);
  assert.throws(() => negotiatePatch('application/json'), /unknown format/);
  assert.throws(() => negotiatePatch(undefined), /unknown format/);
});

test('bodies and patches are told apart by their media type', () => {
  assert.equal(negotiateBody('application/json; charset=utf-8'), 'json');
  assert.equal(negotiateBody('application/yaml'), 'yaml');
  assert.equal(negotiateBody('application/vnd.kubernetes.protobuf'), 'protobuf');
  assert.equal(negotiatePatch('application/strategic-merge-patch+json; charset=UTF-8'), 'strategic');
});
