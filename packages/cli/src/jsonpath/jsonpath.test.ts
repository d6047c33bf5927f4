import assert from 'node:assert/strict';
import { test } from 'node:test';
import { evaluateJsonPath } from './evaluate-jsonpath.ts';
import { JsonPathError, parseJsonPath } from './parse-jsonpath.ts';

const value = {
  kind: 'List',
  items: [
    { metadata: { name: 'a', labels: { 'app.kubernetes.io/name': 'x' } }, n: 1, ready: true, list: ['p', 'q', 'r'] },
    { metadata: { name: 'b' }, n: 2, ready: false, image: '<i>' },
  ],
};

const cases: [string, string][] = [
  ['{.kind}', 'List'],
  ['.kind', 'List'],
  ['kind', 'List'],
  ['{$.kind}', 'List'],
  ['{.items[*].metadata.name}', 'a b'],
  ['{.items[0].metadata.name}-{.items[-1].metadata.name}', 'a-b'],
  ['{.items[0].list[1:]}', 'q r'],
  ['{.items[0].list[:2]}', 'p q'],
  ['{.items[0].list[0:3:2]}', 'p r'],
  ['{.items[0].list[0,2]}', 'p r'],
  ["{.items[0]['n','ready']}", '1 true'],
  ["{.items[0].metadata.labels['app.kubernetes.io/name']}", 'x'],
  ['{.items[0].metadata.labels.app\\.kubernetes\\.io/name}', 'x'],
  ['{..name}', 'a b'],
  ['{.items[?(@.n==2)].metadata.name}', 'b'],
  ['{.items[?(@.n>=1)].metadata.name}', 'a b'],
  ['{.items[?(@.ready==true)].metadata.name}', 'a'],
  ['{.items[?(@.metadata.name!="a")].n}', '2'],
  ['{.items[?(@.image)].n}', '2'],
  ['{range .items[*]}{.metadata.name}{"\\t"}{.n}{"\\n"}{end}', 'a\t1\nb\t2\n'],
  ['{range .items[*]}[{range .list[*]}{@}{end}]{end}', '[pqr][]'],
  ['name: {.items[0].metadata}', 'name: {"labels":{"app.kubernetes.io/name":"x"},"name":"a"}'],
  ['{.items[1].image}', '<i>'],
  ['{.items[1]}', '{"image":"\\u003ci\\u003e","metadata":{"name":"b"},"n":2,"ready":false}'],
  ['{.missing.more}', ''],
  ['{"{}"}', '{}'],
];
for (const [template, wanted] of cases)
  test(`jsonpath ${template}`, () => {
    assert.equal(evaluateJsonPath(parseJsonPath(template), value), wanted);
  });

for (const template of [
  '{.items[0]',
  '{range .items[*]}x',
  '{end}',
  '{.items[x]}',
  '{.items[',
  '{.a b}',
  '{.items[?(foo==1)]}',
])
  test(`no jsonpath: ${template}`, () => {
    assert.throws(() => parseJsonPath(template), JsonPathError);
  });

test('an index past the end is an error, as kubectl has it', () => {
  assert.throws(
    () => evaluateJsonPath(parseJsonPath('{.items[5]}'), value),
    /array index out of bounds: index 5, length 2/,
  );
});
