import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  applyStrategicMergePatch,
  createTwoWayMergePatch,
  deploymentKind,
  labelSelectorAsSelector,
  parseLabelSelector,
  parseQuantity,
  patchSchemaOf,
  QuantityError,
  SelectorError,
} from '../index.ts';
import type { JsonObject } from './json.ts';

const amounts = fc.oneof(
  fc
    .tuple(
      fc.integer({ min: -(2 ** 40), max: 2 ** 40 }),
      fc.constantFrom('', 'm', 'k', 'M', 'Ki', 'Mi', 'Gi', 'e2', 'E-3'),
    )
    .map(([number, suffix]) => `${number}${suffix}`),
  fc
    .tuple(fc.nat(9999), fc.nat(999), fc.constantFrom('', 'k', 'Mi', 'Ti'))
    .map(([whole, rest, suffix]) => `${whole}.${rest}${suffix}`),
);

test('a quantity is the same amount in canonical form, which is its own canonical form', () => {
  fc.assert(
    fc.property(amounts, (text) => {
      const quantity = parseQuantity(text);
      const canonical = quantity.toString();
      assert.equal(parseQuantity(canonical).compare(quantity), 0, canonical);
      assert.equal(parseQuantity(canonical).toString(), canonical);
    }),
  );
});

test('quantities are ordered and add up', () => {
  fc.assert(
    fc.property(amounts, amounts, (left, right) => {
      const [a, b] = [parseQuantity(left), parseQuantity(right)];
      assert.equal(Math.sign(a.compare(b)), -Math.sign(b.compare(a)) + 0);
      assert.equal(a.add(b).compare(b.add(a)), 0);
      assert.equal(a.add(b).sub(b).compare(a), 0);
    }),
  );
});

test('any text is a quantity or a QuantityError', () => {
  fc.assert(
    fc.property(
      fc.oneof(fc.string(), fc.stringMatching(/^[+-]?[0-9.]{0,6}[eEinumkKMGTP]{0,2}[-+]?[0-9]{0,2}$/)),
      (text) => {
        try {
          parseQuantity(text);
        } catch (error) {
          assert.ok(error instanceof QuantityError, String(error));
        }
      },
    ),
  );
});

const keys = fc.constantFrom('a', 'b', 'app.io/c');
const values = fc.constantFrom('', 'x', 'y', '3', '10');
const labels = fc.dictionary(keys, values);
const expressions = fc.oneof(
  fc.record({
    key: keys,
    operator: fc.constantFrom('In', 'NotIn'),
    values: fc.array(values, { minLength: 1, maxLength: 3 }),
  }),
  fc.record({ key: keys, operator: fc.constantFrom('Exists', 'DoesNotExist') }),
);
const selectors = fc.record({ matchLabels: labels, matchExpressions: fc.array(expressions, { maxLength: 3 }) });

test('a selector says the same after a trip through its text', () => {
  fc.assert(
    fc.property(selectors, labels, (selector, set) => {
      const direct = labelSelectorAsSelector(selector);
      const parsed = parseLabelSelector(direct.toString());
      assert.equal(parseLabelSelector(parsed.toString()).toString(), parsed.toString());
      assert.equal(parsed.matches(set), direct.matches(set));
    }),
  );
});

test('any text is a selector or a SelectorError', () => {
  const pieces = fc.array(
    fc.constantFrom('a', 'b', '=', '==', '!=', '!', ' in ', ' notin ', '(', ')', ',', ' ', '>', '3', '"'),
  );
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        pieces.map((all) => all.join('')),
      ),
      (text) => {
        try {
          parseLabelSelector(text);
        } catch (error) {
          assert.ok(error instanceof SelectorError, String(error));
        }
      },
    ),
  );
});

const names = fc.constantFrom('a', 'b', 'c', 'd');
const optional = <T extends Record<string, fc.Arbitrary<unknown>>>(shape: T) => fc.record(shape, { requiredKeys: [] });
const environment = fc.uniqueArray(
  fc.tuple(names, names).map(([name, value]) => ({ name, value })),
  { selector: ({ name }) => name, minLength: 1 },
);
const containers = fc.uniqueArray(
  fc
    .tuple(
      names,
      optional({ image: names, env: environment, args: fc.array(names, { minLength: 1 }), tty: fc.boolean() }),
    )
    .map(([name, rest]) => ({ name, ...rest })),
  { selector: ({ name }) => name, minLength: 1 },
);
const deployments = optional({
  metadata: optional({ labels, finalizers: fc.uniqueArray(names, { minLength: 1 }) }),
  spec: optional({
    replicas: fc.nat(3),
    template: optional({
      spec: optional({
        containers,
        nodeSelector: labels,
        tolerations: fc.array(fc.record({ key: names }), { minLength: 1 }),
      }),
    }),
  }),
}) as fc.Arbitrary<JsonObject>;

test('a two-way strategic merge patch makes the modified object of the original', () => {
  const schema = patchSchemaOf(deploymentKind);
  fc.assert(
    fc.property(deployments, deployments, (original, modified) => {
      const patch = createTwoWayMergePatch(original, modified, schema);
      assert.deepEqual(sorted(applyStrategicMergePatch(original, patch, schema)), sorted(modified));
      assert.deepEqual(createTwoWayMergePatch(modified, modified, schema), {});
    }),
    { numRuns: 500 },
  );
});

/** The same without empty objects and with keyed lists in one order. */
function sorted(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value), (key, item) => {
    if (
      typeof item === 'object' &&
      item !== null &&
      !Array.isArray(item) &&
      Object.keys(item).length === 0 &&
      key !== ''
    )
      return undefined;
    return item;
  });
}
