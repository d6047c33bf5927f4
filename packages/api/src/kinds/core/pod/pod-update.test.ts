import assert from 'node:assert/strict';
import { test } from 'node:test';
import { applyDefaults, decodeParsed, podKind, validateObject, validateObjectUpdate } from '../../../index.ts';

function pod(spec: object) {
  const value = {
    metadata: { name: 'p', namespace: 'n' },
    spec: { containers: [{ name: 'c', image: 'a:1' }], ...spec },
  };
  const { object } = decodeParsed(podKind, value, 'Strict');
  applyDefaults(podKind, object);
  return object;
}

const UNCHANGEABLE = /^spec: Forbidden: pod updates may not change fields other than `spec\.containers\[\*\]\.image`/;
const gate = (name: string) => ({ schedulingGates: [{ name }] });
const tolerates = (tolerationSeconds?: number) => ({
  tolerations: [
    { key: 'a', operator: 'Exists', effect: 'NoExecute', ...(tolerationSeconds ? { tolerationSeconds } : {}) },
  ],
});

const updates: [name: string, old: object, next: object, expected: RegExp | undefined][] = [
  ['another image', {}, { containers: [{ name: 'c', image: 'a:2' }] }, undefined],
  ['another command', {}, { containers: [{ name: 'c', image: 'a:1', command: ['x'] }] }, UNCHANGEABLE],
  ['another node', { nodeName: 'a' }, { nodeName: 'b' }, UNCHANGEABLE],
  [
    'one container more',
    {},
    {
      containers: [
        { name: 'c', image: 'a' },
        { name: 'd', image: 'a' },
      ],
    },
    /^spec\.containers: Forbidden: pod updates may not add or remove containers$/,
  ],
  ['a deadline', {}, { activeDeadlineSeconds: 10 }, undefined],
  [
    'a later deadline',
    { activeDeadlineSeconds: 10 },
    { activeDeadlineSeconds: 11 },
    /must be less than or equal to previous value$/,
  ],
  ['no deadline any more', { activeDeadlineSeconds: 10 }, {}, /must not update from a positive integer to nil value$/],
  ['a toleration more', {}, tolerates(), undefined],
  ['a toleration for longer', tolerates(5), tolerates(50), undefined],
  ['a toleration less', tolerates(), {}, /^spec\.tolerations: Forbidden: existing toleration can not be modified/],
  ['a gate less', gate('example.com/a'), {}, undefined],
  [
    'another gate',
    gate('example.com/a'),
    gate('example.com/b'),
    /^spec\.schedulingGates\[0\]\.name: Forbidden: only deletion is allowed, but found new scheduling gate 'example\.com\/b'$/,
  ],
  [
    'a negative grace period set right',
    { terminationGracePeriodSeconds: -1 },
    { terminationGracePeriodSeconds: 1 },
    undefined,
  ],
  ['another grace period', {}, { terminationGracePeriodSeconds: 1 }, UNCHANGEABLE],
];
for (const [name, old, next, expected] of updates)
  test(`a pod is given ${name}`, () => {
    const [error, ...others] = validateObjectUpdate(podKind, pod(next), pod(old)).map(String);
    assert.deepEqual(others, []);
    if (expected === undefined) assert.equal(error, undefined);
    else assert.match(error ?? 'accepted', expected);
  });

const mirror = (annotations: Record<string, string>, spec: object = { nodeName: 'n' }) => {
  const found = pod(spec);
  found.metadata.annotations = annotations;
  return found;
};
const MIRROR = 'kubernetes.io/config.mirror';

for (const [name, next, old, message] of [
  ['add', { [MIRROR]: 'a' }, {}, 'may not add mirror pod annotation'],
  ['remove', {}, { [MIRROR]: 'a' }, 'may not remove or update mirror pod annotation'],
  ['update', { [MIRROR]: 'b' }, { [MIRROR]: 'a' }, 'may not remove or update mirror pod annotation'],
] as const)
  test(`nobody may ${name} the mark of a mirror pod`, () => {
    const errors = validateObjectUpdate(podKind, mirror({ ...next }), mirror({ ...old })).map(String);
    assert.deepEqual(errors, [`metadata.annotations[${MIRROR}]: Forbidden: ${message}`]);
  });

test('a mirror pod is on a node', () => {
  const errors = (spec: object) => validateObject(podKind, mirror({ [MIRROR]: 'a' }, spec)).map(String);
  assert.match(errors({})[0] ?? '', /must set spec\.nodeName if mirror pod annotation is set/);
  assert.deepEqual(errors({ nodeName: 'n' }), []);
});
