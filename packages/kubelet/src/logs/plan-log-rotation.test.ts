import assert from 'node:assert/strict';
import { it } from 'node:test';
import { planLogRotation, rotationSuffix } from './plan-log-rotation.ts';

it('plans the rotation of a log', () => {
  const names = [
    '0.log',
    '0.log.20260101-000001.gz',
    '0.log.20260101-000002.gz',
    '0.log.20260101-000003',
    '0.log.20260101-000000.gz.tmp',
    '1.log.20260101-000000',
    'other',
  ];
  assert.deepEqual(planLogRotation(names, '0.log', 5), {
    leftovers: ['0.log.20260101-000000.gz.tmp'],
    remove: [],
    compress: ['0.log.20260101-000003'],
  });
  assert.deepEqual(planLogRotation(names, '0.log', 3).remove, names.slice(1, 3));
  assert.deepEqual(planLogRotation(names, '0.log', 2).compress, []);
  assert.deepEqual(planLogRotation([...names, '0.log.20260101-000003.gz'], '0.log', 5).leftovers.length, 2);
});

it('names a rotated log by the time', () => {
  assert.equal(rotationSuffix(Date.UTC(2026, 0, 2, 3, 4, 5)), '20260102-030405');
});
