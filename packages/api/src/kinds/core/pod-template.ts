import { of, str } from '../../schema/builders.ts';
import { defineKind } from '../../schema/kind.ts';
import { type Infer, struct } from '../../schema/struct.ts';
import { ObjectMeta } from '../meta/object-meta.ts';
import { PodTemplateSpec } from './pod/pod-template.ts';

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
});
