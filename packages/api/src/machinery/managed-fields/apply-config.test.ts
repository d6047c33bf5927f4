import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import { asStatusError } from '../status-predicates.ts';
import { ConfigError } from './config-fields.ts';
import { apply, nothing, ownedBy, type State, update } from './testing/sample-kind.ts';

type Json = Record<string, unknown>;

const specOf = (state: State) => state.object['spec'] as Record<string, unknown>;
const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

suite('apply', () => {
  test('owns what it says, and no more', () => {
    const state = apply(nothing, 'a', { spec: { items: [{ name: 'x', ports: [{ port: 1 }] }], inner: {} } });
    assert.deepEqual(ownedBy(state, 'a'), {
      'f:spec': {
        'f:inner': {},
        'f:items': {
          'k:{"name":"x"}': {
            '.': {},
            'f:name': {},
            'f:ports': { 'k:{"port":1,"protocol":"TCP"}': { '.': {}, 'f:port': {} } },
          },
        },
      },
    });
  });
  test('merges items by key: the order of the configuration, the others where they stood', () => {
    const first = apply(nothing, 'a', { spec: { items: [{ name: 'p' }, { name: 'q' }, { name: 'r' }] } });
    const next = apply(first, 'b', { spec: { items: [{ name: 'r', x: '1' }, { name: 'n' }, { name: 'p', y: '2' }] } });
    assert.deepEqual(specOf(next)['items'], [
      { name: 'r', x: '1' },
      { name: 'n' },
      { name: 'p', y: '2' },
      { name: 'q' },
    ]);
  });
  test('a conflict names the manager and the fields', () => {
    const first = update(nothing, 'other', {
      metadata: { labels: { l: 'x' } },
      spec: { size: 1, items: [{ name: 'n', x: '1' }] },
    });
    const one = () => apply(first, 'me', { spec: { size: 2 } });
    assert.throws(one, (error) => {
      const status = asStatusError(error);
      assert.equal(status?.code, 409);
      assert.equal(status?.message, 'Apply failed with 1 conflict: conflict with "other" using v1: .spec.size');
      assert.deepEqual(status?.status.details?.causes, [
        { reason: 'FieldManagerConflict', message: 'conflict with "other" using v1', field: '.spec.size' },
      ]);
      return true;
    });
    const two = () =>
      apply(first, 'me', { metadata: { labels: { l: 'y' } }, spec: { items: [{ name: 'n', x: '2' }] } });
    assert.throws(two, {
      message:
        'Apply failed with 2 conflicts: conflicts with "other" using v1:\n- .metadata.labels.l\n- .spec.items[name="n"].x',
    });
  });
  test('force takes the fields over; the same value is shared', () => {
    const first = apply(nothing, 'a', { spec: { size: 1, text: 't' } });
    const shared = apply(first, 'b', { spec: { size: 1 } });
    assert.deepEqual(ownedBy(shared, 'a'), { 'f:spec': { 'f:size': {}, 'f:text': {} } });
    assert.throws(() => apply(shared, 'b', { spec: { size: 2 } }), { message: /conflict with "a": \.spec\.size/ });
    const forced = apply(shared, 'b', { spec: { size: 2 } }, { force: true });
    assert.deepEqual(ownedBy(forced, 'a'), { 'f:spec': { 'f:text': {} } });
    assert.equal(specOf(forced)['size'], 2);
  });
  test('what is applied no more goes unless another owns it', () => {
    const first = apply(nothing, 'a', { spec: { size: 1, text: 't', items: [{ name: 'n', x: '1' }, { name: 'm' }] } });
    const both = apply(first, 'b', { spec: { text: 't', items: [{ name: 'm' }] } });
    const next = apply(both, 'a', { spec: { size: 1 } });
    assert.deepEqual(next.object['spec'], { size: 1, text: 't', filled: {}, items: [{ name: 'm' }] });
    const last = apply(next, 'b', {});
    assert.deepEqual(last.object['spec'], { size: 1, filled: {} });
    assert.equal(ownedBy(last, 'b'), undefined);
  });
  test('what stood there before belongs to before-first-apply', () => {
    const untracked = { object: update(nothing, 'x', { spec: { size: 1 } }).object, entries: [] };
    const next = apply(untracked, 'a', { spec: { text: 't' } });
    assert.deepEqual(ownedBy(next, 'before-first-apply'), { 'f:spec': { 'f:size': {} } });
  });
  test('kubectl takes over what client-side apply set, not what others changed since', () => {
    const config = { metadata: {}, spec: { size: 1, text: 't' } };
    const annotated = { ...config, metadata: { annotations: { [LAST_APPLIED]: JSON.stringify(config) } } };
    const first = update(nothing, 'kubectl-client-side-apply', annotated);
    const next = apply(first, 'kubectl', { spec: { size: 2, text: 't' } });
    assert.equal(specOf(next)['size'], 2);
    const { annotations } = next.object['metadata'] as { annotations: Record<string, string> };
    assert.deepEqual(JSON.parse(annotations[LAST_APPLIED] ?? ''), {
      metadata: { annotations: {} },
      spec: { size: 2, text: 't' },
    });
    assert.throws(() => apply(first, 'another', { spec: { size: 2 } }), { message: /kubectl-client-side-apply/ });
    const scaled = update(first, 'scaler', { ...annotated, spec: { size: 5, text: 't' } });
    assert.throws(() => apply(scaled, 'kubectl', { spec: { size: 2, text: 'u' } }), {
      message: 'Apply failed with 1 conflict: conflict with "scaler" using v1: .spec.size',
    });
  });
  for (const [what, config, message] of [
    ['an unknown field', { spec: { nope: 1 } }, '.spec.nope: field not declared in schema'],
    [
      'a name twice',
      { spec: { items: [{ name: 'a' }, { name: 'a' }] } },
      '.spec.items: duplicate entries for key [name="a"]',
    ],
    ['two errors', { x: 1, y: 2 }, 'errors:\n  .x: field not declared in schema\n  .y: field not declared in schema'],
  ] as const)
    test(`refuses ${what}`, () => assert.throws(() => apply(nothing, 'a', config), new ConfigError(message)));
});

const names = ['a', 'b', 'c', 'constructor'];
const text = fc.constantFrom('', 'x', 'y');
const config: fc.Arbitrary<Json> = fc.record(
  {
    metadata: fc.record(
      { labels: fc.dictionary(fc.constantFrom(...names), text), finalizers: fc.uniqueArray(fc.constantFrom(...names)) },
      { requiredKeys: [] },
    ),
    spec: fc.record(
      {
        size: fc.integer({ min: 1, max: 3 }),
        text: fc.constantFrom('x', 'y'),
        inner: fc.record({ left: fc.constantFrom('x', 'y'), right: fc.constantFrom('x', 'y') }, { requiredKeys: [] }),
        items: fc.uniqueArray(
          fc.record(
            { name: fc.constantFrom(...names), x: fc.constantFrom('x', 'y'), y: fc.constantFrom('x', 'y') },
            { requiredKeys: ['name'] },
          ),
          { selector: ({ name }) => name },
        ),
        plain: fc.array(text, { minLength: 1, maxLength: 3 }),
      },
      { requiredKeys: [] },
    ),
  },
  { requiredKeys: [] },
);

/** Without the order of items and the empty shells that merging may leave. */
function content(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(content).sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value)
    .map(([name, member]) => [name, content(member)] as const)
    .filter(([, member]) => typeof member !== 'object' || Object.keys(member as object).length > 0)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(members);
}

/** The members that come to hand for one of two managers, so that no field is in both. */
function half(value: unknown, mine: boolean, at = ''): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const belongs = (name: string) =>
    ([...`${at}.${name}`].reduce((sum, c) => sum + c.charCodeAt(0), 0) % 2 === 0) === mine;
  const members = Object.entries(value).flatMap(([name, member]) => {
    const nested = typeof member === 'object' && member !== null && !Array.isArray(member);
    if (nested) return [[name, half(member, mine, `${at}.${name}`)] as const];
    return belongs(name) ? [[name, member] as const] : [];
  });
  return Object.fromEntries(members);
}

suite('properties of apply', () => {
  test('twice is once', () =>
    fc.assert(
      fc.property(config, config, (before, next) => {
        const first = apply(apply(nothing, 'other', before), 'me', next, { force: true });
        const second = apply(first, 'me', next, { time: '2027-01-01T00:00:00Z' });
        assert.deepEqual(second.object, first.object);
        if (ownedBy(first, 'me')) assert.equal(second.entries, first.entries);
      }),
    ));
  test('two managers without a common field commute', () =>
    fc.assert(
      fc.property(config, (both) => {
        const [mine, yours] = [content(half(both, true)) as Json, content(half(both, false)) as Json];
        const one = apply(apply(nothing, 'me', mine), 'you', yours);
        const two = apply(apply(nothing, 'you', yours), 'me', mine);
        assert.deepEqual(content(one.object), content(two.object));
        assert.deepEqual(ownedBy(one, 'me'), ownedBy(two, 'me'));
        assert.deepEqual(ownedBy(one, 'you'), ownedBy(two, 'you'));
      }),
    ));
  test('the last configuration alone counts where there is one manager', () =>
    fc.assert(
      fc.property(config, config, (before, next) => {
        const after = apply(apply(nothing, 'me', before), 'me', next);
        assert.deepEqual(content(after.object), content(apply(nothing, 'me', next).object));
      }),
    ));
  test('what another applied stays when one applies nothing any more', () =>
    fc.assert(
      fc.property(config, config, (mine, yours) => {
        const both = apply(apply(nothing, 'me', mine), 'you', yours, { force: true });
        const after = apply(both, 'me', {});
        assert.deepEqual(content(after.object), content(apply(nothing, 'you', yours).object));
      }),
    ));
});
