import { list, of, str } from '../../schema/builders.ts';
import { defineKind } from '../../schema/kind.ts';
import { type Infer, struct } from '../../schema/struct.ts';
import { ObjectMeta } from '../meta/object-meta.ts';
import { MatchResources, ParamKind, PolicyVariable } from './policy-match.ts';
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
});
