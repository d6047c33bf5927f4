import assert from 'node:assert/strict';
import { test } from 'node:test';
import { goJson, goQuote } from './go-text.ts';

test('quotes as upstream messages do', () => {
  const rows: [string, string][] = [
    ['plain', '"plain"'],
    ['two words', '"two words"'],
    ['say "hi"', '"say \\"hi\\""'],
    ['back\\slash', '"back\\\\slash"'],
    ['line\nend\t', '"line\\nend\\t"'],
    ['\x00\x1b\x7f', '"\\x00\\x1b\\x7f"'],
    ['é 漢 😀', '"é 漢 😀"'],
    ['\u00a0\u200b\ufeff', '"\\u00a0\\u200b\\ufeff"'],
  ];
  for (const [input, expected] of rows) assert.equal(goQuote(input), expected);
});

test('writes compact JSON with HTML characters escaped', () => {
  assert.equal(goJson({ b: '<a&b>', a: [1, null] }), '{"b":"\\u003ca\\u0026b\\u003e","a":[1,null]}');
  assert.equal(goJson(undefined), 'null');
});
