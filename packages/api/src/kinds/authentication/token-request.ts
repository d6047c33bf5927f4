import { int64, list, of, str, time } from '../../schema/builders.ts';
import { defineKind } from '../../schema/kind.ts';
import { type Infer, struct } from '../../schema/struct.ts';
import { ObjectMeta } from '../meta/object-meta.ts';

export const BoundObjectReference = struct('BoundObjectReference', {
  kind: str(1),
  apiVersion: str(2),
  name: str(3),
  uid: str(4),
});
export type BoundObjectReference = Infer<typeof BoundObjectReference>;

export const TokenRequestSpec = struct('TokenRequestSpec', {
  audiences: list(1, str()).always().atomic(),
  boundObjectRef: of(3, BoundObjectReference).always(),
  expirationSeconds: int64(4).pointer().always().default(3600),
});
export type TokenRequestSpec = Infer<typeof TokenRequestSpec>;

export const TokenRequestStatus = struct('TokenRequestStatus', {
  token: str(1).always(),
  expirationTimestamp: time(2).always(),
});
export type TokenRequestStatus = Infer<typeof TokenRequestStatus>;

export const TokenRequest = struct('TokenRequest', {
  apiVersion: str(),
  kind: str(),
  metadata: of(1, ObjectMeta).expected(),
  spec: of(2, TokenRequestSpec).expected().always(),
  status: of(3, TokenRequestStatus),
});
export type TokenRequest = Infer<typeof TokenRequest>;

export const tokenRequestKind = defineKind<TokenRequest>({
  group: 'authentication.k8s.io',
  version: 'v1',
  kind: 'TokenRequest',
  plural: 'tokenrequests',
  namespaced: true,
  struct: TokenRequest,
});
