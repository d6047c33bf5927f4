import { bool, int64, list, of, str } from '../../schema/builders.ts';
import { defineKind } from '../../schema/kind.ts';
import { type Infer, struct } from '../../schema/struct.ts';
import { ObjectMeta } from '../meta/object-meta.ts';

export const CSITokenRequest = struct('TokenRequest', {
  audience: str(1).required(),
  expirationSeconds: int64(2).pointer(),
});
export type CSITokenRequest = Infer<typeof CSITokenRequest>;

export const CSIDriverSpec = struct('CSIDriverSpec', {
  attachRequired: bool(1).pointer().default(true),
  podInfoOnMount: bool(2).pointer().default(false),
  volumeLifecycleModes: list(3, str()).listSet().default(['Persistent']),
  storageCapacity: bool(4).pointer().default(false),
  fsGroupPolicy: str(5).pointer().oneOf('File', 'None', 'ReadWriteOnceWithFSType').default('ReadWriteOnceWithFSType'),
  tokenRequests: list(6, CSITokenRequest).atomic(),
  requiresRepublish: bool(7).pointer().default(false),
  seLinuxMount: bool(8).pointer().default(false),
  nodeAllocatableUpdatePeriodSeconds: int64(9).pointer(),
  serviceAccountTokenInSecrets: bool(10).pointer(),
  preventPodSchedulingIfMissing: bool(11).pointer(),
});
export type CSIDriverSpec = Infer<typeof CSIDriverSpec>;

export const CSIDriver = struct('CSIDriver', {
  apiVersion: str(),
  kind: str(),
  metadata: of(1, ObjectMeta).expected(),
  spec: of(2, CSIDriverSpec).expected(),
});
export type CSIDriver = Infer<typeof CSIDriver>;

export const csiDriverKind = defineKind<CSIDriver>({
  group: 'storage.k8s.io',
  version: 'v1',
  kind: 'CSIDriver',
  plural: 'csidrivers',
  namespaced: false,
  struct: CSIDriver,
});
