import { type FieldError, fieldInvalid } from '../../machinery/field-error.ts';
import { path } from '../../machinery/field-path.ts';
import { int32, microTime, of, str } from '../../schema/builders.ts';
import { column } from '../../schema/column.ts';
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
  createOnUpdate: true,
  hasGeneration: false,
  validate: validateLease,
  columns: [column('Holder', ({ spec }) => spec.holderIdentity ?? '')],
});

function validateLease({ spec }: Lease): FieldError[] {
  const errors: FieldError[] = [];
  const { leaseDurationSeconds, leaseTransitions } = spec;
  if (leaseDurationSeconds !== undefined && leaseDurationSeconds <= 0)
    errors.push(
      fieldInvalid(path('spec').child('leaseDurationSeconds'), leaseDurationSeconds, 'must be greater than 0'),
    );
  if (leaseTransitions !== undefined && leaseTransitions < 0)
    errors.push(
      fieldInvalid(path('spec').child('leaseTransitions'), leaseTransitions, 'must be greater than or equal to 0'),
    );
  return errors;
}
