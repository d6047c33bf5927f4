import { bool, list, map, of, str } from '../../schema/builders.ts';
import { type Infer, struct } from '../../schema/struct.ts';
import { LabelSelectorRequirement } from '../meta/label-selector.ts';

export const FieldSelectorRequirement = struct('FieldSelectorRequirement', {
  key: str(1).required(),
  operator: str(2).required(),
  values: list(3, str()).atomic(),
});
export type FieldSelectorRequirement = Infer<typeof FieldSelectorRequirement>;

export const FieldSelectorAttributes = struct('FieldSelectorAttributes', {
  rawSelector: str(1),
  requirements: list(2, FieldSelectorRequirement).atomic(),
});
export type FieldSelectorAttributes = Infer<typeof FieldSelectorAttributes>;

export const LabelSelectorAttributes = struct('LabelSelectorAttributes', {
  rawSelector: str(1),
  requirements: list(2, LabelSelectorRequirement).atomic(),
});
export type LabelSelectorAttributes = Infer<typeof LabelSelectorAttributes>;

export const ResourceAttributes = struct('ResourceAttributes', {
  namespace: str(1),
  verb: str(2),
  group: str(3),
  version: str(4),
  resource: str(5),
  subresource: str(6),
  name: str(7),
  fieldSelector: of(8, FieldSelectorAttributes),
  labelSelector: of(9, LabelSelectorAttributes),
});
export type ResourceAttributes = Infer<typeof ResourceAttributes>;

export const NonResourceAttributes = struct('NonResourceAttributes', {
  path: str(1),
  verb: str(2),
});
export type NonResourceAttributes = Infer<typeof NonResourceAttributes>;

export const SubjectAccessReviewSpec = struct('SubjectAccessReviewSpec', {
  resourceAttributes: of(1, ResourceAttributes),
  nonResourceAttributes: of(2, NonResourceAttributes),
  user: str(3),
  groups: list(4, str()).atomic(),
  extra: map(5, list(0, str())),
  uid: str(6),
});
export type SubjectAccessReviewSpec = Infer<typeof SubjectAccessReviewSpec>;

export const SubjectAccessReviewStatus = struct('SubjectAccessReviewStatus', {
  allowed: bool(1).required(),
  reason: str(2),
  evaluationError: str(3),
  denied: bool(4),
});
export type SubjectAccessReviewStatus = Infer<typeof SubjectAccessReviewStatus>;

export const SelfSubjectAccessReviewSpec = struct('SelfSubjectAccessReviewSpec', {
  resourceAttributes: of(1, ResourceAttributes),
  nonResourceAttributes: of(2, NonResourceAttributes),
});
export type SelfSubjectAccessReviewSpec = Infer<typeof SelfSubjectAccessReviewSpec>;
