import { fieldRequired } from '../../machinery/field-error.ts';
import { path } from '../../machinery/field-path.ts';
import { bool, list, of, str } from '../../schema/builders.ts';
import { defineKind } from '../../schema/kind.ts';
import { type Infer, struct } from '../../schema/struct.ts';
import { ObjectMeta } from '../meta/object-meta.ts';
import { UserInfo } from './user-info.ts';

export const TokenReviewSpec = struct('TokenReviewSpec', {
  token: str(1).required(),
  audiences: list(2, str()).atomic(),
});
export type TokenReviewSpec = Infer<typeof TokenReviewSpec>;

export const TokenReviewStatus = struct('TokenReviewStatus', {
  authenticated: bool(1),
  user: of(2, UserInfo).filled(),
  error: str(3),
  audiences: list(4, str()).atomic(),
});
export type TokenReviewStatus = Infer<typeof TokenReviewStatus>;

export const TokenReview = struct('TokenReview', {
  apiVersion: str(),
  kind: str(),
  metadata: of(1, ObjectMeta).expected(),
  spec: of(2, TokenReviewSpec).expected(),
  status: of(3, TokenReviewStatus),
});
export type TokenReview = Infer<typeof TokenReview>;

export const tokenReviewKind = defineKind<TokenReview>({
  group: 'authentication.k8s.io',
  version: 'v1',
  kind: 'TokenReview',
  plural: 'tokenreviews',
  namespaced: false,
  verbs: ['create'],
  struct: TokenReview,
  virtual: true,
  hasGeneration: false,
  validate: ({ spec }) =>
    spec.token ? [] : [fieldRequired(path('spec', 'token'), 'token is required for TokenReview in authentication')],
});
