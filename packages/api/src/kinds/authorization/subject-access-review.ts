import { of, str } from '../../schema/builders.ts';
import { defineKind } from '../../schema/kind.ts';
import { type Infer, struct } from '../../schema/struct.ts';
import { ObjectMeta } from '../meta/object-meta.ts';
import { SubjectAccessReviewSpec, SubjectAccessReviewStatus } from './access-review.ts';
import { validateSubjectReview } from './access-review-validation.ts';

export const SubjectAccessReview = struct('SubjectAccessReview', {
  apiVersion: str(),
  kind: str(),
  metadata: of(1, ObjectMeta).expected(),
  spec: of(2, SubjectAccessReviewSpec).expected(),
  status: of(3, SubjectAccessReviewStatus),
});
export type SubjectAccessReview = Infer<typeof SubjectAccessReview>;

export const subjectAccessReviewKind = defineKind<SubjectAccessReview>({
  group: 'authorization.k8s.io',
  version: 'v1',
  kind: 'SubjectAccessReview',
  plural: 'subjectaccessreviews',
  namespaced: false,
  verbs: ['create'],
  struct: SubjectAccessReview,
  virtual: true,
  hasGeneration: false,
  validate: ({ spec }) => validateSubjectReview(spec),
});
