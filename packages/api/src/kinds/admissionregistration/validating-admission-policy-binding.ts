import { list, of, str } from '../../schema/builders.ts';
import { column } from '../../schema/column.ts';
import { defineKind } from '../../schema/kind.ts';
import { type Infer, struct } from '../../schema/struct.ts';
import { ObjectMeta } from '../meta/object-meta.ts';
import { MatchResources, ParamRef } from './policy-match.ts';
import { paramRefCell, validateActions, validatePolicyBinding } from './policy-validation.ts';

export const ValidatingAdmissionPolicyBindingSpec = struct('ValidatingAdmissionPolicyBindingSpec', {
  policyName: str(1).required(),
  paramRef: of(2, ParamRef),
  matchResources: of(3, MatchResources),
  validationActions: list(4, str()).required().listSet(),
});
export type ValidatingAdmissionPolicyBindingSpec = Infer<typeof ValidatingAdmissionPolicyBindingSpec>;

export const ValidatingAdmissionPolicyBinding = struct('ValidatingAdmissionPolicyBinding', {
  apiVersion: str(),
  kind: str(),
  metadata: of(1, ObjectMeta).expected(),
  spec: of(2, ValidatingAdmissionPolicyBindingSpec).expected(),
});
export type ValidatingAdmissionPolicyBinding = Infer<typeof ValidatingAdmissionPolicyBinding>;

export const validatingAdmissionPolicyBindingKind = defineKind<ValidatingAdmissionPolicyBinding>({
  group: 'admissionregistration.k8s.io',
  version: 'v1',
  kind: 'ValidatingAdmissionPolicyBinding',
  plural: 'validatingadmissionpolicybindings',
  categories: ['api-extensions'],
  namespaced: false,
  struct: ValidatingAdmissionPolicyBinding,
  validate: ({ spec }) => [...validatePolicyBinding(spec), ...validateActions(spec.validationActions)],
  columns: [
    column('PolicyName', ({ spec }) => spec.policyName ?? ''),
    column('ParamRef', ({ spec }) => paramRefCell(spec.paramRef)),
  ],
});
