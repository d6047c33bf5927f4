import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { parseQuantity, Quantity, QuantityError, tryParseQuantity } from './quantity.ts';

/** Rows recorded from upstream: text, then its String(), Value(), MilliValue() and canonical text, or its error. */
const recorded = readFileSync(new URL('testdata/quantities.tsv', import.meta.url), 'utf8')
  .trim()
  .split('\n');

test('reads and writes as upstream does', () => {
  assert.ok(recorded.length > 100);
  for (const row of recorded) {
    const [text, expected, value, milli, canonical] = row.split('\t') as [string, string, ...string[]];
    if (value === undefined) {
      assert.throws(() => parseQuantity(text), { name: 'QuantityError', message: expected }, row);
      continue;
    }
    const quantity = parseQuantity(text);
    assert.equal(quantity.toString(), expected, row);
    // Past 2^53 a double rounds, and past 2^63 upstream overflows.
    if (Math.abs(quantity.value()) < 2 ** 53) assert.equal(String(quantity.value()), value, row);
    if (Math.abs(quantity.milliValue()) < 2 ** 53 - 1) assert.equal(String(quantity.milliValue()), milli, row);
    assert.equal(quantity.add(Quantity.of(0)).toString(), canonical, row);
  }
});

test('computes exactly', () => {
  const q = parseQuantity;
  assert.equal(q('0.1').add(q('0.2')).toString(), '300m');
  assert.equal(q('1Gi').sub(q('512Mi')).toString(), '512Mi');
  assert.equal(q('0').add(q('1Gi')).toString(), '1Gi');
  assert.equal(q('1').sub(q('1500m')).toString(), '-500m');
  assert.equal(q('1Gi').negate().toString(), '-1Gi');
  assert.equal(q('1').compare(q('1000m')), 0);
  assert.equal(q('1').compare(q('2')), -1);
  assert.equal(q('1Ki').compare(q('1k')), 1);
  assert.ok(q('1').equals(q('1e0')));
  assert.equal(q('0.1').toNumber(), 0.1);
  assert.equal(q('-1').sign(), -1);
  assert.ok(q('0.000').isZero());
  assert.equal(Quantity.of(2 ** 31, 'BinarySI').toString(), '2Gi');
  assert.equal(Quantity.ofMilli(1500).toString(), '1500m');
  assert.equal(JSON.stringify({ cpu: q('0.5') }), '{"cpu":"500m"}');
});

test('hostile texts cost little', () => {
  assert.throws(() => parseQuantity('9'.repeat(3_000_000)), QuantityError);
  assert.throws(() => parseQuantity('1e999999999'), QuantityError);
  assert.equal(tryParseQuantity('1e-999999999'), undefined);
  assert.equal(tryParseQuantity('x'), undefined);
});
