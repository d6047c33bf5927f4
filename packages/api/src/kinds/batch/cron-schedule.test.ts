import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cronScheduleProblem } from './cron-schedule.ts';

for (const good of [
  '* * * * *',
  '*/5 0-6,12 1 JAN-mar ?',
  '0 0 1 1 sun',
  '@daily',
  '@every 1h30m',
  '5/15 * * * *',
  'TZ=Europe/Berlin 0 9 * * 1-5',
])
  test(`${good} is a schedule`, () => assert.equal(cronScheduleProblem(good), undefined));

const bad: readonly [schedule: string, problem: string][] = [
  ['error', 'expected exactly 5 fields, found 1: [error]'],
  ['* * * * * *', 'expected exactly 5 fields, found 6: [* * * * * *]'],
  ['60 * * * *', 'end of range (60) above maximum (59): 60'],
  ['* * 0 * *', 'beginning of range (0) below minimum (1): 0'],
  ['5-1 * * * *', 'beginning of range (5) beyond end of range (1): 5-1'],
  ['*/0 * * * *', 'step of range should be a positive number: */0'],
  ['x * * * *', 'failed to parse int from x: strconv.Atoi: parsing "x": invalid syntax'],
  ['@sometimes', 'unrecognized descriptor: @sometimes'],
  ['@every soon', 'failed to parse duration @every soon: time: invalid duration "soon"'],
];
for (const [schedule, problem] of bad)
  test(`${schedule} is none`, () => assert.equal(cronScheduleProblem(schedule), problem));
