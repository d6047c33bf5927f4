import assert from 'node:assert/strict';
import { test } from 'node:test';
import { path } from './field-path.ts';
import { escapeFieldValue, parseFieldSelector } from './field-selector.ts';
import { labelSelectorAsSelector, selectorFromSet } from './label-selector.ts';
import { parseLabelSelector } from './label-selector-parser.ts';
import { validateAnnotations, validateLabelSelector, validateLabels } from './validate-meta.ts';

const labels = { app: 'web', tier: 'front', n: '5', empty: '' };

test('label selectors match', () => {
  const rows: [string, boolean, string][] = [
    ['', true, ''],
    ['app=web', true, 'app=web'],
    ['app==web', true, 'app==web'],
    ['app = web , tier=front', true, 'app=web,tier=front'],
    ['tier!=front', false, 'tier!=front'],
    ['gone!=x', true, 'gone!=x'],
    ['app in (b,web,a)', true, 'app in (a,b,web)'],
    ['app notin (web)', false, 'app notin (web)'],
    ['gone notin (x)', true, 'gone notin (x)'],
    ['empty in ()', true, 'empty in ()'],
    ['empty in (,a)', true, 'empty in (,a)'],
    ['empty=', true, 'empty='],
    ['app', true, 'app'],
    ['!app', false, '!app'],
    ['!gone', true, '!gone'],
    ['n>4', true, 'n>4'],
    ['n<5', false, 'n<5'],
    ['app>4', false, 'app>4'],
    ['in in (in)', false, 'in in (in)'],
    ['z,!y,x=1,a notin (b)', false, 'a notin (b),x=1,!y,z'],
  ];
  for (const [text, matches, canonical] of rows) {
    const selector = parseLabelSelector(text);
    assert.equal(selector.matches(labels), matches, text);
    assert.equal(selector.toString(), canonical);
    assert.equal(parseLabelSelector(canonical).toString(), canonical);
  }
  assert.equal(parseLabelSelector('constructor').matches(labels), false);
  assert.equal(parseLabelSelector('app').matches(undefined), false);
});

test('malformed label selectors are refused in upstream words', () => {
  const rows: [string, RegExp][] = [
    ['=a', /^found '=', expected: !, identifier, or 'end of string'$/],
    ['a=b,', /^found '', expected: identifier after ','$/],
    ['a=b c', /^found 'c', expected: ',' or 'end of string'$/],
    ['a,,b', /^found ',', expected: identifier after ','$/],
    ['a b', /^unable to parse requirement: found 'b', expected: in, notin, =, ==, !=, gt, lt$/],
    ['a in x', /^unable to parse requirement: found 'x' expected: '\('$/],
    ['a in (x', /^unable to parse requirement: found '', expected: ',' or '\)'$/],
    ['a==!b', /^unable to parse requirement: found '!', expected: identifier$/],
    ['-a=b', /^unable to parse requirement: <nil>: Invalid value: "-a": name part must consist of /],
    ['a=b_', /^unable to parse requirement: values\[0\]\[a\]: Invalid value: "b_": a valid label must be /],
    ['a>x', /^unable to parse requirement: values\[0\]: Invalid value: "x": for 'Gt', 'Lt' operators, the value must/],
  ];
  for (const [text, message] of rows)
    assert.throws(() => parseLabelSelector(text), { name: 'SelectorError', message }, text);
});

test('selectors come from objects', () => {
  const selector = labelSelectorAsSelector({
    matchLabels: { tier: 'front' },
    matchExpressions: [
      { key: 'app', operator: 'In', values: ['web', 'api'] },
      { key: 'gone', operator: 'DoesNotExist' },
    ],
  });
  assert.equal(selector.toString(), 'app in (api,web),!gone,tier=front');
  assert.ok(selector.matches(labels));
  assert.equal(selector.requiresExactMatch('tier'), 'front');
  assert.equal(selector.requiresExactMatch('app'), undefined);
  assert.ok(labelSelectorAsSelector({}).matches(labels));
  assert.ok(!labelSelectorAsSelector(undefined).matches(labels));
  assert.equal(selectorFromSet({ b: '1', a: '2' }).toString(), 'a=2,b=1');
  assert.throws(() => labelSelectorAsSelector({ matchExpressions: [{ key: 'a', operator: 'Gt' }] }), {
    message: '"Gt" is not a valid label selector operator',
  });
});

test('field selectors match', () => {
  const get = (field: string) => ({ 'metadata.name': 'a', 'spec.nodeName': 'x,y=z' })[field] ?? '';
  const rows: [string, boolean, string][] = [
    ['', true, ''],
    ['metadata.name=a', true, 'metadata.name=a'],
    ['metadata.name==a', true, 'metadata.name=a'],
    ['metadata.name!=a', false, 'metadata.name!=a'],
    ['spec.nodeName=x\\,y\\=z,metadata.name=a', true, 'metadata.name=a,spec.nodeName=x\\,y\\=z'],
    ['status.phase=', true, 'status.phase='],
    ['status.phase!=,', false, 'status.phase!='],
  ];
  for (const [text, matches, canonical] of rows) {
    const selector = parseFieldSelector(text);
    assert.equal(selector.matches(get), matches, text);
    assert.equal(selector.toString(), canonical);
  }
  assert.equal(parseFieldSelector('a=1,b!=2').requiresExactMatch('a'), '1');
  assert.equal(escapeFieldValue('a\\,='), 'a\\\\\\,\\=');
  assert.throws(() => parseFieldSelector('a'), { message: "invalid selector: 'a'; can't understand 'a'" });
  assert.throws(() => parseFieldSelector('a=b=c'), { message: /unescaped character in value: 61/ });
  assert.throws(() => parseFieldSelector('a=b\\c'), { message: /invalid escape sequence: \\c/ });
  assert.throws(() => parseFieldSelector('a=b\\'), { message: /invalid escape sequence: \\$/ });
});

test('labels, annotations and selectors of objects are validated', () => {
  const at = path('metadata', 'labels');
  assert.deepEqual(validateLabels({ app: 'web' }, at), []);
  assert.match(String(validateLabels({ 'a b': 'c' }, at)), /^metadata.labels: Invalid value: "a b": name part must/);
  assert.match(String(validateLabels({ a: 'c d' }, at)), /^metadata.labels: Invalid value: "c d": a valid label must/);
  assert.deepEqual(validateAnnotations({ 'Example.com/Any': 'any thing' }, at), []);
  assert.equal(
    String(validateAnnotations({ a: 'x'.repeat(262144) }, path('metadata', 'annotations'))),
    'metadata.annotations: Too long: may not be more than 262144 bytes',
  );
  const errors = validateLabelSelector(
    {
      matchExpressions: [
        { key: 'a', operator: 'In' },
        { key: 'a', operator: 'Exists', values: ['x'] },
        { key: 'a', operator: 'Like' },
      ],
    },
    path('spec', 'selector'),
  );
  assert.deepEqual(errors.map(String), [
    "spec.selector.matchExpressions[0].values: Required value: must be specified when `operator` is 'In' or 'NotIn'",
    "spec.selector.matchExpressions[1].values: Forbidden: may not be specified when `operator` is 'Exists' or 'DoesNotExist'",
    'spec.selector.matchExpressions[2].operator: Invalid value: "Like": not a valid selector operator',
  ]);
});
