import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { applyDefaults, decodeParsed, type Kind, StatusError, validateObject, validateObjectUpdate } from '../index.ts';
import { allKinds } from './all-kinds.ts';

/** What a server of upstream says to an object that it does not take; `old` is what the object would replace. */
interface Rejected {
  readonly name: string;
  readonly kind: string;
  readonly object: object;
  readonly old?: object;
  readonly causes: readonly string[];
}

const table: readonly Rejected[] = JSON.parse(
  readFileSync(new URL('./testdata/rejected.json', import.meta.url), 'utf8'),
);

for (const { name, kind: kindName, object, old, causes } of table)
  test(`${kindName}: ${name}`, () => {
    const kind = allKinds.find((each) => each.kind === kindName && each.group !== 'events.k8s.io');
    assert.ok(kind, kindName);
    assert.deepEqual([...problemsOf(kind, object, old)].sort(), [...causes].sort());
  });

function problemsOf(kind: Kind, object: object, old: object | undefined): string[] {
  try {
    const next = received(kind, object);
    const errors =
      old === undefined ? validateObject(kind, next) : validateObjectUpdate(kind, next, received(kind, old));
    return errors.map(String);
  } catch (error) {
    if (error instanceof StatusError) return [error.message];
    throw error;
  }
}

/** The object as it stands before validation: decoded strictly, with its defaults. */
function received(kind: Kind, value: object) {
  const { object } = decodeParsed(kind, value, 'Strict');
  applyDefaults(kind, object);
  return object;
}
