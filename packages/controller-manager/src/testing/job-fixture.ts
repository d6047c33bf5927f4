import type { Job } from '@coxswain/api';

/** A Job `work` with server-side defaults filled in; `spec` replaces fields. */
export function aJob(spec: Partial<Job['spec']> = {}, status: Job['status'] = {}): Job {
  const labels = { 'batch.kubernetes.io/controller-uid': 'work-uid', 'batch.kubernetes.io/job-name': 'work' };
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name: 'work', namespace: 'default', uid: 'work-uid', generation: 1 },
    spec: {
      parallelism: 1,
      completions: 1,
      backoffLimit: 6,
      completionMode: 'NonIndexed',
      suspend: false,
      podReplacementPolicy: 'TerminatingOrFailed',
      selector: { matchLabels: { 'batch.kubernetes.io/controller-uid': 'work-uid' } },
      template: {
        metadata: { name: '', labels },
        spec: { containers: [{ name: 'main', image: 'busybox' }], restartPolicy: 'Never' },
      },
      ...spec,
    },
    status,
  };
}
