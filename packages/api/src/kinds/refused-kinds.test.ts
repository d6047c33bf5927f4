import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { applyDefaults, decodeParsed, validateObject } from '../index.ts';
import { allKinds } from './all-kinds.ts';

/** What upstream says to an object of a kind that controllers and operators write. */
interface Refused {
  readonly name: string;
  readonly object: { readonly apiVersion: string; readonly kind: string };
  readonly causes: readonly string[];
}

const table: readonly Refused[] = JSON.parse(
  readFileSync(new URL('./testdata/refused-kinds.json', import.meta.url), 'utf8'),
);

for (const { name, object: given, causes } of table)
  test(`${name} is refused`, () => {
    const kind = allKinds.find((each) => each.apiVersion === given.apiVersion && each.kind === given.kind);
    assert.ok(kind, given.kind);
    const { object } = decodeParsed(kind, given, 'Strict');
    object.metadata.uid = '1';
    object.metadata.creationTimestamp = '2026-01-01T00:00:00Z';
    applyDefaults(kind, object);
    kind.prepareForCreate?.(object, { name: '', uid: '', groups: [] });
    const told = validateObject(kind, object).map((error) => `${error.field}: ${error.body()}`);
    assert.deepEqual([...new Set(told)].sort(), [...causes].sort());
  });
