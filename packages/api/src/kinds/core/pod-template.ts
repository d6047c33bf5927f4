import { path } from '../../machinery/field-path.ts';
import { of, str } from '../../schema/builders.ts';
import { column } from '../../schema/column.ts';
import { defineKind } from '../../schema/kind.ts';
import { type Infer, struct } from '../../schema/struct.ts';
import { validateTemplate } from '../apps/template-validation.ts';
import { ObjectMeta } from '../meta/object-meta.ts';
import { defaultPodSpec } from './pod/pod-defaults.ts';
import { PodTemplateSpec } from './pod/pod-template.ts';
import { formatLabels } from './service-columns.ts';

export const PodTemplate = struct('PodTemplate', {
  apiVersion: str(),
  kind: str(),
  metadata: of(1, ObjectMeta).expected(),
  template: of(2, PodTemplateSpec).expected(),
});
export type PodTemplate = Infer<typeof PodTemplate>;

export const podTemplateKind = defineKind<PodTemplate>({
  group: '',
  version: 'v1',
  kind: 'PodTemplate',
  plural: 'podtemplates',
  namespaced: true,
  struct: PodTemplate,
  createOnUpdate: true,
  hasGeneration: true,
  defaults: ({ template }) => template.spec && defaultPodSpec(template.spec),
  validate: ({ template }) => validateTemplate(template, path('template')),
  hasAgeColumn: false,
  columns: [
    column('Containers', ({ template }) => template.spec?.containers?.map(({ name }) => name).join(',')),
    column('Images', ({ template }) => template.spec?.containers?.map(({ image }) => image ?? '').join(',')),
    column('Pod Labels', ({ template }) => formatLabels(template.metadata?.labels)),
  ],
});
