import { type FieldError, fieldRequired } from '../../machinery/field-error.ts';
import { path } from '../../machinery/field-path.ts';
import { int64, list, of, str } from '../../schema/builders.ts';
import { column } from '../../schema/column.ts';
import { defineKind } from '../../schema/kind.ts';
import { type Infer, struct } from '../../schema/struct.ts';
import { Condition } from '../meta/condition.ts';
import { ObjectMeta } from '../meta/object-meta.ts';
import { MatchResources, ParamKind, PolicyVariable } from './policy-match.ts';
import { paramKindCell, validatePolicy } from './policy-validation.ts';
import { MatchCondition } from './webhooks.ts';

export const AuditAnnotation = struct('AuditAnnotation', {
  key: str(1).required(),
  valueExpression: str(2).required(),
});
export type AuditAnnotation = Infer<typeof AuditAnnotation>;

export const PolicyValidation = struct('Validation', {
  expression: str(1).required('expression is not specified'),
  message: str(2),
  reason: str(3).pointer(),
  messageExpression: str(4),
});
export type PolicyValidation = Infer<typeof PolicyValidation>;

export const ValidatingAdmissionPolicySpec = struct('ValidatingAdmissionPolicySpec', {
  paramKind: of(1, ParamKind),
  matchConstraints: of(2, MatchResources),
  validations: list(3, PolicyValidation).atomic(),
  failurePolicy: str(4).pointer().oneOf('Fail', 'Ignore').default('Fail'),
  auditAnnotations: list(5, AuditAnnotation).atomic(),
  matchConditions: list(6, MatchCondition).keyed('name'),
  variables: list(7, PolicyVariable).keyed('name'),
});
export type ValidatingAdmissionPolicySpec = Infer<typeof ValidatingAdmissionPolicySpec>;

export const ExpressionWarning = struct('ExpressionWarning', {
  fieldRef: str(2).required(),
  warning: str(3).required(),
});
export type ExpressionWarning = Infer<typeof ExpressionWarning>;

export const TypeChecking = struct('TypeChecking', {
  expressionWarnings: list(1, ExpressionWarning).atomic(),
});
export type TypeChecking = Infer<typeof TypeChecking>;

export const ValidatingAdmissionPolicyStatus = struct('ValidatingAdmissionPolicyStatus', {
  observedGeneration: int64(1),
  typeChecking: of(2, TypeChecking),
  conditions: list(3, Condition).listMap('type'),
});
export type ValidatingAdmissionPolicyStatus = Infer<typeof ValidatingAdmissionPolicyStatus>;

export const ValidatingAdmissionPolicy = struct('ValidatingAdmissionPolicy', {
  apiVersion: str(),
  kind: str(),
  metadata: of(1, ObjectMeta).expected(),
  spec: of(2, ValidatingAdmissionPolicySpec).expected(),
  status: of(3, ValidatingAdmissionPolicyStatus),
});
export type ValidatingAdmissionPolicy = Infer<typeof ValidatingAdmissionPolicy>;

export const validatingAdmissionPolicyKind = defineKind<ValidatingAdmissionPolicy>({
  group: 'admissionregistration.k8s.io',
  version: 'v1',
  kind: 'ValidatingAdmissionPolicy',
  plural: 'validatingadmissionpolicies',
  categories: ['api-extensions'],
  namespaced: false,
  struct: ValidatingAdmissionPolicy,
  prepareForCreate(policy) {
    policy.status = {};
  },
  validate: ({ spec }): FieldError[] => [
    ...validatePolicy(spec),
    ...(spec.validations?.length || spec.auditAnnotations?.length
      ? []
      : [
          fieldRequired(
            path('spec', 'validations'),
            'validations or auditAnnotations must be non-empty; at least one of them must be specified',
          ),
        ]),
  ],
  subresources: { status: true },
  columns: [
    column('Validations', ({ spec }) => spec.validations?.length ?? 0, 'integer'),
    column('ParamKind', ({ spec }) => paramKindCell(spec.paramKind)),
  ],
});
