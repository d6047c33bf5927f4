import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import {
  equalSets,
  type FieldSet,
  type FieldSetNode,
  fieldsOf,
  intersectSets,
  isEmptySet,
  LEAF,
  SELF,
  subtractSet,
  unionSets,
} from './field-set.ts';

const elements = ['f:a', 'f:b', 'k:{"name":"x"}', 'v:1'];
const paths = fc.array(fc.array(fc.constantFrom(...elements), { minLength: 1, maxLength: 4 }), { maxLength: 8 });

/** The set by its definition: paths one by one. */
function setOf(list: readonly (readonly string[])[]): FieldSet {
  const root: FieldSetNode = {};
  const wanted = new Set(list.map((each) => JSON.stringify(each)));
  const build = (node: FieldSetNode, at: string[]): void => {
    for (const element of elements) {
      const here = [...at, element];
      const member = wanted.has(JSON.stringify(here));
      const below: FieldSetNode = {};
      if (here.length < 4) build(below, here);
      const empty = isEmptySet(below);
      if (member) node[element] = empty ? LEAF : { [SELF]: LEAF, ...below };
      else if (!empty) node[element] = below;
    }
  };
  build(root, []);
  return root;
}

const keys = (set: FieldSet) => new Set([...fieldsOf(set)].map((each) => JSON.stringify(each)));
const same = (set: FieldSet, expected: Iterable<string>) => {
  const all = [...expected];
  assert.deepEqual([...keys(set)].sort(), all.sort());
  assert.ok(equalSets(set, setOf(all.map((each) => JSON.parse(each) as string[]))), 'canonical');
};

suite('field sets', () => {
  const property = (check: (a: FieldSet, b: FieldSet) => void) => () =>
    fc.assert(
      fc.property(paths, paths, (a, b) => {
        const left = setOf(a);
        const right = setOf(b);
        const before = JSON.stringify([left, right]);
        check(left, right);
        assert.equal(JSON.stringify([left, right]), before, 'operands stay as they are');
      }),
    );
  test(
    'union',
    property((a, b) => same(unionSets(a, b), keys(a).union(keys(b)))),
  );
  test(
    'difference',
    property((a, b) => same(subtractSet(a, b), keys(a).difference(keys(b)))),
  );
  test(
    'intersection',
    property((a, b) => same(intersectSets(a, b), keys(a).intersection(keys(b)))),
  );
  test('what changes nothing gives the same set', () => {
    const set = { 'f:a': { [SELF]: LEAF, 'f:b': LEAF } };
    assert.equal(unionSets(set, { 'f:a': LEAF }), set);
    assert.equal(subtractSet(set, { 'f:c': LEAF }), set);
  });
});
