import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { createThreeWayMergePatch, createTwoWayMergePatch } from './create-strategic-merge-patch.ts';
import { deepCopy } from './deep-copy.ts';
import type { JsonObject } from './json.ts';
import type { PatchField, PatchSchema } from './patch-schema.ts';
import { applyStrategicMergePatch } from './strategic-merge-patch.ts';

function schema(fields: Record<string, PatchField>): PatchSchema {
  return { field: (name) => (Object.hasOwn(fields, name) ? fields[name] : undefined) };
}
const object = (fields: Record<string, PatchField>, ...patchStrategy: string[]): PatchField => ({
  kind: 'object',
  patchStrategy,
  element: schema(fields),
});
const list = (patchMergeKey: string, fields: Record<string, PatchField>, ...more: string[]): PatchField => ({
  kind: 'list',
  patchStrategy: ['merge', ...more],
  patchMergeKey,
  element: schema(fields),
});
const scalar: PatchField = { kind: 'scalar', patchStrategy: [] };
const map: PatchField = { kind: 'map', patchStrategy: [] };

const metadata = object({ labels: map, finalizers: { kind: 'list', patchStrategy: ['merge'] } });
const container = {
  image: scalar,
  command: { kind: 'list' as const, patchStrategy: [] },
  ports: list('containerPort', {}),
  env: list('name', {}),
};
const podSpec = object({
  containers: list('name', container),
  volumes: list('name', {}, 'retainKeys'),
  nodeSelector: map,
});
const deployment = schema({
  metadata,
  spec: object({ template: object({ metadata, spec: podSpec }), strategy: object({}, 'retainKeys') }),
});

interface Row {
  name: string;
  original: JsonObject;
  patch?: JsonObject;
  modified?: JsonObject;
  current?: JsonObject;
  result?: JsonObject;
  error?: string;
}

/** Inputs of our own; the results are recorded from upstream. */
const rows = readFileSync(new URL('testdata/strategic-merge.jsonl', import.meta.url), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as Row);

test('patches as upstream does', () => {
  for (const { name, original, patch, result, error } of rows) {
    if (patch === undefined) continue;
    const before = deepCopy({ original, patch });
    if (error !== undefined) {
      const message = new RegExp(`^${error.split('\n')[0]}`);
      assert.throws(
        () => applyStrategicMergePatch(original, patch, deployment),
        { name: 'StatusError', message },
        name,
      );
    } else assert.deepEqual(applyStrategicMergePatch(original, patch, deployment), result, name);
    assert.deepEqual({ original, patch }, before, `${name}: inputs stay`);
  }
});

test('computes the patches of an apply as upstream does', () => {
  for (const { name, original, modified, current, result } of rows) {
    if (modified === undefined || current === undefined) continue;
    const before = deepCopy({ original, modified, current });
    assert.deepEqual(createThreeWayMergePatch(original, modified, current, deployment), result, name);
    assert.deepEqual({ original, modified, current }, before, `${name}: inputs stay`);
  }
});

test('a two-way patch leads from one to the other', () => {
  for (const { name, original, modified } of rows) {
    if (modified === undefined) continue;
    const patch = createTwoWayMergePatch(original, modified, deployment);
    assert.deepEqual(applyStrategicMergePatch(original, patch, deployment), modified, name);
  }
});

test('what is new carries no directives, and no prototype is touched', () => {
  const patch = JSON.parse('{"spec":{"a":{"$patch":"replace","b":1,"c":null},"__proto__":{"polluted":true}}}');
  assert.deepEqual(applyStrategicMergePatch({}, patch, deployment), { spec: { a: { b: 1 } } });
  assert.equal(({} as { polluted?: boolean }).polluted, undefined);
});
