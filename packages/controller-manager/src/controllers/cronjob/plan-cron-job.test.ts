import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CronJob, Job } from '@coxswain/api';
import { aCronJob, aJob } from '../../testing/index.ts';
import { parseSchedule, ScheduleError } from './parse-schedule.ts';
import { planActive } from './plan-active.ts';
import { jobNameAt, jobsToDelete, planStart, zonedTimestamp } from './plan-cron-job.ts';

const iso = (ms: number | undefined) => (ms === undefined ? undefined : new Date(ms).toISOString().slice(0, 16));
const schedules: [text: string, from: string, next: string[], zone?: string][] = [
  ['*/15 * * * *', '2026-01-01T00:01', ['2026-01-01T00:15', '2026-01-01T00:30']],
  [
    '5/20 * * * *',
    '2026-01-01T00:00',
    ['2026-01-01T00:05', '2026-01-01T00:25', '2026-01-01T00:45', '2026-01-01T01:05'],
  ],
  ['0 9-17/4 * * mon-fri', '2026-01-02T17:30', ['2026-01-05T09:00', '2026-01-05T13:00']],
  ['0 0 13 * 5', '2026-01-01T00:00', ['2026-01-02T00:00', '2026-01-09T00:00', '2026-01-13T00:00']],
  ['0 0 13 * ?', '2026-01-01T00:00', ['2026-01-13T00:00', '2026-02-13T00:00']],
  ['0 0 29 2 *', '2026-01-01T00:00', ['2028-02-29T00:00']],
  ['0 0 31 feb *', '2026-01-01T00:00', []],
  ['@weekly', '2026-01-01T00:00', ['2026-01-04T00:00']],
  ['@every 90m', '2026-01-01T00:10', ['2026-01-01T01:40', '2026-01-01T03:10']],
  ['0 9 * * *', '2026-01-01T00:00', ['2026-01-01T14:00'], 'America/New_York'],
  ['CRON_TZ=America/New_York 0 9 * * *', '2026-07-01T00:00', ['2026-07-01T13:00']],
  // 2:30 doesn't exist on 29 March in Berlin.
  ['30 2 * * *', '2026-03-28T12:00', ['2026-03-30T00:30'], 'Europe/Berlin'],
];
for (const [text, from, expected, zone] of schedules)
  test(`schedule ${text} ${zone ?? ''}`, () => {
    const schedule = parseSchedule(text, zone);
    let at = Date.parse(`${from}:00Z`);
    for (const next of expected) {
      at = schedule.next(at) ?? Number.NaN;
      assert.equal(iso(at), next);
    }
    if (expected.length === 0) assert.equal(schedule.next(at), undefined);
  });

for (const text of [
  '',
  '* * * *',
  '* * * * * *',
  '60 * * * *',
  '* * L * *',
  '* * * * 7',
  '5-1 * * * *',
  '*/0 * * * *',
  '@reboot',
  '@every x',
  '1-2-3 * * * *',
  '1/2/3 * * * *',
])
  test(`no schedule: ${text}`, () => assert.throws(() => parseSchedule(text), ScheduleError));

const at = (time: string) => Date.parse(`2026-01-01T${time}Z`);
const started = { lastScheduleTime: '2026-01-01T10:00:00Z' };
const starts: [rule: string, cronJob: CronJob, active: number, now: string, expected: object][] = [
  ['due', aCronJob({}, started), 0, '10:01:02', { kind: 'start', at: at('10:01:00'), replace: false }],
  ['not due', aCronJob({}, started), 0, '10:00:30', { kind: 'wait', untilMs: at('10:01:00') }],
  ['only the latest of several', aCronJob({}, started), 0, '10:05:02', { kind: 'start', at: at('10:05:00') }],
  ['suspended', aCronJob({ suspend: true }, started), 0, '10:05:02', { kind: 'wait' }],
  [
    'Forbid',
    aCronJob({ concurrencyPolicy: 'Forbid' }, started),
    1,
    '10:01:02',
    { kind: 'wait', reason: 'JobAlreadyActive' },
  ],
  ['Forbid of none', aCronJob({ concurrencyPolicy: 'Forbid' }, started), 0, '10:01:02', { kind: 'start' }],
  ['Replace', aCronJob({ concurrencyPolicy: 'Replace' }, started), 1, '10:01:02', { kind: 'start', replace: true }],
  ['too late', aCronJob({ schedule: '0 10 * * *', startingDeadlineSeconds: 30 }), 0, '10:00:31', { kind: 'wait' }],
  [
    'within the deadline',
    aCronJob({ schedule: '0 10 * * *', startingDeadlineSeconds: 30 }),
    0,
    '10:00:29',
    { kind: 'start', at: at('10:00:00') },
  ],
  [
    'many missed',
    aCronJob({}, { lastScheduleTime: '2026-01-01T01:00:00Z' }),
    0,
    '10:00:29',
    { kind: 'start', at: at('10:00:00'), reason: 'TooManyMissedTimes' },
  ],
  ['unparsable', aCronJob({ schedule: 'x' }), 0, '10:00:29', { kind: 'wait', reason: 'UnparseableSchedule' }],
  ['unknown zone', aCronJob({ timeZone: 'Nowhere/Land' }), 0, '10:00:29', { kind: 'wait', reason: 'UnknownTimeZone' }],
];
for (const [rule, cronJob, active, now, expected] of starts)
  test(`start: ${rule}`, () => {
    const plan = planStart({ cronJob, active, now: at(now) });
    const { reason, ...facts } = expected as { reason?: string };
    assert.partialDeepStrictEqual(plan, facts);
    assert.equal(plan.warning?.reason, reason);
  });

test('a year of missed minutes costs little', () => {
  const cronJob = aCronJob({}, { lastScheduleTime: '2025-01-01T01:00:00Z' });
  const before = performance.now();
  assert.partialDeepStrictEqual(planStart({ cronJob, active: 0, now: at('10:00:29') }), { at: at('10:00:00') });
  assert.ok(performance.now() - before < 20_000);
});

const ended = (name: string, type: string, startTime: string): Job => {
  const job = aJob(
    {},
    {
      conditions: [{ type, status: 'True' }],
      startTime,
      ...(type === 'Complete' ? { completionTime: startTime } : {}),
    },
  );
  return { ...job, metadata: { ...job.metadata, name, uid: name } };
};

test('histories keep the latest', () => {
  const jobs = ['01', '03', '02'].flatMap((day) => [
    ended(`good-${day}`, 'Complete', `2026-01-${day}T00:00:00Z`),
    ended(`bad-${day}`, 'Failed', `2026-01-${day}T00:00:00Z`),
  ]);
  const names = jobsToDelete(aCronJob({ successfulJobsHistoryLimit: 2 }), [...jobs, aJob()]).map(
    ({ metadata }) => metadata.name,
  );
  assert.deepEqual(names, ['good-01', 'bad-01', 'bad-02']);
});

test('active follows the jobs', () => {
  const reference = (name: string) => ({ name, namespace: 'default', uid: name });
  const cronJob = aCronJob({}, { active: [reference('done'), reference('gone'), reference('work-uid')] });
  const plan = planActive(cronJob, [ended('done', 'Complete', '2026-01-01T00:00:00Z'), aJob()]);
  assert.deepEqual(
    plan.active.map(({ uid }) => uid),
    ['work-uid'],
  );
  assert.deepEqual(
    plan.missing.map(({ uid }) => uid),
    ['gone'],
  );
  assert.equal(plan.lastSuccessfulTime, '2026-01-01T00:00:00Z');
  assert.equal(plan.events[0]?.message, 'Saw completed job: done, condition: Complete');
});

test('names and stamps', () => {
  assert.equal(
    jobNameAt(aCronJob(), Date.parse('2026-01-01T00:05:00Z')),
    `tick-${Date.parse('2026-01-01T00:05:00Z') / 60_000}`,
  );
  assert.equal(zonedTimestamp(Date.parse('2026-01-01T00:05:00Z'), 'America/New_York'), '2025-12-31T19:05:00-05:00');
  assert.equal(zonedTimestamp(Date.parse('2026-01-01T00:05:00Z')), '2026-01-01T00:05:00Z');
});
