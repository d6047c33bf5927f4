import { type FieldError, fieldInvalid } from '../../machinery/field-error.ts';
import { path } from '../../machinery/field-path.ts';
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
  spec: of(2, TokenRequestSpec).expected(),
  status: of(3, TokenRequestStatus),
});
export type TokenRequest = Infer<typeof TokenRequest>;

const MIN_SECONDS = 600;
const MAX_SECONDS = 2 ** 32;

/** The body of a service account's `token` subresource. */
export const tokenRequestKind = defineKind<TokenRequest>({
  group: 'authentication.k8s.io',
  version: 'v1',
  kind: 'TokenRequest',
  plural: 'tokenrequests',
  namespaced: true,
  struct: TokenRequest,
  virtual: true,
  hasGeneration: false,
  validate({ spec }): FieldError[] {
    const seconds = spec.expirationSeconds ?? MIN_SECONDS;
    const at = path('spec', 'expirationSeconds');
    if (seconds < MIN_SECONDS) return [fieldInvalid(at, seconds, 'may not specify a duration less than 10 minutes')];
    return seconds > MAX_SECONDS
      ? [fieldInvalid(at, seconds, 'may not specify a duration larger than 2^32 seconds')]
      : [];
  },
});
