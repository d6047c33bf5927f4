import { fieldInvalid } from '../../machinery/field-error.ts';
import { path } from '../../machinery/field-path.ts';
import { of, str } from '../../schema/builders.ts';
import { defineKind } from '../../schema/kind.ts';
import { type Infer, struct } from '../../schema/struct.ts';
import { ObjectMeta } from '../meta/object-meta.ts';
import { SubjectAccessReviewSpec, SubjectAccessReviewStatus } from './access-review.ts';
import { validateSubjectReview } from './access-review-validation.ts';

export const LocalSubjectAccessReview = struct('LocalSubjectAccessReview', {
  apiVersion: str(),
  kind: str(),
  metadata: of(1, ObjectMeta).expected(),
  spec: of(2, SubjectAccessReviewSpec).expected(),
  status: of(3, SubjectAccessReviewStatus),
});
export type LocalSubjectAccessReview = Infer<typeof LocalSubjectAccessReview>;

export const localSubjectAccessReviewKind = defineKind<LocalSubjectAccessReview>({
  group: 'authorization.k8s.io',
  version: 'v1',
  kind: 'LocalSubjectAccessReview',
  plural: 'localsubjectaccessreviews',
  namespaced: true,
  verbs: ['create'],
  struct: LocalSubjectAccessReview,
  virtual: true,
  hasGeneration: false,
  validate({ metadata, spec }) {
    const errors = validateSubjectReview(spec);
    const { nonResourceAttributes, resourceAttributes } = spec;
    const namespace = resourceAttributes?.namespace ?? '';
    if (resourceAttributes && namespace !== (metadata.namespace ?? ''))
      errors.push(
        fieldInvalid(path('spec', 'resourceAttributes', 'namespace'), namespace, 'must match metadata.namespace'),
      );
    if (nonResourceAttributes)
      errors.push(
        fieldInvalid(
          path('spec', 'nonResourceAttributes'),
          nonResourceAttributes,
          'disallowed on this kind of request',
        ),
      );
    return errors;
  },
});
