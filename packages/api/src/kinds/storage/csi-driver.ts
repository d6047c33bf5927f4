import { type FieldError, fieldDuplicate, fieldInvalid, fieldNotSupported } from '../../machinery/field-error.ts';
import { path } from '../../machinery/field-path.ts';
import { deepEqual } from '../../machinery/json.ts';
import { bool, int64, list, of, str } from '../../schema/builders.ts';
import { column } from '../../schema/column.ts';
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

const MODES = ['Persistent', 'Ephemeral'];
const MIN_TOKEN_SECONDS = 600;

export const csiDriverKind = defineKind<CSIDriver>({
  group: 'storage.k8s.io',
  version: 'v1',
  kind: 'CSIDriver',
  plural: 'csidrivers',
  namespaced: false,
  struct: CSIDriver,
  validate: validateDriver,
  validateUpdate: (next, old) =>
    (['attachRequired', 'volumeLifecycleModes'] as const)
      .filter((field) => !deepEqual(next.spec[field], old.spec[field]))
      .map((field) => fieldInvalid(path('spec', field), next.spec[field], 'field is immutable')),
  columns: [
    column('AttachRequired', ({ spec }) => spec.attachRequired ?? true, 'boolean'),
    column('PodInfoOnMount', ({ spec }) => spec.podInfoOnMount ?? false, 'boolean'),
    column('StorageCapacity', ({ spec }) => spec.storageCapacity ?? false, 'boolean'),
    column('TokenRequests', ({ spec }) => spec.tokenRequests?.map(({ audience }) => audience).join(',') || '<unset>'),
    column('RequiresRepublish', ({ spec }) => spec.requiresRepublish ?? false, 'boolean'),
    column('Modes', ({ spec }) => spec.volumeLifecycleModes?.join(',') || '<none>'),
  ],
});

function validateDriver({ spec }: CSIDriver): FieldError[] {
  const errors: FieldError[] = [];
  for (const mode of spec.volumeLifecycleModes ?? [])
    if (!MODES.includes(mode)) errors.push(fieldNotSupported(path('spec', 'volumeLifecycleModes'), mode, MODES));
  const audiences = new Set<string>();
  (spec.tokenRequests ?? []).forEach(({ audience, expirationSeconds }, i) => {
    const at = path('spec', 'tokenRequests').index(i);
    if (audiences.has(audience)) errors.push(fieldDuplicate(at.child('audience'), audience));
    audiences.add(audience);
    if (expirationSeconds !== undefined && expirationSeconds < MIN_TOKEN_SECONDS)
      errors.push(
        fieldInvalid(
          at.child('expirationSeconds'),
          expirationSeconds,
          'may not specify a duration less than 10 minutes',
        ),
      );
  });
  return errors;
}
