import { bool, bytes, int32, list, of, str, time } from '../../schema/builders.ts';
import { defineKind } from '../../schema/kind.ts';
import { type Infer, struct } from '../../schema/struct.ts';
import { ObjectMeta } from '../meta/object-meta.ts';

export const APIServiceReference = struct('ServiceReference', {
  namespace: str(1),
  name: str(2),
  port: int32(3).pointer().default(443),
});
export type APIServiceReference = Infer<typeof APIServiceReference>;

export const APIServiceSpec = struct('APIServiceSpec', {
  service: of(1, APIServiceReference),
  group: str(2),
  version: str(3),
  insecureSkipTLSVerify: bool(4),
  caBundle: bytes(5).atomic(),
  groupPriorityMinimum: int32(7).required(),
  versionPriority: int32(8).required(),
});
export type APIServiceSpec = Infer<typeof APIServiceSpec>;

export const APIServiceCondition = struct('APIServiceCondition', {
  type: str(1).required(),
  status: str(2).required(),
  lastTransitionTime: time(3),
  reason: str(4),
  message: str(5),
});
export type APIServiceCondition = Infer<typeof APIServiceCondition>;

export const APIServiceStatus = struct('APIServiceStatus', {
  conditions: list(1, APIServiceCondition).keyed('type'),
});
export type APIServiceStatus = Infer<typeof APIServiceStatus>;

export const APIService = struct('APIService', {
  apiVersion: str(),
  kind: str(),
  metadata: of(1, ObjectMeta).expected(),
  spec: of(2, APIServiceSpec).expected(),
  status: of(3, APIServiceStatus),
});
export type APIService = Infer<typeof APIService>;

export const apiServiceKind = defineKind<APIService>({
  group: 'apiregistration.k8s.io',
  version: 'v1',
  kind: 'APIService',
  plural: 'apiservices',
  categories: ['api-extensions'],
  namespaced: false,
  struct: APIService,
  subresources: { status: true },
});
