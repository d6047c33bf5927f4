import { bool, list, of, str } from '../../schema/builders.ts';
import { column } from '../../schema/column.ts';
import { defineKind } from '../../schema/kind.ts';
import { type Infer, struct } from '../../schema/struct.ts';
import { ObjectMeta } from '../meta/object-meta.ts';
import { LocalObjectReference, ObjectReference } from './references.ts';

export const ServiceAccount = struct('ServiceAccount', {
  apiVersion: str(),
  kind: str(),
  metadata: of(1, ObjectMeta).expected(),
  secrets: list(2, ObjectReference).keyed('name'),
  imagePullSecrets: list(3, LocalObjectReference).atomic(),
  automountServiceAccountToken: bool(4).pointer(),
});
export type ServiceAccount = Infer<typeof ServiceAccount>;

export const serviceAccountKind = defineKind<ServiceAccount>({
  group: '',
  version: 'v1',
  kind: 'ServiceAccount',
  plural: 'serviceaccounts',
  shortNames: ['sa'],
  namespaced: true,
  struct: ServiceAccount,
  hasGeneration: false,
  subresources: {
    others: { token: { kind: ['authentication.k8s.io', 'v1', 'TokenRequest'], verbs: ['create'] } },
  },
  columns: [column('Secrets', ({ secrets = [] }) => secrets.length, 'integer')],
});
