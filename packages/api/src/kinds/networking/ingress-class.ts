import { type FieldError, fieldForbidden, fieldInvalid, fieldRequired } from '../../machinery/field-error.ts';
import { path } from '../../machinery/field-path.ts';
import { isDns1123Subdomain } from '../../machinery/names.ts';
import { of, str } from '../../schema/builders.ts';
import { column } from '../../schema/column.ts';
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
  validate: validateIngressClass,
  validateUpdate: (next, old) =>
    next.spec.controller === old.spec.controller
      ? []
      : [fieldInvalid(path('spec', 'controller'), next.spec.controller, 'field is immutable')],
  columns: [
    column('Controller', ({ spec }) => spec.controller ?? ''),
    column('Parameters', ({ spec }) => parametersCell(spec.parameters)),
  ],
});

function parametersCell(parameters: IngressClassParametersReference | undefined): string {
  if (!parameters) return '<none>';
  const { apiGroup, kind, name } = parameters;
  return apiGroup ? `${kind}.${apiGroup}/${name}` : `${kind}/${name}`;
}

function validateIngressClass({ spec }: IngressClass): FieldError[] {
  const errors: FieldError[] = [];
  const { controller, parameters } = spec;
  const at = path('spec', 'controller');
  if (!controller) errors.push(fieldRequired(at));
  else if (controller.length > MAX_CONTROLLER)
    errors.push(fieldInvalid(at, controller, `must be no more than ${MAX_CONTROLLER} characters`));
  else if (!controller.includes('/') || isDns1123Subdomain(controller.split('/')[0] ?? '').length > 0)
    errors.push(fieldInvalid(at, controller, 'must be a domain-prefixed path (such as "acme.io/foo")'));
  if (!parameters) return errors;
  const namespace = path('spec', 'parameters', 'namespace');
  if (parameters.scope === 'Namespace' && !parameters.namespace)
    errors.push(fieldRequired(namespace, "`parameters.scope` is set to 'Namespace'"));
  if (parameters.scope === 'Cluster' && parameters.namespace)
    errors.push(fieldForbidden(namespace, "`parameters.scope` is set to 'Cluster'"));
  return errors;
}

const MAX_CONTROLLER = 250;
