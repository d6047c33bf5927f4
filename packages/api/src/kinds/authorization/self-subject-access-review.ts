import { of, str } from '../../schema/builders.ts';
import { defineKind } from '../../schema/kind.ts';
import { type Infer, struct } from '../../schema/struct.ts';
import { ObjectMeta } from '../meta/object-meta.ts';
import { SelfSubjectAccessReviewSpec, SubjectAccessReviewStatus } from './access-review.ts';
import { validateAttributes } from './access-review-validation.ts';

export const SelfSubjectAccessReview = struct('SelfSubjectAccessReview', {
  apiVersion: str(),
  kind: str(),
  metadata: of(1, ObjectMeta).expected(),
  spec: of(2, SelfSubjectAccessReviewSpec).expected(),
  status: of(3, SubjectAccessReviewStatus),
});
export type SelfSubjectAccessReview = Infer<typeof SelfSubjectAccessReview>;

export const selfSubjectAccessReviewKind = defineKind<SelfSubjectAccessReview>({
  group: 'authorization.k8s.io',
  version: 'v1',
  kind: 'SelfSubjectAccessReview',
  plural: 'selfsubjectaccessreviews',
  namespaced: false,
  verbs: ['create'],
  struct: SelfSubjectAccessReview,
  virtual: true,
  hasGeneration: false,
  validate: ({ spec }) => validateAttributes(spec),
});
