import type { Job } from './job.ts';

const CONTROLLER_UID = 'batch.kubernetes.io/controller-uid';
const JOB_NAME = 'batch.kubernetes.io/job-name';

/** Unless its user chose the selector, a job's pods are told by the job's uid; the labels before 1.27 stay beside the new ones. */
export function generateSelector({ metadata, spec }: Job): void {
  if (spec.manualSelector || !spec.template) return;
  const uid = metadata.uid ?? '';
  const { template } = spec;
  template.metadata = {
    ...template.metadata,
    labels: {
      ...template.metadata?.labels,
      [CONTROLLER_UID]: uid,
      [JOB_NAME]: metadata.name,
      'controller-uid': uid,
      'job-name': metadata.name,
    },
  } as NonNullable<typeof template.metadata>;
  spec.selector = {
    ...spec.selector,
    matchLabels: { ...spec.selector?.matchLabels, [CONTROLLER_UID]: uid },
  };
}
