import assert from 'node:assert/strict';
import { test } from 'node:test';
import { matchesNodeAffinity, matchesNodeSelector, nodeLike } from './node-selector.ts';

const node = nodeLike({ metadata: { name: 'n1', labels: { zone: 'a', cores: '8', empty: '' } } });

const expression = (key: string, operator: string, ...values: string[]) => ({
  matchExpressions: [{ key, operator, values }],
});
const field = (key: string, operator: string, ...values: string[]) => ({ matchFields: [{ key, operator, values }] });

for (const [name, terms, expected] of [
  ['no terms', [], false],
  ['an empty term', [{}], false],
  ['In', [expression('zone', 'In', 'b', 'a')], true],
  ['In, absent', [expression('rack', 'In', 'a')], false],
  ['In, a name of Object', [expression('constructor', 'Exists')], false],
  ['NotIn', [expression('zone', 'NotIn', 'a')], false],
  ['NotIn, absent', [expression('rack', 'NotIn', 'a')], true],
  ['Exists', [expression('empty', 'Exists')], true],
  ['DoesNotExist', [expression('empty', 'DoesNotExist')], false],
  ['Gt', [expression('cores', 'Gt', '7')], true],
  ['Gt, equal', [expression('cores', 'Gt', '8')], false],
  ['Gt, not a number', [expression('zone', 'Gt', '1')], false],
  ['Gt, beyond doubles', [expression('cores', 'Gt', '9223372036854775807')], false],
  ['Lt', [expression('cores', 'Lt', '9')], true],
  ['Lt, absent', [expression('rack', 'Lt', '9')], false],
  ['an unknown operator', [expression('zone', 'Like', 'a')], false],
  ['the name', [field('metadata.name', 'In', 'n1')], true],
  ['not the name', [field('metadata.name', 'NotIn', 'n1')], false],
  ['an unknown field', [field('metadata.uid', 'NotIn', 'x')], false],
  ['terms are alternatives', [expression('zone', 'In', 'b'), expression('cores', 'Exists')], true],
  [
    'requirements of a term are not',
    [{ ...expression('zone', 'In', 'a'), ...field('metadata.name', 'In', 'n2') }],
    false,
  ],
] as const)
  test(`node selector: ${name}`, () => {
    assert.equal(matchesNodeSelector({ nodeSelectorTerms: terms }, node), expected);
  });

test('a pod’s nodeSelector and required affinity must both hold', () => {
  const affinity = (...values: string[]) => ({
    nodeAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [expression('zone', 'In', ...values)] },
    },
  });
  assert.equal(matchesNodeAffinity({}, node), true);
  assert.equal(matchesNodeAffinity({ nodeSelector: { cores: '8' }, affinity: affinity('a') }, node), true);
  assert.equal(matchesNodeAffinity({ nodeSelector: { cores: '4' }, affinity: affinity('a') }, node), false);
  assert.equal(matchesNodeAffinity({ nodeSelector: { cores: '8' }, affinity: affinity('b') }, node), false);
});
