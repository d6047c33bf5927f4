import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import {
  configMapKind,
  decodeProtobufObject,
  type Kind,
  PartialObjectMetadata,
  PartialObjectMetadataList,
  StatusSchema,
  type Struct,
} from '@coxswain/api';
import { TestApiserver } from '../testing/test-apiserver.ts';

const MAPS = '/api/v1/namespaces/default/configmaps';
const PROTOBUF = 'application/vnd.kubernetes.protobuf';
const PARTIAL = `${PROTOBUF};as=PartialObjectMetadata;g=meta.k8s.io;v=v1`;
const struct = (configMapKind as unknown as Kind).struct;

let server: TestApiserver;
before(async () => {
  server = await new TestApiserver().ready();
  for (const name of ['a', 'b']) {
    const body = { metadata: { name, labels: { of: 'test' } }, data: { name } };
    assert.equal((await server.request('POST', MAPS, { body })).code, 201);
  }
});
after(() => server.close());

async function ask(method: string, url: string, accept = PROTOBUF, body?: object) {
  const headers = { accept, ...(body ? { 'content-type': 'application/json' } : {}) };
  const { code, headers: answered, bytes } = await server.request(method, url, { headers, ...(body ? { body } : {}) });
  return { code, type: answered['content-type'], bytes };
}

// biome-ignore lint/suspicious/noExplicitAny: tests look at whatever was answered
const read = (of: Struct, bytes: Buffer): any => decodeProtobufObject(of, bytes);

test('an object, as in JSON', async () => {
  const { code, type, bytes } = await ask('GET', `${MAPS}/a`);
  const { json } = await server.request('GET', `${MAPS}/a`);
  assert.deepEqual([code, type], [200, PROTOBUF]);
  const { kind, apiVersion, object } = read(struct, bytes);
  assert.deepEqual({ kind, apiVersion, ...object }, json);
});

test('writes answer in protobuf', async () => {
  const made = await ask('POST', MAPS, PROTOBUF, { metadata: { name: 'c' }, data: { x: '1' } });
  assert.deepEqual([made.code, read(struct, made.bytes).object.data], [201, { x: '1' }]);
  const gone = await ask('DELETE', `${MAPS}/c`);
  const status = read(StatusSchema, gone.bytes);
  assert.deepEqual([gone.code, status.kind, status.object.status], [200, 'Status', 'Success']);
});

test('a list, whole and in pages', async () => {
  const { bytes, type } = await ask('GET', `${MAPS}?labelSelector=of%3Dtest&limit=1`);
  assert.equal(type, PROTOBUF);
  const { kind, object } = read(PartialObjectMetadataList, bytes);
  assert.equal(kind, 'ConfigMapList');
  assert.equal(object.items.length, 1);
  const rest = await ask('GET', `${MAPS}?labelSelector=of%3Dtest&continue=${object.metadata.continue}`);
  const page = read(PartialObjectMetadataList, rest.bytes);
  assert.deepEqual(
    page.object.items.map((item: { metadata: { name: string } }) => item.metadata.name),
    ['b'],
  );
  assert.equal(page.object.metadata.resourceVersion, object.metadata.resourceVersion);
});

test('metadata alone, of an object and of a list', async () => {
  const one = read(PartialObjectMetadata, (await ask('GET', `${MAPS}/a`, PARTIAL)).bytes);
  assert.deepEqual(
    [one.kind, one.apiVersion, one.object.metadata.name],
    ['PartialObjectMetadata', 'meta.k8s.io/v1', 'a'],
  );
  const all = read(PartialObjectMetadataList, (await ask('GET', `${MAPS}?labelSelector=of%3Dtest`, PARTIAL)).bytes);
  assert.equal(all.kind, 'PartialObjectMetadataList');
  assert.equal(all.object.items.length, 2);
});

test('errors are Statuses in protobuf', async () => {
  const { code, type, bytes } = await ask('GET', `${MAPS}/missing`);
  const { object } = read(StatusSchema, bytes);
  assert.deepEqual([code, type, object.reason, object.code], [404, PROTOBUF, 'NotFound', 404]);
  assert.equal(object.message, 'configmaps "missing" not found');
});

/** Frames of a watch that ends by itself: four bytes of length, then WatchEvent{type=1, object=2{raw=1}}. */
async function watched(accept: string, of: Struct, query: string) {
  const { type, bytes } = await ask('GET', `${MAPS}?watch=1&timeoutSeconds=1&${query}`, accept);
  assert.equal(type, `${PROTOBUF};stream=watch`);
  const events: string[] = [];
  for (let at = 0; at < bytes.length; ) {
    const length = bytes.readUInt32BE(at);
    const frame = bytes.subarray(at + 4, at + 4 + length);
    at += 4 + length;
    const typeLength = frame[1] as number;
    const name = frame.subarray(2, 2 + typeLength).toString();
    const { kind, object } = read(of, frame.subarray(frame.indexOf('k8s\0')));
    events.push(`${name} ${kind} ${object.metadata?.name ?? object.reason ?? ''}`.trim());
  }
  return events;
}

test('a watch', async () => {
  const initial =
    'labelSelector=of%3Dtest&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=1';
  const events = await watched(PROTOBUF, struct, initial);
  assert.deepEqual(events.slice(0, 3), ['ADDED ConfigMap a', 'ADDED ConfigMap b', 'BOOKMARK ConfigMap']);
  const partial = await watched(PARTIAL, PartialObjectMetadata, initial);
  assert.deepEqual(partial.slice(0, 3), [
    'ADDED PartialObjectMetadata a',
    'ADDED PartialObjectMetadata b',
    'BOOKMARK PartialObjectMetadata',
  ]);
});
