import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { applyDefaults, decodeParsed, tableColumns, tableRow, validateObject } from '../index.ts';
import { allKinds } from './all-kinds.ts';

/** An object as it is sent, as it is kept, and as `kubectl get -o wide` shows it five minutes later. */
interface Created {
  readonly given: { readonly apiVersion: string; readonly kind: string; readonly metadata: { readonly name: string } };
  readonly stored: object;
  readonly cells: Readonly<Record<string, unknown>>;
}

const table: readonly Created[] = JSON.parse(
  readFileSync(new URL('./testdata/created-kinds.json', import.meta.url), 'utf8'),
);

for (const { given, stored, cells } of table)
  test(`${given.kind} ${given.metadata.name} is kept with its defaults`, () => {
    const kind = allKinds.find((each) => each.apiVersion === given.apiVersion && each.kind === given.kind);
    assert.ok(kind, given.kind);
    const { object } = decodeParsed(kind, given, 'Strict');
    object.metadata.uid = '1';
    object.metadata.creationTimestamp = '2026-01-01T00:00:00Z';
    applyDefaults(kind, object);
    kind.prepareForCreate?.(object, { name: '', uid: '', groups: [] });
    assert.deepEqual(validateObject(kind, object).map(String), []);
    assert.deepEqual(JSON.parse(JSON.stringify(object)), stored);
    const row = tableRow(kind, object, { now: Date.parse('2026-01-01T00:05:00Z'), includeObject: 'None' });
    const shown = Object.fromEntries(tableColumns(kind).map(({ name }, i) => [name, row.cells[i]]));
    assert.deepEqual(shown, cells);
  });
