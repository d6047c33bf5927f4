import { int32, microTime, of, str } from '../../schema/builders.ts';
import { defineKind } from '../../schema/kind.ts';
import { type Infer, struct } from '../../schema/struct.ts';
import { ObjectMeta } from '../meta/object-meta.ts';

export const LeaseSpec = struct('LeaseSpec', {
  holderIdentity: str(1).pointer(),
  leaseDurationSeconds: int32(2).pointer(),
  acquireTime: microTime(3).pointer(),
  renewTime: microTime(4).pointer(),
  leaseTransitions: int32(5).pointer(),
  strategy: str(6).pointer(),
  preferredHolder: str(7).pointer(),
});
export type LeaseSpec = Infer<typeof LeaseSpec>;

export const Lease = struct('Lease', {
  apiVersion: str(),
  kind: str(),
  metadata: of(1, ObjectMeta).expected(),
  spec: of(2, LeaseSpec).expected(),
});
export type Lease = Infer<typeof Lease>;

export const leaseKind = defineKind<Lease>({
  group: 'coordination.k8s.io',
  version: 'v1',
  kind: 'Lease',
  plural: 'leases',
  namespaced: true,
  struct: Lease,
});
