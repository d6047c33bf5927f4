import { type FieldError, fieldNotSupported, fieldRequired } from '../../machinery/field-error.ts';
import { path } from '../../machinery/field-path.ts';
import { list, of, str } from '../../schema/builders.ts';
import { column } from '../../schema/column.ts';
import { defineKind } from '../../schema/kind.ts';
import { type Infer, struct } from '../../schema/struct.ts';
import { ObjectMeta } from '../meta/object-meta.ts';
import { MatchResources, ParamKind, PolicyVariable } from './policy-match.ts';
import { paramKindCell, validatePolicy } from './policy-validation.ts';
import { MatchCondition } from './webhooks.ts';

export const ApplyConfigurationMutation = struct('ApplyConfiguration', {
  expression: str(1),
});
export type ApplyConfigurationMutation = Infer<typeof ApplyConfigurationMutation>;

export const JSONPatchMutation = struct('JSONPatch', {
  expression: str(1),
});
export type JSONPatchMutation = Infer<typeof JSONPatchMutation>;

export const Mutation = struct('Mutation', {
  patchType: str(2).required(),
  applyConfiguration: of(3, ApplyConfigurationMutation),
  jsonPatch: of(4, JSONPatchMutation),
});
export type Mutation = Infer<typeof Mutation>;

export const MutatingAdmissionPolicySpec = struct('MutatingAdmissionPolicySpec', {
  paramKind: of(1, ParamKind),
  matchConstraints: of(2, MatchResources),
  variables: list(3, PolicyVariable).atomic(),
  mutations: list(4, Mutation).atomic(),
  failurePolicy: str(5).pointer().oneOf('Fail', 'Ignore').default('Fail'),
  matchConditions: list(6, MatchCondition).keyed('name'),
  reinvocationPolicy: str(7).oneOf('IfNeeded', 'Never'),
});
export type MutatingAdmissionPolicySpec = Infer<typeof MutatingAdmissionPolicySpec>;

export const MutatingAdmissionPolicy = struct('MutatingAdmissionPolicy', {
  apiVersion: str(),
  kind: str(),
  metadata: of(1, ObjectMeta).expected(),
  spec: of(2, MutatingAdmissionPolicySpec).expected(),
});
export type MutatingAdmissionPolicy = Infer<typeof MutatingAdmissionPolicy>;

export const mutatingAdmissionPolicyKind = defineKind<MutatingAdmissionPolicy>({
  group: 'admissionregistration.k8s.io',
  version: 'v1',
  kind: 'MutatingAdmissionPolicy',
  plural: 'mutatingadmissionpolicies',
  categories: ['api-extensions'],
  namespaced: false,
  struct: MutatingAdmissionPolicy,
  validate: ({ spec }) => [...validatePolicy(spec), ...validateMutations(spec)],
  columns: [
    column('Mutations', ({ spec }) => spec.mutations?.length ?? 0, 'integer'),
    column('ParamKind', ({ spec }) => paramKindCell(spec.paramKind)),
  ],
});

const PATCHES = { ApplyConfiguration: 'applyConfiguration', JSONPatch: 'jsonPatch' } as const;

function validateMutations({ mutations = [], reinvocationPolicy }: MutatingAdmissionPolicySpec): FieldError[] {
  const at = path('spec', 'mutations');
  const errors: FieldError[] = [];
  if (mutations.length === 0) errors.push(fieldRequired(at, 'mutations must contain at least one item'));
  mutations.forEach((mutation, i) => {
    const { patchType } = mutation;
    if (!patchType) return;
    if (!Object.hasOwn(PATCHES, patchType))
      errors.push(fieldNotSupported(at.index(i).child('patchType'), patchType, Object.keys(PATCHES)));
    else if (!mutation[PATCHES[patchType as keyof typeof PATCHES]]?.expression)
      errors.push(fieldRequired(at.index(i).child(PATCHES[patchType as keyof typeof PATCHES], 'expression')));
  });
  if (!reinvocationPolicy) errors.push(fieldRequired(path('spec', 'reinvocationPolicy')));
  return errors;
}
