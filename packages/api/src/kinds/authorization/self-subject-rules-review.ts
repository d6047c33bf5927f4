import { fieldRequired } from '../../machinery/field-error.ts';
import { path } from '../../machinery/field-path.ts';
import { bool, list, of, str } from '../../schema/builders.ts';
import { defineKind } from '../../schema/kind.ts';
import { type Infer, struct } from '../../schema/struct.ts';
import { ObjectMeta } from '../meta/object-meta.ts';

export const SelfSubjectRulesReviewSpec = struct('SelfSubjectRulesReviewSpec', {
  namespace: str(1),
});
export type SelfSubjectRulesReviewSpec = Infer<typeof SelfSubjectRulesReviewSpec>;

export const NonResourceRule = struct('NonResourceRule', {
  verbs: list(1, str()).required().atomic(),
  nonResourceURLs: list(2, str()).atomic(),
});
export type NonResourceRule = Infer<typeof NonResourceRule>;

export const ResourceRule = struct('ResourceRule', {
  verbs: list(1, str()).required().atomic(),
  apiGroups: list(2, str()).atomic(),
  resources: list(3, str()).atomic(),
  resourceNames: list(4, str()).atomic(),
});
export type ResourceRule = Infer<typeof ResourceRule>;

export const SubjectRulesReviewStatus = struct('SubjectRulesReviewStatus', {
  resourceRules: list(1, ResourceRule).always().atomic(),
  nonResourceRules: list(2, NonResourceRule).always().atomic(),
  incomplete: bool(3).required(),
  evaluationError: str(4),
});
export type SubjectRulesReviewStatus = Infer<typeof SubjectRulesReviewStatus>;

export const SelfSubjectRulesReview = struct('SelfSubjectRulesReview', {
  apiVersion: str(),
  kind: str(),
  metadata: of(1, ObjectMeta).expected(),
  spec: of(2, SelfSubjectRulesReviewSpec).expected(),
  status: of(3, SubjectRulesReviewStatus),
});
export type SelfSubjectRulesReview = Infer<typeof SelfSubjectRulesReview>;

export const selfSubjectRulesReviewKind = defineKind<SelfSubjectRulesReview>({
  group: 'authorization.k8s.io',
  version: 'v1',
  kind: 'SelfSubjectRulesReview',
  plural: 'selfsubjectrulesreviews',
  namespaced: false,
  verbs: ['create'],
  struct: SelfSubjectRulesReview,
  virtual: true,
  hasGeneration: false,
  validate: ({ spec }) => (spec.namespace ? [] : [fieldRequired(path('spec', 'namespace'), 'no namespace on request')]),
});
