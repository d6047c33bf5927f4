import { of, str } from '../../../schema/builders.ts';
import { defineKind } from '../../../schema/kind.ts';
import { type Infer, struct } from '../../../schema/struct.ts';
import { ObjectMeta } from '../../meta/object-meta.ts';
import { podColumns } from './pod-columns.ts';
import { defaultPod } from './pod-defaults.ts';
import { PodSpec } from './pod-spec.ts';
import { PodStatus } from './pod-status.ts';
import { validatePod, validatePodStatusUpdate, validatePodUpdate } from './pod-validation.ts';
import { qosClassOf } from './qos-class.ts';

export const Pod = struct('Pod', {
  apiVersion: str(),
  kind: str(),
  metadata: of(1, ObjectMeta).expected(),
  spec: of(2, PodSpec).expected(),
  status: of(3, PodStatus),
});
export type Pod = Infer<typeof Pod>;

export const podKind = defineKind<Pod>({
  group: '',
  version: 'v1',
  kind: 'Pod',
  plural: 'pods',
  shortNames: ['po'],
  categories: ['all'],
  namespaced: true,
  struct: Pod,
  defaults: defaultPod,
  prepareForCreate(pod) {
    pod.status = { phase: 'Pending', qosClass: qosClassOf(pod.spec) };
    if (pod.spec.schedulingGates?.length)
      pod.status.conditions = [
        {
          type: 'PodScheduled',
          status: 'False',
          reason: 'SchedulingGated',
          message: 'Scheduling is blocked due to non-empty scheduling gates',
        },
      ];
  },
  prepareForUpdate(next, old) {
    next.status ??= old.status ?? {};
  },
  validate: validatePod,
  validateUpdate: validatePodUpdate,
  validateStatusUpdate: validatePodStatusUpdate,
  subresources: {
    status: true,
    others: {
      attach: { kind: ['', 'v1', 'PodAttachOptions'], verbs: ['create', 'get'] },
      binding: { kind: ['', 'v1', 'Binding'], verbs: ['create'] },
      ephemeralcontainers: { kind: ['', 'v1', 'Pod'], verbs: ['get', 'patch', 'update'] },
      eviction: { kind: ['policy', 'v1', 'Eviction'], verbs: ['create'] },
      exec: { kind: ['', 'v1', 'PodExecOptions'], verbs: ['create', 'get'] },
      log: { kind: ['', 'v1', 'Pod'], verbs: ['get'] },
      portforward: { kind: ['', 'v1', 'PodPortForwardOptions'], verbs: ['create', 'get'] },
      proxy: { kind: ['', 'v1', 'PodProxyOptions'], verbs: ['create', 'delete', 'get', 'patch', 'update'] },
      resize: { kind: ['', 'v1', 'Pod'], verbs: ['get', 'patch', 'update'] },
    },
  },
  fieldSelectors: {
    'spec.nodeName': (pod) => pod.spec.nodeName ?? '',
    'spec.restartPolicy': (pod) => pod.spec.restartPolicy ?? '',
    'spec.schedulerName': (pod) => pod.spec.schedulerName ?? '',
    'spec.serviceAccountName': (pod) => pod.spec.serviceAccountName ?? '',
    'spec.hostNetwork': (pod) => String(pod.spec.hostNetwork ?? false),
    'status.phase': (pod) => pod.status?.phase ?? '',
    'status.podIP': (pod) => pod.status?.podIPs?.[0]?.ip ?? pod.status?.podIP ?? '',
    'status.podIPs': (pod) => pod.status?.podIPs?.[0]?.ip ?? '',
    'status.nominatedNodeName': (pod) => pod.status?.nominatedNodeName ?? '',
  },
  columns: podColumns,
});
