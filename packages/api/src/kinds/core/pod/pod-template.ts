import { of } from '../../../schema/builders.ts';
import { type Infer, struct } from '../../../schema/struct.ts';
import { ObjectMeta } from '../../meta/object-meta.ts';
import { PodSpec } from './pod-spec.ts';

export const PodTemplateSpec = struct('PodTemplateSpec', {
  metadata: of(1, ObjectMeta).filled(),
  spec: of(2, PodSpec).expected(),
});
export type PodTemplateSpec = Infer<typeof PodTemplateSpec>;
