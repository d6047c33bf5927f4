import assert from 'node:assert/strict';
import { test } from 'node:test';
import { allKinds, type Kind } from '@coxswain/api';
import type { CacheEntry } from '../cache/resource-cache.ts';
import { cellsJson } from './table-cells.ts';

const kindOf = (name: string) => allKinds.find(({ kind }) => kind === name) as Kind;
const podKind = kindOf('Pod');
const nodeKind = kindOf('Node');
const CREATED = Date.parse('2026-01-01T00:00:00Z');
const HOUR = 3_600_000;

/** An entry that counts how often it is parsed. */
function entryOf(name: string) {
  const entry = {
    parsed: 0,
    get brief() {
      this.parsed++;
      return {
        metadata: { name, creationTimestamp: '2026-01-01T00:00:00Z' },
        spec: { containers: [{ name: 'c' }] },
        status: { phase: 'Running' },
      };
    },
  };
  return entry as typeof entry & CacheEntry;
}

const ageOf = (kind: Kind, entry: CacheEntry, now: number) =>
  (JSON.parse(cellsJson(kind, entry, now)) as string[]).find((cell) => /^\d+[a-z]/.test(cell));

test('cells are kept until an age in them reads differently', () => {
  const entry = entryOf('a');
  for (const [after, age, parsed] of [
    [5_000, '5s', 1],
    [5_999, '5s', 1],
    [6_000, '6s', 2],
    [30 * HOUR, '30h', 3],
    [31 * HOUR - 1, '30h', 3],
    [31 * HOUR, '31h', 4],
    [30 * HOUR, '30h', 5],
  ] as const) {
    assert.equal(ageOf(podKind, entry, CREATED + after), age);
    assert.equal(entry.parsed, parsed, `after ${after} ms`);
  }
});

test('cells are those of the entry and of the kind that is asked for', () => {
  const [a, b] = [entryOf('a'), entryOf('b')];
  const first = (entry: CacheEntry, kind = podKind) => JSON.parse(cellsJson(kind, entry, CREATED + 1)) as string[];
  assert.equal(first(a)[0], 'a');
  assert.equal(first(b)[0], 'b');
  assert.notDeepEqual(first(a, nodeKind), first(a));
});
