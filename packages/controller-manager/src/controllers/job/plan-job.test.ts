import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Job, JobStatus, Pod } from '@coxswain/api';
import { isPodActive } from '../../shared/pods.ts';
import { aJob, aPod, type PodFixture, randomHistories } from '../../testing/index.ts';
import { Indexes } from './indexes.ts';
import { COMPLETION_INDEX, INDEX_FAILURE_COUNT, indexOf, isTracked, jobPod, TRACKING_FINALIZER } from './job-pod.ts';
import { jobStatus } from './job-status.ts';
import { isJobFinished, planJobEnd } from './plan-job-end.ts';
import { planJobPods } from './plan-job-pods.ts';
import { planTracking } from './plan-tracking.ts';

const NOW = Date.parse('2026-01-01T01:00:00Z');
const NONE = { failures: 0, last: 0 };

function jobOf(fixture: PodFixture & { index?: number; exit?: number; failures?: number; tracked?: boolean }): Pod {
  const { index, exit, failures, tracked = true, ...rest } = fixture;
  const annotations = {
    ...(index === undefined ? {} : { [COMPLETION_INDEX]: String(index) }),
    ...(failures === undefined ? {} : { [INDEX_FAILURE_COUNT]: String(failures) }),
  };
  const pod = aPod({ labels: {}, annotations, ...rest });
  if (tracked) pod.metadata.finalizers = [TRACKING_FINALIZER];
  const [status] = pod.status?.containerStatuses ?? [];
  if (status && exit !== undefined)
    status.state = { terminated: { exitCode: exit, finishedAt: '2026-01-01T00:59:55Z' } };
  return pod;
}

function pass(job: Job, pods: Pod[], recent = NONE) {
  const active = pods.filter(isPodActive);
  const first = planTracking({ job, pods, released: new Set(), ending: false });
  const end = planJobEnd({ job, tracking: first, active, now: NOW });
  const tracking = end ? planTracking({ job, pods, released: new Set(), ending: true }) : first;
  const plan = planJobPods({ job, tracking, pods, active, recent, now: NOW });
  const status = jobStatus({ job, tracking, pods, active, end, now: NOW });
  return { tracking, end, plan, status };
}

test('indexes are written as ranges', () => {
  const indexes = Indexes.parse('1,3-5,9', 10);
  assert.equal(indexes.count, 5);
  assert.equal(indexes.with([2, 9, 0]).toString(), '0-5,9');
  assert.equal(Indexes.of([7, 8]).toString(), '7,8');
  assert.equal(Indexes.parse('3-99', 5).toString(), '3,4');
  assert.equal(Indexes.parse('x', 5).toString(), '');
});

test('a finished pod is named, let go, and counted, in that order and once', () => {
  const job = aJob({ completions: 3 });
  const done = jobOf({ name: 'a', uid: 'a', phase: 'Succeeded' });
  const first = pass(job, [done]);
  assert.deepEqual(first.status.uncountedTerminatedPods, { succeeded: ['a'] });
  assert.equal(first.status.succeeded, 0);
  assert.deepEqual(first.tracking.release, [done]);
  const again = pass({ ...job, status: first.status }, [done]);
  assert.deepEqual([again.status.succeeded, again.tracking.release.length, again.tracking.newSuccesses], [0, 1, 0]);
  const after = pass({ ...job, status: first.status }, [jobOf({ uid: 'a', phase: 'Succeeded', tracked: false })]);
  assert.equal(after.status.succeeded, 1);
  assert.deepEqual(after.status.uncountedTerminatedPods, {});
  const gone = pass({ ...job, status: first.status }, []);
  assert.equal(gone.status.succeeded, 1);
  assert.equal(pass({ ...job, status: after.status }, []).status.succeeded, 1);
});

const names = (pods: readonly Pod[]) => pods.map(({ metadata }) => metadata.name);
const counts: [rule: string, spec: Partial<Job['spec']>, pods: Pod[], create: number, remove: string[]][] = [
  ['up to parallelism', { completions: 5, parallelism: 3 }, [], 3, []],
  [
    'not more than are left',
    { completions: 5, parallelism: 3 },
    ['a', 'b', 'c', 'd'].map((uid) => jobOf({ uid, phase: 'Succeeded' })),
    1,
    [],
  ],
  [
    'parallelism lowered',
    { completions: 5, parallelism: 1 },
    [jobOf({ name: 'a', ready: false }), jobOf({ name: 'b' })],
    0,
    ['a'],
  ],
  ['a work queue begins with parallelism', { completions: undefined as never, parallelism: 2 }, [], 2, []],
  [
    'and begins no more once one succeeded',
    { completions: undefined as never, parallelism: 3 },
    [jobOf({ phase: 'Succeeded' }), jobOf({})],
    0,
    [],
  ],
  ['suspend takes all away', { suspend: true }, [jobOf({ name: 'a' })], 0, ['a']],
  ['one that is leaving is replaced', {}, [jobOf({ deleting: true })], 1, []],
  ['unless only failed ones are', { podReplacementPolicy: 'Failed' }, [jobOf({ deleting: true })], 0, []],
  ['parallelism 0', { parallelism: 0 }, [], 0, []],
];
for (const [rule, spec, pods, create, remove] of counts)
  test(`pods: ${rule}`, () => {
    const job = aJob(spec);
    if (rule.includes('queue') || rule.includes('no more')) delete job.spec.completions;
    const { plan } = pass(job, pods);
    assert.deepEqual([plan.create.length, names(plan.remove)], [create, remove]);
  });

test('failures wait: 10 s, then twice as long', () => {
  const job = aJob();
  assert.equal(pass(job, [], { failures: 1, last: NOW - 4000 }).plan.retryInMs, 6000);
  assert.equal(pass(job, [], { failures: 3, last: NOW - 4000 }).plan.retryInMs, 36_000);
  assert.equal(pass(job, [], { failures: 1, last: NOW - 10_000 }).plan.create.length, 1);
});

const indexed = (more: Partial<Job['spec']> = {}, status?: JobStatus) =>
  aJob({ completionMode: 'Indexed', completions: 4, parallelism: 4, ...more }, status);

test('an indexed job fills its indexes and counts each once', () => {
  const pods = [
    jobOf({ index: 0, phase: 'Succeeded' }),
    jobOf({ index: 1 }),
    jobOf({ index: 1, name: 'double' }),
    jobOf({ index: 9, name: 'beyond' }),
  ];
  const { plan, status } = pass(indexed(), pods);
  assert.deepEqual(names(plan.remove), ['double', 'beyond']);
  assert.equal(status.completedIndexes, '0');
  assert.deepEqual(pass(indexed(), pods.slice(0, 2)).plan.create, [{ index: 2 }, { index: 3 }]);
  const repeated = pass(indexed({}, { completedIndexes: '0', succeeded: 1 }), [
    jobOf({ index: 0, phase: 'Succeeded' }),
  ]);
  assert.equal(repeated.status.succeeded, 1);
});

test('a pod of an index knows it', () => {
  const pod = jobPod(indexed(), 2, { failures: 1, ignored: 0 });
  assert.equal(pod.metadata.generateName, 'work-2-');
  assert.equal(pod.spec.hostname, 'work-2');
  assert.equal(pod.metadata.annotations?.[INDEX_FAILURE_COUNT], '1');
  assert.equal(pod.metadata.labels?.[COMPLETION_INDEX], '2');
  assert.deepEqual(pod.spec.containers[0]?.env?.[0]?.name, 'JOB_COMPLETION_INDEX');
  assert.ok(isTracked(pod));
});

const failed = (n: number, more: Parameters<typeof jobOf>[0] = {}) =>
  Array.from({ length: n }, (_, i) => jobOf({ name: `f${i}`, uid: `f${i}`, phase: 'Failed', exit: 1, ...more }));
const policy = (action: string, rule: object) => ({ podFailurePolicy: { rules: [{ action, ...rule }] } });
const on42 = { onExitCodes: { operator: 'In', values: [42] } };
const ends: [rule: string, job: Job, pods: Pod[], reason: string | undefined, message?: RegExp][] = [
  ['completions reached', aJob(), [jobOf({ phase: 'Succeeded' })], 'CompletionsReached'],
  ['not yet', aJob({ completions: 2 }), [jobOf({ phase: 'Succeeded' })], undefined],
  ['backoffLimit', aJob({ backoffLimit: 2 }), failed(3), 'BackoffLimitExceeded', /reached the specified backoff limit/],
  ['below backoffLimit', aJob({ backoffLimit: 3 }), failed(3), undefined],
  [
    'activeDeadlineSeconds',
    aJob({ activeDeadlineSeconds: 60 }, { startTime: '2026-01-01T00:58:59Z' }),
    [jobOf({})],
    'DeadlineExceeded',
  ],
  [
    'FailJob',
    aJob(policy('FailJob', on42)),
    failed(1, { exit: 42 }),
    'PodFailurePolicy',
    /^Container web for pod default\/f0 failed with exit code 42 matching FailJob rule at index 0$/,
  ],
  ['FailJob of another code', aJob(policy('FailJob', on42)), failed(1), undefined],
  ['Ignore', aJob({ backoffLimit: 0, ...policy('Ignore', on42) }), failed(2, { exit: 42 }), undefined],
  ['Count', aJob({ backoffLimit: 0, ...policy('Count', on42) }), failed(1, { exit: 42 }), 'BackoffLimitExceeded'],
  [
    'success policy',
    indexed({ successPolicy: { rules: [{ succeededIndexes: '0,2', succeededCount: 1 }] } }),
    [jobOf({ index: 2, phase: 'Succeeded' })],
    'SuccessPolicy',
    /index 0/,
  ],
  [
    'success policy of all its indexes',
    indexed({ successPolicy: { rules: [{ succeededIndexes: '0,2' }] } }),
    [jobOf({ index: 2, phase: 'Succeeded' })],
    undefined,
  ],
  [
    'maxFailedIndexes',
    indexed({ backoffLimitPerIndex: 0, backoffLimit: 99, maxFailedIndexes: 0 }),
    failed(1, { index: 1 }),
    'MaxFailedIndexesExceeded',
  ],
  [
    'failed indexes at the end',
    indexed({ completions: 2, backoffLimitPerIndex: 0, backoffLimit: 99 }),
    [jobOf({ index: 0, phase: 'Succeeded' }), ...failed(1, { index: 1 })],
    'FailedIndexes',
  ],
  [
    'FailIndex',
    indexed({ completions: 1, backoffLimitPerIndex: 5, backoffLimit: 99, ...policy('FailIndex', on42) }),
    failed(1, { index: 0, exit: 42 }),
    'FailedIndexes',
  ],
];
for (const [rule, job, pods, reason, message] of ends)
  test(`end: ${rule}`, () => {
    const { end } = pass(job, pods);
    assert.equal(end?.reason, reason);
    if (message) assert.match(end?.message ?? '', message);
  });

test('backoffLimitPerIndex carries an index’s failures to its next pod', () => {
  const job = indexed({ completions: 1, backoffLimitPerIndex: 2, backoffLimit: 99 });
  const old = jobOf({ name: 'old', uid: 'old', index: 0, failures: 1, phase: 'Failed', exit: 1 });
  const waiting = pass(job, [old]);
  assert.deepEqual(waiting.tracking.release, []);
  assert.equal(waiting.plan.retryInMs, 15_000);
  old.status = {
    ...old.status,
    containerStatuses: [
      {
        name: 'x',
        ready: false,
        restartCount: 0,
        image: '',
        imageID: '',
        state: { terminated: { exitCode: 1, finishedAt: '2026-01-01T00:00:00Z' } },
      },
    ],
  };
  assert.deepEqual(pass(job, [old]).plan.create, [{ index: 0, failures: { failures: 2, ignored: 0 } }]);
  const replaced = pass(job, [old, jobOf({ index: 0, failures: 2 })]);
  assert.deepEqual(names(replaced.tracking.release), ['old']);
});

test('the last word waits until all pods are gone and counted', () => {
  const job = aJob({ completions: 1, parallelism: 2 }, { succeeded: 1 });
  const running = pass(job, [jobOf({})]);
  assert.deepEqual(
    running.status.conditions?.map(({ type }) => type),
    ['SuccessCriteriaMet'],
  );
  const over = pass({ ...job, status: running.status }, []);
  assert.deepEqual(
    over.status.conditions?.map(({ type }) => type),
    ['SuccessCriteriaMet', 'Complete'],
  );
  assert.equal(over.status.completionTime, '2026-01-01T01:00:00Z');
});

test('suspend and resume', () => {
  const job = aJob({ suspend: true }, { startTime: '2026-01-01T00:00:00Z' });
  const suspended = pass(job, []).status;
  assert.equal(suspended.startTime, undefined);
  assert.equal(suspended.conditions?.[0]?.reason, 'JobSuspended');
  const resumed = pass(aJob({}, suspended), []).status;
  assert.equal(resumed.startTime, '2026-01-01T01:00:00Z');
  assert.deepEqual([resumed.conditions?.[0]?.status, resumed.conditions?.[0]?.reason], ['False', 'JobResumed']);
});

for (const mode of ['NonIndexed', 'Indexed'] as const) {
  test(`${mode}: whatever dies in between, each pod is counted once and the job ends`, () => {
    randomHistories(60, (random) => {
      let job = aJob({ completionMode: mode, completions: 12, parallelism: 4, backoffLimit: 1000 });
      let pods: Pod[] = [];
      let made = 0;
      const truth = { succeeded: new Set<string>(), failed: new Set<string>() };
      for (let round = 0; round < 400 && !isJobFinished(job); round++) {
        const { tracking, plan, status, end } = pass(job, pods);
        // A crash may happen after each of the three steps.
        if (random() < 0.2) continue;
        job = { ...job, status };
        for (const pod of tracking.release) if (random() < 0.8) pod.metadata.finalizers = [];
        if (random() < 0.2) continue;
        if (!end)
          for (const { index } of plan.create) {
            const uid = `p${++made}`;
            pods.push(jobOf({ name: uid, uid, ready: false, ...(index === undefined ? {} : { index }) }));
          }
        const going = pods.filter(isPodActive);
        assert.ok(going.length <= 4, `${going.length} active`);
        if (mode === 'Indexed') assert.equal(new Set(going.map(indexOf)).size, going.length);
        for (const pod of going)
          if (random() < 0.4) {
            const phase = random() < 0.6 ? 'Succeeded' : 'Failed';
            pod.status = { ...pod.status, phase };
            (phase === 'Succeeded' ? truth.succeeded : truth.failed).add(pod.metadata.uid ?? '');
          } else if (random() < 0.05) {
            pod.metadata.deletionTimestamp = 'now';
            truth.failed.add(pod.metadata.uid ?? '');
          }
        // Finished pods may be deleted by anybody; the finalizer holds them.
        pods = pods.filter((pod) => isTracked(pod) || random() < 0.7);
      }
      assert.ok(isJobFinished(job), `ends`);
      assert.deepEqual([job.status?.succeeded, job.status?.failed], [12, truth.failed.size]);
      assert.equal(truth.succeeded.size, 12);
    });
  });
}
