import { of, str } from '../../schema/builders.ts';
import { defineKind } from '../../schema/kind.ts';
import { type Infer, struct } from '../../schema/struct.ts';
import { ObjectMeta } from '../meta/object-meta.ts';

export const IngressClassParametersReference = struct('IngressClassParametersReference', {
  apiGroup: str(1).pointer(),
  kind: str(2).required(),
  name: str(3).required(),
  scope: str(4).pointer().always().oneOf('Cluster', 'Namespace').default('Cluster'),
  namespace: str(5).pointer(),
});
export type IngressClassParametersReference = Infer<typeof IngressClassParametersReference>;

export const IngressClassSpec = struct('IngressClassSpec', {
  controller: str(1),
  parameters: of(2, IngressClassParametersReference),
});
export type IngressClassSpec = Infer<typeof IngressClassSpec>;

export const IngressClass = struct('IngressClass', {
  apiVersion: str(),
  kind: str(),
  metadata: of(1, ObjectMeta).expected(),
  spec: of(2, IngressClassSpec).expected(),
});
export type IngressClass = Infer<typeof IngressClass>;

export const ingressClassKind = defineKind<IngressClass>({
  group: 'networking.k8s.io',
  version: 'v1',
  kind: 'IngressClass',
  plural: 'ingressclasses',
  namespaced: false,
  struct: IngressClass,
});
