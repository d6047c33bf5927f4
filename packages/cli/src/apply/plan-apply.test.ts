import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject } from '@coxswain/api';
import type { ManifestObject } from '../files/read-manifests.ts';
import { LAST_APPLIED, planApply } from './plan-apply.ts';

const manifest = (data: Record<string, string>, extra: object = {}): ManifestObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'conf', namespace: 'default' },
  data,
  ...extra,
});

/** The live object after `applied` was created, and others have changed it. */
function live(applied: ManifestObject, change: (object: JsonObject) => void = () => {}): JsonObject {
  const plan = planApply(applied, undefined);
  assert.equal(plan.kind, 'create');
  const object = structuredClone((plan as { object: JsonObject }).object);
  Object.assign(object['metadata'] as object, { uid: 'u', resourceVersion: '7' });
  change(object);
  return object;
}

function patchOf(next: ManifestObject, current: JsonObject): { type: string; patch: JsonObject } {
  const plan = planApply(next, current);
  assert.equal(plan.kind, 'patch');
  const { type, patch } = plan as Extract<typeof plan, { kind: 'patch' }>;
  delete (patch['metadata'] as { annotations?: unknown } | undefined)?.annotations;
  return { type, patch };
}

test('what is not there is created with kubectl’s annotation', () => {
  const { metadata } = live(manifest({ b: '<', a: '1' })) as { metadata: { annotations: Record<string, string> } };
  assert.equal(
    metadata.annotations[LAST_APPLIED],
    '{"apiVersion":"v1","data":{"a":"1","b":"\\u003c"},"kind":"ConfigMap","metadata":{"annotations":{},"name":"conf","namespace":"default"}}\n',
  );
});

test('the same manifest changes nothing, whatever others have added', () => {
  const current = live(manifest({ a: '1' }), (object) => {
    (object['data'] as JsonObject)['theirs'] = 'x';
    (object['metadata'] as JsonObject)['labels'] = { theirs: 'y' };
  });
  assert.deepEqual(planApply(manifest({ a: '1' }), current), { kind: 'unchanged' });
});

test('set, changed and removed fields; those of others stay', () => {
  const current = live(manifest({ a: '1', gone: '2' }), (object) => {
    (object['data'] as JsonObject)['theirs'] = 'x';
  });
  const { type, patch } = patchOf(manifest({ a: '9', b: '3' }), current);
  assert.equal(type, 'strategic');
  assert.deepEqual(patch['data'], { a: '9', b: '3', gone: null });
});

test('lists with merge keys are merged by them', () => {
  const deployment = (image: string) =>
    ({
      ...manifest({}),
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      spec: { template: { spec: { containers: [{ name: 'web', image }] } } },
    }) as ManifestObject;
  const { patch } = patchOf(deployment('nginx:2'), live(deployment('nginx:1')));
  const { spec } = (patch['spec'] as { template: { spec: JsonObject } }).template;
  assert.deepEqual(spec['containers'], [{ name: 'web', image: 'nginx:2' }]);
  assert.deepEqual(spec['$setElementOrder/containers'], [{ name: 'web' }]);
});

test('unknown kinds get a JSON merge patch', () => {
  const custom = (size: number) => ({ ...manifest({}), apiVersion: 'example.org/v1', kind: 'Boat', spec: { size } });
  const { type, patch } = patchOf(custom(2), live(custom(1)));
  assert.equal(type, 'merge');
  assert.deepEqual(patch['spec'], { size: 2 });
});

test('an object made in another way is told, and nothing is taken from it', () => {
  const current = { ...manifest({ a: '1', theirs: '2' }) } as unknown as JsonObject;
  const plan = planApply(manifest({ a: '1' }), current);
  assert.equal(plan.kind === 'patch' && plan.neverApplied, true);
  assert.equal(plan.kind === 'patch' && plan.patch['data'], undefined);
});
