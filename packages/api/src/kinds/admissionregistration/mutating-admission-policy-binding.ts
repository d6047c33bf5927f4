import { of, str } from '../../schema/builders.ts';
import { column } from '../../schema/column.ts';
import { defineKind } from '../../schema/kind.ts';
import { type Infer, struct } from '../../schema/struct.ts';
import { ObjectMeta } from '../meta/object-meta.ts';
import { MatchResources, ParamRef } from './policy-match.ts';
import { paramRefCell, validatePolicyBinding } from './policy-validation.ts';

export const MutatingAdmissionPolicyBindingSpec = struct('MutatingAdmissionPolicyBindingSpec', {
  policyName: str(1),
  paramRef: of(2, ParamRef),
  matchResources: of(3, MatchResources),
});
export type MutatingAdmissionPolicyBindingSpec = Infer<typeof MutatingAdmissionPolicyBindingSpec>;

export const MutatingAdmissionPolicyBinding = struct('MutatingAdmissionPolicyBinding', {
  apiVersion: str(),
  kind: str(),
  metadata: of(1, ObjectMeta).expected(),
  spec: of(2, MutatingAdmissionPolicyBindingSpec).expected(),
});
export type MutatingAdmissionPolicyBinding = Infer<typeof MutatingAdmissionPolicyBinding>;

export const mutatingAdmissionPolicyBindingKind = defineKind<MutatingAdmissionPolicyBinding>({
  group: 'admissionregistration.k8s.io',
  version: 'v1',
  kind: 'MutatingAdmissionPolicyBinding',
  plural: 'mutatingadmissionpolicybindings',
  categories: ['api-extensions'],
  namespaced: false,
  struct: MutatingAdmissionPolicyBinding,
  validate: ({ spec }) => validatePolicyBinding(spec),
  columns: [
    column('PolicyName', ({ spec }) => spec.policyName ?? ''),
    column('ParamRef', ({ spec }) => paramRefCell(spec.paramRef)),
  ],
});
