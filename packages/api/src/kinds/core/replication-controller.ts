import { type FieldError, fieldInvalid, fieldRequired } from '../../machinery/field-error.ts';
import { path } from '../../machinery/field-path.ts';
import { selectorFromSet } from '../../machinery/label-selector.ts';
import { int32, int64, list, map, of, str, time } from '../../schema/builders.ts';
import { column, wideColumn } from '../../schema/column.ts';
import { defineKind } from '../../schema/kind.ts';
import { type Infer, struct } from '../../schema/struct.ts';
import { validateRunsForEver, validateTemplate } from '../apps/template-validation.ts';
import { ObjectMeta } from '../meta/object-meta.ts';
import { defaultPodSpec } from './pod/pod-defaults.ts';
import { PodTemplateSpec } from './pod/pod-template.ts';
import { formatLabels } from './service-columns.ts';

export const ReplicationControllerSpec = struct('ReplicationControllerSpec', {
  replicas: int32(1).pointer().range(0).default(1),
  selector: map(2, str()).atomic(),
  template: of(3, PodTemplateSpec),
  minReadySeconds: int32(4).range(0),
});
export type ReplicationControllerSpec = Infer<typeof ReplicationControllerSpec>;

export const ReplicationControllerCondition = struct('ReplicationControllerCondition', {
  type: str(1).required(),
  status: str(2).required(),
  lastTransitionTime: time(3),
  reason: str(4),
  message: str(5),
});
export type ReplicationControllerCondition = Infer<typeof ReplicationControllerCondition>;

export const ReplicationControllerStatus = struct('ReplicationControllerStatus', {
  replicas: int32(1).required(),
  fullyLabeledReplicas: int32(2),
  observedGeneration: int64(3),
  readyReplicas: int32(4),
  availableReplicas: int32(5),
  conditions: list(6, ReplicationControllerCondition).keyed('type'),
});
export type ReplicationControllerStatus = Infer<typeof ReplicationControllerStatus>;

export const ReplicationController = struct('ReplicationController', {
  apiVersion: str(),
  kind: str(),
  metadata: of(1, ObjectMeta).expected(),
  spec: of(2, ReplicationControllerSpec).expected(),
  status: of(3, ReplicationControllerStatus),
});
export type ReplicationController = Infer<typeof ReplicationController>;

export const replicationControllerKind = defineKind<ReplicationController>({
  group: '',
  version: 'v1',
  kind: 'ReplicationController',
  plural: 'replicationcontrollers',
  shortNames: ['rc'],
  categories: ['all'],
  namespaced: true,
  struct: ReplicationController,
  defaults({ metadata, spec }) {
    const labels = spec.template?.metadata?.labels;
    if (labels) {
      spec.selector ??= { ...labels };
      metadata.labels ??= { ...labels };
    }
    if (spec.template?.spec) defaultPodSpec(spec.template.spec);
  },
  prepareForCreate(controller) {
    controller.status = { replicas: 0 };
  },
  validate: validateReplicationController,
  subresources: {
    status: true,
    scale: {
      specReplicas: ({ spec }) => spec.replicas ?? 0,
      setSpecReplicas({ spec }, replicas) {
        spec.replicas = replicas;
      },
      statusReplicas: ({ status }) => status?.replicas ?? 0,
      selector: ({ spec }) => selectorFromSet(spec.selector).toString(),
    },
  },
  fieldSelectors: { 'status.replicas': ({ status }) => String(status?.replicas ?? 0) },
  columns: [
    column('Desired', ({ spec }) => spec.replicas ?? 0, 'integer'),
    column('Current', ({ status }) => status?.replicas ?? 0, 'integer'),
    column('Ready', ({ status }) => status?.readyReplicas ?? 0, 'integer'),
    wideColumn('Containers', ({ spec }) => spec.template?.spec?.containers?.map(({ name }) => name).join(',')),
    wideColumn('Images', ({ spec }) => spec.template?.spec?.containers?.map(({ image }) => image ?? '').join(',')),
    wideColumn('Selector', ({ spec }) => formatLabels(spec.selector)),
  ],
});

function validateReplicationController({ spec }: ReplicationController): FieldError[] {
  const at = path('spec');
  const errors: FieldError[] = [];
  const { selector = {}, template } = spec;
  if (Object.keys(selector).length === 0) errors.push(fieldRequired(at.child('selector')));
  const below = at.child('template');
  if (!template) return [...errors, fieldRequired(below)];
  const labels = template.metadata?.labels ?? {};
  if (errors.length === 0 && !selectorFromSet(selector).matches(labels))
    errors.push(fieldInvalid(below.child('metadata', 'labels'), labels, '`selector` does not match template `labels`'));
  return [
    ...errors,
    ...validateTemplate(template, below),
    ...validateRunsForEver('ReplicationController', template, below),
  ];
}
