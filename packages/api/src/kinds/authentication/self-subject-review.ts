import { of, str } from '../../schema/builders.ts';
import { column } from '../../schema/column.ts';
import { defineKind } from '../../schema/kind.ts';
import { type Infer, struct } from '../../schema/struct.ts';
import { ObjectMeta } from '../meta/object-meta.ts';
import { UserInfo } from './user-info.ts';

export const SelfSubjectReviewStatus = struct('SelfSubjectReviewStatus', {
  userInfo: of(1, UserInfo).filled(),
});
export type SelfSubjectReviewStatus = Infer<typeof SelfSubjectReviewStatus>;

export const SelfSubjectReview = struct('SelfSubjectReview', {
  apiVersion: str(),
  kind: str(),
  metadata: of(1, ObjectMeta).expected(),
  status: of(2, SelfSubjectReviewStatus),
});
export type SelfSubjectReview = Infer<typeof SelfSubjectReview>;

/** Who am I: the answer to `kubectl auth whoami`. */
export const selfSubjectReviewKind = defineKind<SelfSubjectReview>({
  group: 'authentication.k8s.io',
  version: 'v1',
  kind: 'SelfSubjectReview',
  plural: 'selfsubjectreviews',
  namespaced: false,
  verbs: ['create'],
  struct: SelfSubjectReview,
  virtual: true,
  hasGeneration: false,
  columns: [column('Username', ({ status }) => status?.userInfo?.username ?? '')],
});
