import { type FieldError, fieldForbidden, fieldInvalid } from '../../machinery/field-error.ts';
import { path } from '../../machinery/field-path.ts';
import { deepEqual } from '../../machinery/json.ts';
import { isQualifiedName } from '../../machinery/names.ts';
import { bool, list, map, of, str } from '../../schema/builders.ts';
import { column } from '../../schema/column.ts';
import { defineKind } from '../../schema/kind.ts';
import { type Infer, struct } from '../../schema/struct.ts';
import { TopologySelectorTerm } from '../core/topology-selector.ts';
import { ObjectMeta } from '../meta/object-meta.ts';

export const StorageClass = struct('StorageClass', {
  apiVersion: str(),
  kind: str(),
  metadata: of(1, ObjectMeta).expected(),
  provisioner: str(2).required().describe('Who makes the volumes.'),
  parameters: map(3, str()).describe('What is told to the provisioner.'),
  reclaimPolicy: str(4)
    .pointer()
    .oneOf('Delete', 'Retain')
    .default('Delete')
    .describe('What becomes of a volume when its claim is gone.'),
  mountOptions: list(5, str()).atomic().describe('Options of the mounts.'),
  allowVolumeExpansion: bool(6).pointer().describe('Whether claims may ask for more later.'),
  volumeBindingMode: str(7)
    .pointer()
    .oneOf('Immediate', 'WaitForFirstConsumer')
    .default('Immediate')
    .describe('Immediate, or WaitForFirstConsumer until a pod needs the claim.'),
  allowedTopologies: list(8, TopologySelectorTerm).atomic().describe('Where volumes may be made.'),
});
export type StorageClass = Infer<typeof StorageClass>;

export const storageClassKind = defineKind<StorageClass>({
  group: 'storage.k8s.io',
  version: 'v1',
  kind: 'StorageClass',
  plural: 'storageclasses',
  shortNames: ['sc'],
  namespaced: false,
  struct: StorageClass,
  validate: ({ provisioner }) =>
    provisioner
      ? isQualifiedName(provisioner.toLowerCase()).map((m) => fieldInvalid(path('provisioner'), provisioner, m))
      : [],
  validateUpdate: validateStorageClassUpdate,
  nameCell: ({ metadata }) => (isDefault(metadata.annotations) ? `${metadata.name} (default)` : metadata.name),
  columns: [
    column('Provisioner', ({ provisioner }) => provisioner),
    column('ReclaimPolicy', ({ reclaimPolicy }) => reclaimPolicy ?? 'Delete'),
    column('VolumeBindingMode', ({ volumeBindingMode }) => volumeBindingMode ?? '<unset>'),
    column('AllowVolumeExpansion', ({ allowVolumeExpansion }) => allowVolumeExpansion ?? false, 'boolean'),
  ],
});

const DEFAULT_ANNOTATIONS = [
  'storageclass.kubernetes.io/is-default-class',
  'storageclass.beta.kubernetes.io/is-default-class',
];

function isDefault(annotations: Readonly<Record<string, string>> = {}): boolean {
  return DEFAULT_ANNOTATIONS.some((name) => annotations[name] === 'true');
}

/** A class stays; only the growth of volumes, mount options and topologies may be told anew. */
function validateStorageClassUpdate(next: StorageClass, old: StorageClass): FieldError[] {
  const errors: FieldError[] = [];
  for (const field of ['parameters', 'provisioner', 'reclaimPolicy'] as const)
    if (!deepEqual(next[field], old[field]))
      errors.push(fieldForbidden(path(field), `updates to ${field} are forbidden.`));
  if (next.volumeBindingMode !== old.volumeBindingMode)
    errors.push(fieldInvalid(path('volumeBindingMode'), next.volumeBindingMode, 'field is immutable'));
  return errors;
}
