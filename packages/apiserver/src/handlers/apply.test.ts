import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import { TestApiserver } from '../testing/test-apiserver.ts';

const MAPS = '/api/v1/namespaces/default/configmaps';
const DEPLOYMENTS = '/apis/apps/v1/namespaces/default/deployments';
const APPLY = { 'content-type': 'application/apply-patch+yaml' };
const MERGE = { 'content-type': 'application/merge-patch+json' };

type Entry = { manager: string; operation: string; apiVersion: string; subresource?: string; fieldsV1: object };

let server: TestApiserver;
before(async () => {
  server = await new TestApiserver().ready();
});
after(() => server.close());

const apply = (url: string, body: unknown) => server.request('PATCH', url, { body, headers: APPLY });
const map = (name: string, data: object, metadata: object = {}) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, ...metadata },
  data,
});
const deployment = (name: string, spec: object = {}) => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name },
  spec: {
    selector: { matchLabels: { a: 'b' } },
    template: { metadata: { labels: { a: 'b' } }, spec: { containers: [{ name: 'c', image: 'i' }] } },
    ...spec,
  },
});
const managers = (entries: readonly Entry[] | undefined) =>
  (entries ?? []).map(({ manager, operation, subresource }) => [manager, operation, subresource ?? ''].join('/'));

const refused: readonly (readonly [
  what: string,
  url: string,
  body: unknown,
  code: number,
  message: string | RegExp,
])[] = [
  [
    'no manager',
    `${MAPS}/x`,
    map('x', {}),
    422,
    'PatchOptions.meta.k8s.io "" is invalid: fieldManager: Required value: is required for apply patch',
  ],
  [
    'a manager with a long name',
    `${MAPS}/x?fieldManager=${'m'.repeat(129)}`,
    map('x', {}),
    422,
    /fieldManager: Too long: /,
  ],
  [
    'another version',
    `${MAPS}/x?fieldManager=m`,
    { ...map('x', {}), apiVersion: 'v2' },
    400,
    'Incorrect version specified in apply patch. Specified patch version: v2, expected: v1',
  ],
  [
    'nothing',
    `${MAPS}/x?fieldManager=m`,
    '',
    400,
    'Incorrect version specified in apply patch. Specified patch version: , expected: v1',
  ],
  [
    'managedFields',
    `${MAPS}/x?fieldManager=m`,
    map('x', {}, { managedFields: [] }),
    400,
    'metadata.managedFields must be nil',
  ],
  ['no YAML', `${MAPS}/x?fieldManager=m`, '{a: b: c}', 400, /^error decoding YAML: /],
  ['a list', `${MAPS}/x?fieldManager=m`, '[]', 400, /^error decoding YAML: /],
  ['a text', `${MAPS}/x?fieldManager=m`, 'hello', 400, /^error decoding YAML: /],
  [
    'an unknown field',
    `${MAPS}/x?fieldManager=m`,
    { ...map('x', {}), date: {} },
    500,
    'failed to create typed patch object (default/x; /v1, Kind=ConfigMap): .date: field not declared in schema',
  ],
  [
    'another name',
    `${MAPS}/x?fieldManager=m`,
    map('y', {}),
    400,
    'the name of the object (y) does not match the name on the URL (x)',
  ],
  [
    'no name',
    `${MAPS}/x?fieldManager=m`,
    { ...map('y', {}), metadata: {} },
    400,
    'the name of the object (x based on URL) was undeterminable: name must be provided',
  ],
  [
    'a uid of an object that is not there',
    `${MAPS}/x?fieldManager=m`,
    map('x', {}, { uid: 'u' }),
    409,
    'Operation cannot be fulfilled on configmaps "x": uid mismatch: the provided object specified uid u, and no existing object was found',
  ],
  ['a status of nothing', `${DEPLOYMENTS}/x/status?fieldManager=m`, deployment('x'), 404, /not found$/],
];

suite('apply is refused with', () => {
  for (const [what, url, body, code, message] of refused)
    test(what, async () => {
      const answer = await apply(url, body);
      assert.equal(answer.code, code, answer.text);
      if (typeof message === 'string') assert.equal(answer.json.message, message);
      else assert.match(answer.json.message, message);
    });
  test('force where nothing is applied', async () => {
    const answer = await server.request('PATCH', `${MAPS}/x?force=true`, { body: {}, headers: MERGE });
    assert.equal(
      answer.json.message,
      'PatchOptions.meta.k8s.io "" is invalid: force: Forbidden: may not be specified for non-apply patch',
    );
  });
});

test('apply creates, then changes, then changes nothing', async () => {
  const url = `${MAPS}/made?fieldManager=m`;
  const dry = await apply(`${url}&dryRun=All`, map('made', { a: '1' }));
  assert.equal(dry.code, 201);
  const made = await apply(url, map('made', { a: '1', b: '2' }));
  assert.equal(made.code, 201, made.text);
  assert.deepEqual(made.json.metadata.managedFields[0].fieldsV1, { 'f:data': { 'f:a': {}, 'f:b': {} } });
  const changed = await apply(url, map('made', { a: '3' }));
  assert.equal(changed.code, 200);
  assert.deepEqual(changed.json.data, { a: '3' });
  const same = await apply(url, map('made', { a: '3' }));
  assert.deepEqual(same.json, changed.json);
  const yaml = await apply(url, 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: made}\ndata: {a: "3"}\n');
  assert.deepEqual(yaml.json, changed.json);
});

test('a conflict is answered with its causes, force takes over', async () => {
  await server.request('POST', `${DEPLOYMENTS}?fieldManager=creator`, { body: deployment('con', { replicas: 2 }) });
  const mine = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'con' }, spec: { replicas: 3 } };
  const answer = await apply(`${DEPLOYMENTS}/con?fieldManager=m`, mine);
  assert.equal(answer.code, 409);
  assert.equal(answer.json.reason, 'Conflict');
  assert.equal(
    answer.json.message,
    'Apply failed with 1 conflict: conflict with "creator" using apps/v1: .spec.replicas',
  );
  assert.deepEqual(answer.json.details.causes, [
    { reason: 'FieldManagerConflict', message: 'conflict with "creator" using apps/v1', field: '.spec.replicas' },
  ]);
  const forced = await apply(`${DEPLOYMENTS}/con?fieldManager=m&force=true`, mine);
  assert.equal(forced.json.spec.replicas, 3);
  assert.deepEqual(managers(forced.json.metadata.managedFields), ['m/Apply/', 'creator/Update/']);
});

test('a scale and a status have managers of their own, and apply reports them', async () => {
  await apply(`${DEPLOYMENTS}/sub?fieldManager=m`, deployment('sub', { replicas: 1 }));
  await server.request('PATCH', `${DEPLOYMENTS}/sub/scale?fieldManager=s`, {
    body: { spec: { replicas: 4 } },
    headers: MERGE,
  });
  await server.request('PATCH', `${DEPLOYMENTS}/sub/status?fieldManager=c`, {
    body: { status: { replicas: 4 }, spec: { replicas: 9 } },
    headers: MERGE,
  });
  const { json } = await server.request('GET', `${DEPLOYMENTS}/sub`);
  assert.deepEqual(managers(json.metadata.managedFields).sort(), ['c/Update/status', 'm/Apply/', 's/Update/scale']);
  const fields = Object.fromEntries(json.metadata.managedFields.map((each: Entry) => [each.manager, each.fieldsV1]));
  assert.deepEqual(fields['s'], { 'f:spec': { 'f:replicas': {} } });
  assert.deepEqual(fields['c'], { 'f:status': { 'f:replicas': {} } });
  const answer = await apply(`${DEPLOYMENTS}/sub?fieldManager=m`, deployment('sub', { replicas: 1 }));
  assert.equal(
    answer.json.message,
    'Apply failed with 1 conflict: conflict with "s" with subresource "scale" using apps/v1: .spec.replicas',
  );
  const status = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'sub' }, status: { readyReplicas: 1 } };
  const applied = await apply(`${DEPLOYMENTS}/sub/status?fieldManager=st`, status);
  assert.equal(applied.code, 200, applied.text);
  assert.deepEqual(applied.json.status, { replicas: 4, readyReplicas: 1 });
  assert.equal(applied.json.spec.replicas, 4);
});

suite('managedFields', () => {
  const replace = async (
    name: string,
    change: (object: { metadata: Record<string, unknown>; data: object }) => void,
  ) => {
    const { json } = await server.request('GET', `${MAPS}/${name}`);
    change(json);
    const answer = await server.request('PUT', `${MAPS}/${name}?fieldManager=put`, { body: json });
    assert.equal(answer.code, 200, answer.text);
    return answer.json;
  };

  test('the manager is the user agent up to its slash', async () => {
    const headers = { 'user-agent': 'kubectl/v1.33 (linux)' };
    const { json } = await server.request('POST', MAPS, { body: map('agent', { a: '1' }), headers });
    assert.deepEqual(managers(json.metadata.managedFields), ['kubectl/Update/']);
    assert.deepEqual(json.metadata.managedFields[0].fieldsV1, { 'f:data': { '.': {}, 'f:a': {} } });
  });
  test('a PUT without them leaves them, one with [{}] resets them until the next apply', async () => {
    await apply(`${MAPS}/reset?fieldManager=m`, map('reset', { a: '1' }));
    const kept = await replace('reset', (object) => {
      delete object.metadata['managedFields'];
      object.data = { a: '1', b: '2' };
    });
    assert.deepEqual(managers(kept.metadata.managedFields), ['m/Apply/', 'put/Update/']);
    const none = await replace('reset', (object) => {
      object.metadata['managedFields'] = [{}];
    });
    assert.equal(none.metadata.managedFields, undefined);
    const untracked = await replace('reset', (object) => {
      object.data = { a: '1', b: '3' };
    });
    assert.equal(untracked.metadata.managedFields, undefined);
    const { json } = await apply(`${MAPS}/reset?fieldManager=m`, map('reset', { c: '1' }));
    assert.deepEqual(managers(json.metadata.managedFields), ['m/Apply/', 'before-first-apply/Update/']);
  });
  test('a client may rewrite them, but not with nonsense', async () => {
    await apply(`${MAPS}/mine?fieldManager=m`, map('mine', { a: '1' }));
    const renamed = await replace('mine', ({ metadata }) => {
      metadata['managedFields'] = (metadata['managedFields'] as Entry[]).map((each) => ({ ...each, manager: 'n' }));
    });
    assert.deepEqual(managers(renamed.metadata.managedFields), ['n/Apply/']);
    const same = await replace('mine', ({ metadata }) => {
      metadata['managedFields'] = [{ manager: 'x', operation: 'Steal' }];
    });
    assert.deepEqual(managers(same.metadata.managedFields), ['n/Apply/']);
  });
  test('another version of the kind is compared in its own terms', async () => {
    const hpas = (version: string) => `/apis/autoscaling/${version}/namespaces/default/horizontalpodautoscalers`;
    const target = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'x' };
    const body = { metadata: { name: 'h' }, spec: { maxReplicas: 3, scaleTargetRef: target } };
    await server.request('POST', `${hpas('v1')}?fieldManager=one`, {
      body: { ...body, spec: { ...body.spec, targetCPUUtilizationPercentage: 50 } },
    });
    const { json } = await server.request('PATCH', `${hpas('v2')}/h?fieldManager=two`, {
      body: { spec: { maxReplicas: 5, metrics: [] } },
      headers: MERGE,
    });
    const fields = Object.fromEntries(json.metadata.managedFields.map((each: Entry) => [each.manager, each]));
    assert.equal(fields.one.apiVersion, 'autoscaling/v1');
    assert.equal(fields.one.fieldsV1['f:spec']['f:maxReplicas'], undefined);
    assert.deepEqual(fields.two.fieldsV1['f:spec']['f:maxReplicas'], {});
  });
});
