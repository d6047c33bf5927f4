import { controllerRef, type EnvVar, type Job, jobKind, type Pod } from '@coxswain/api';
import { podFromTemplate } from '../../shared/pod-from-template.ts';

export const TRACKING_FINALIZER = 'batch.kubernetes.io/job-tracking';
export const COMPLETION_INDEX = 'batch.kubernetes.io/job-completion-index';
export const INDEX_FAILURE_COUNT = 'batch.kubernetes.io/job-index-failure-count';
export const INDEX_IGNORED_FAILURE_COUNT = 'batch.kubernetes.io/job-index-ignored-failure-count';

export function isIndexed({ spec }: Job): boolean {
  return spec.completionMode === 'Indexed';
}

export function isTracked({ metadata }: Pod): boolean {
  return metadata.finalizers?.includes(TRACKING_FINALIZER) ?? false;
}

/** -1 for a pod without a usable index. */
export function indexOf({ metadata }: Pod): number {
  const text = metadata.annotations?.[COMPLETION_INDEX] ?? '';
  return /^\d+$/.test(text) ? Number(text) : -1;
}

export function countOf({ metadata }: Pod, annotation: string): number {
  const value = Number.parseInt(metadata.annotations?.[annotation] ?? '0', 10);
  return Number.isNaN(value) || value < 0 ? 0 : value;
}

export interface IndexFailures {
  readonly failures: number;
  readonly ignored: number;
}

/** A pod of a Job, held by the tracking finalizer; of an index with its host name and JOB_COMPLETION_INDEX. */
export function jobPod(job: Job, index?: number, failures?: IndexFailures): Pod {
  const pod = podFromTemplate(job, job.spec.template, controllerRef(job, jobKind));
  const finalizers = [...(pod.metadata.finalizers ?? []), TRACKING_FINALIZER];
  if (index === undefined) return { ...pod, metadata: { ...pod.metadata, finalizers } };
  const { name } = job.metadata;
  const counts = failures
    ? {
        [INDEX_FAILURE_COUNT]: String(failures.failures),
        ...(failures.ignored > 0 ? { [INDEX_IGNORED_FAILURE_COUNT]: String(failures.ignored) } : {}),
      }
    : {};
  const text = String(index);
  return {
    ...pod,
    metadata: {
      ...pod.metadata,
      generateName: `${name}-${index}-`,
      labels: { ...pod.metadata.labels, [COMPLETION_INDEX]: text },
      annotations: { ...pod.metadata.annotations, ...counts, [COMPLETION_INDEX]: text },
      finalizers,
    },
    spec: {
      ...pod.spec,
      hostname: `${name}-${index}`,
      containers: pod.spec.containers.map((container) => ({ ...container, env: withIndex(container.env) })),
      ...(pod.spec.initContainers
        ? {
            initContainers: pod.spec.initContainers.map((container) => ({
              ...container,
              env: withIndex(container.env),
            })),
          }
        : {}),
    },
  };
}

/** A variable of that name in the template stays. */
function withIndex(env: readonly EnvVar[] = []): EnvVar[] {
  if (env.some(({ name }) => name === 'JOB_COMPLETION_INDEX')) return [...env];
  const fieldPath = `metadata.labels['${COMPLETION_INDEX}']`;
  return [...env, { name: 'JOB_COMPLETION_INDEX', valueFrom: { fieldRef: { apiVersion: 'v1', fieldPath } } }];
}
