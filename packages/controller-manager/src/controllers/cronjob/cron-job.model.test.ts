import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CronJob, Job } from '@coxswain/api';
import fc from 'fast-check';
import { aCronJob } from '../../testing/index.ts';
import { jobReference, planActive } from './plan-active.ts';
import { jobNameAt, jobsToDelete, planStart } from './plan-cron-job.ts';

const START = Date.parse('2026-01-01T00:00:00Z');

const steps = fc.array(
  fc.oneof(
    {
      weight: 4,
      arbitrary: fc.record({ kind: fc.constant('wait' as const), seconds: fc.integer({ min: 1, max: 150 }) }),
    },
    { weight: 4, arbitrary: fc.constant({ kind: 'reconcile' as const }) },
    { weight: 1, arbitrary: fc.constant({ kind: 'die' as const }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom('complete' as const, 'fail' as const), at: fc.nat(3) }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('suspend' as const), on: fc.boolean() }) },
  ),
  { maxLength: 60 },
);

const finished = (job: Job) => (job.status?.conditions ?? []).length > 0;

for (const concurrencyPolicy of ['Allow', 'Forbid', 'Replace'] as const)
  test(`${concurrencyPolicy}: each time starts at most one Job, histories stay short, and what is due is started`, () => {
    fc.assert(
      fc.property(steps, (history) => {
        let now = START;
        let cronJob: CronJob = aCronJob({ concurrencyPolicy });
        let jobs: Job[] = [];
        const started: string[] = [];

        /** `dies` after the Job is made and before the status is written. */
        const reconcile = (dies = false): void => {
          const { active } = planActive(cronJob, jobs);
          cronJob = { ...cronJob, status: { ...cronJob.status, active } };
          for (const job of jobsToDelete(cronJob, jobs)) jobs = jobs.filter((each) => each !== job);
          const plan = planStart({ cronJob, active: active.length, now });
          if (plan.kind !== 'start') return;
          if (plan.replace) jobs = jobs.filter((job) => !active.some(({ uid }) => uid === job.metadata.uid));
          const name = jobNameAt(cronJob, plan.at);
          let job = jobs.find(({ metadata }) => metadata.name === name);
          if (!job) {
            started.push(name);
            const startTime = new Date(now).toISOString();
            job = {
              metadata: { name, namespace: 'default', uid: `${name}/${started.length}`, creationTimestamp: startTime },
              spec: cronJob.spec.jobTemplate.spec,
              status: { startTime },
            };
            jobs = [...jobs, job];
          }
          if (dies) return;
          const kept = plan.replace ? [] : active;
          const listed = kept.some(({ uid }) => uid === job.metadata.uid) ? kept : [...kept, jobReference(job)];
          const lastScheduleTime = new Date(plan.at).toISOString();
          cronJob = { ...cronJob, status: { ...cronJob.status, active: listed, lastScheduleTime } };
        };

        for (const step of history) {
          if (step.kind === 'wait') now += step.seconds * 1000;
          else if (step.kind === 'reconcile') reconcile();
          else if (step.kind === 'die') reconcile(true);
          else if (step.kind === 'suspend') cronJob = { ...cronJob, spec: { ...cronJob.spec, suspend: step.on } };
          else {
            const job = jobs.filter((each) => !finished(each))[step.at];
            const type = step.kind === 'complete' ? 'Complete' : 'Failed';
            const conditions = [{ type, status: 'True', lastTransitionTime: new Date(now).toISOString() }];
            if (job)
              jobs = jobs.map((each) => (each === job ? { ...job, status: { ...job.status, conditions } } : each));
          }
          if (concurrencyPolicy !== 'Allow')
            assert.ok(jobs.filter((job) => !finished(job)).length <= 1, 'one runs at a time');
        }
        assert.equal(new Set(jobs.map(({ metadata }) => metadata.name)).size, jobs.length);
        if (concurrencyPolicy !== 'Replace') assert.equal(new Set(started).size, started.length, started.join(' '));

        // Left alone, with all of them ended, the latest time is started and the histories are short.
        const conditions = [{ type: 'Complete', status: 'True', lastTransitionTime: new Date(now).toISOString() }];
        jobs = jobs.map((job) => (finished(job) ? job : { ...job, status: { ...job.status, conditions } }));
        cronJob = { ...cronJob, spec: { ...cronJob.spec, suspend: false } };
        now += 60_000;
        reconcile();
        reconcile();
        const due = Math.floor(now / 60_000) * 60_000;
        assert.equal(cronJob.status?.lastScheduleTime, new Date(due).toISOString());
        assert.ok(jobs.filter((job) => finished(job)).length <= 4);
      }),
      { numRuns: 200 },
    );
  });
