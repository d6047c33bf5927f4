import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { toYaml } from './to-yaml.ts';
import { parseYamlDocuments } from './yaml.ts';

const testdata = (name: string) => readFileSync(new URL(`testdata/${name}`, import.meta.url), 'utf8');

test('writes what upstream writes', () => {
  const values: unknown = JSON.parse(testdata('values.json'));
  assert.equal(toYaml(values), testdata('values.yaml'));
  assert.equal(toYaml({}), '{}\n');
  assert.equal(toYaml([]), '[]\n');
  assert.equal(toYaml({ a: undefined, b: null }), 'b: null\n');
});

test('reads what it writes', () => {
  const values: unknown = JSON.parse(testdata('values.json'));
  assert.deepEqual(parseYamlDocuments(toYaml(values)), [values]);
});

test('reads YAML as upstream does', () => {
  const rows: [string, unknown[]][] = [
    ['a: yes\nb: no\nc: on\nd: "yes"\n', [{ a: true, b: false, c: true, d: 'yes' }]],
    ['a: 0777\nb: 0x1F\nc: 1_000\nd: 1e3\ne: .5\n', [{ a: 511, b: 31, c: 1000, d: 1000, e: 0.5 }]],
    ['a: 2020-01-01\nb: 1:30\nc: 12:30:45\n', [{ a: '2020-01-01', b: '1:30', c: '12:30:45' }]],
    ['a: ~\nb:\nc: null\n', [{ a: null, b: null, c: null }]],
    ['a: &x {p: 1}\nb: *x\nc:\n  <<: *x\n  q: 2\n', [{ a: { p: 1 }, b: { p: 1 }, c: { p: 1, q: 2 } }]],
    ['a: 1\na: 2\n', [{ a: 2 }]],
    ['1: a\ntrue: b\n1.5: c\n', [{ '1': 'a', true: 'b', '1.5': 'c' }]],
    ['a: 10m\nb: 1.10\nc: 012\nd: 08\n', [{ a: '10m', b: 1.1, c: 10, d: 8 }]],
    ['---\na: 1\n---\n# nothing\n---\nb: 2\n', [{ a: 1 }, { b: 2 }]],
    ['', []],
    ['{"a": "\\u00e9", "n": 1e2}', [{ a: 'é', n: 100 }]],
    ['{a: 1}', [{ a: 1 }]],
    ['__proto__: {polluted: true}\na: 1\n', [{ a: 1 }]],
  ];
  for (const [text, expected] of rows) assert.deepEqual(parseYamlDocuments(text), expected, text);
});

test('refuses what is no YAML in upstream words', () => {
  const rows: [string, string][] = [
    ['a: b: c\n', 'mapping values are not allowed in this context'],
    ['x: 1\na: b: c\n', 'line 2: mapping values are not allowed in this context'],
    ['a:\n\t- b\n', 'line 2: found character that cannot start any token'],
    ['a: @x\n', 'found character that cannot start any token'],
    ['a: [1, 2\n', "line 1: did not find expected ',' or ']'"],
    ['a: {b: 1\n', "line 1: did not find expected ',' or '}'"],
    ["a: 'x\n", 'line 2: found unexpected end of stream'],
    ['a:\n  - b\n c: d\n', 'line 2: did not find expected key'],
    ['a: .nan\n', 'json: unsupported value: NaN'],
    ['a: *nope\n', "unknown anchor 'nope' referenced"],
  ];
  for (const [text, why] of rows) {
    const message = `error converting YAML to JSON: ${why.startsWith('json:') ? '' : 'yaml: '}${why}`;
    assert.throws(() => parseYamlDocuments(text), { name: 'YamlError', message }, text);
  }
});

test('hostile YAML is bounded', () => {
  const bomb = ['a0: &a0 [x]'];
  for (let i = 1; i < 12; i++)
    bomb.push(
      `a${i}: &a${i} [${Array(10)
        .fill(`*a${i - 1}`)
        .join(', ')}]`,
    );
  assert.throws(() => parseYamlDocuments(bomb.join('\n')), { name: 'YamlError', message: /excessive aliasing/ });
  assert.throws(() => parseYamlDocuments('['.repeat(100_000)), { name: 'YamlError' });
});
