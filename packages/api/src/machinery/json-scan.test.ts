import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findDuplicateFields } from './json-scan.ts';

test('finds members named twice', () => {
  const wide = `{${Array.from({ length: 40 }, (_, i) => `"k${i}":{"a":1}`).join(',')},"k39":1}`;
  const rows: [string, string[]][] = [
    ['{"a":1,"b":{"a":1}}', []],
    ['{"a":1,"a":2}', ['a']],
    ['{"spec":{"replicas":1,"replicas":2}}', ['spec.replicas']],
    ['{"spec":{"containers":[{"name":"a"},{"name":"a","image":"x","name":"b"}]}}', ['spec.containers[1].name']],
    ['{"spec":{"containers":[{"name":"a","name":"b"}]}}', ['spec.containers[0].name']],
    ['{"a":1,"a":2,"a":3,"b":[[{"x":1,"x":2}]]}', ['a', 'b[0][0].x']],
    ['{"a":"a","b":"{\\"b\\":","c":["a","a"]}', []],
    ['{ "a\\u0062" : 1 , "ab" : 2 }', ['ab']],
    ['{"a\\"":1,"a\\"":2}', ['a"']],
    ['{"é":1,"é":2}', ['é']],
    ['[{"a":1},{"a":1}]', []],
    [wide, ['k39']],
    ['"x"', []],
    ['', []],
    ['{"a', []],
    ['}}]]', []],
  ];
  for (const [json, expected] of rows) {
    assert.deepEqual(findDuplicateFields(json), expected, json);
    assert.deepEqual(findDuplicateFields(Buffer.from(json)), expected, json);
  }
});

test('is bounded', () => {
  assert.throws(() => findDuplicateFields('['.repeat(10_001)), { message: 'exceeded max depth' });
  const many = `{${'"a":1,'.repeat(10)}${Array.from({ length: 500 }, (_, i) => `"k${i}":1,"k${i}":1`).join(',')}}`;
  assert.equal(findDuplicateFields(many).length, 100);
});
