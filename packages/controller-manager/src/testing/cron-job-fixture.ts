import type { CronJob } from '@coxswain/api';

/** A CronJob `tick` of every minute; `spec` replaces fields. */
export function aCronJob(spec: Partial<CronJob['spec']> = {}, status: CronJob['status'] = {}): CronJob {
  return {
    apiVersion: 'batch/v1',
    kind: 'CronJob',
    metadata: { name: 'tick', namespace: 'default', uid: 'tick-uid', creationTimestamp: '2026-01-01T00:00:00Z' },
    spec: {
      schedule: '* * * * *',
      concurrencyPolicy: 'Allow',
      suspend: false,
      successfulJobsHistoryLimit: 3,
      failedJobsHistoryLimit: 1,
      jobTemplate: {
        spec: {
          template: {
            metadata: { name: '', labels: { app: 'tick' } },
            spec: { containers: [{ name: 'main', image: 'busybox' }], restartPolicy: 'Never' },
          },
        },
      },
      ...spec,
    },
    status,
  };
}
