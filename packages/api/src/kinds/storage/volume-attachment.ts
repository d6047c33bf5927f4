import { fieldInvalid, fieldRequired } from '../../machinery/field-error.ts';
import { path } from '../../machinery/field-path.ts';
import { deepEqual } from '../../machinery/json.ts';
import { isDns1123Subdomain } from '../../machinery/names.ts';
import { bool, int32, map, of, str, time } from '../../schema/builders.ts';
import { column } from '../../schema/column.ts';
import { defineKind } from '../../schema/kind.ts';
import { type Infer, struct } from '../../schema/struct.ts';
import { PersistentVolumeSpec } from '../core/persistent-volume.ts';
import { ObjectMeta } from '../meta/object-meta.ts';

export const VolumeAttachmentSource = struct('VolumeAttachmentSource', {
  persistentVolumeName: str(1).pointer(),
  inlineVolumeSpec: of(2, PersistentVolumeSpec),
});
export type VolumeAttachmentSource = Infer<typeof VolumeAttachmentSource>;

export const VolumeAttachmentSpec = struct('VolumeAttachmentSpec', {
  attacher: str(1).required(),
  source: of(2, VolumeAttachmentSource).expected().always(),
  nodeName: str(3).always(),
});
export type VolumeAttachmentSpec = Infer<typeof VolumeAttachmentSpec>;

export const VolumeError = struct('VolumeError', {
  time: time(1),
  message: str(2),
  errorCode: int32(3).pointer(),
});
export type VolumeError = Infer<typeof VolumeError>;

export const VolumeAttachmentStatus = struct('VolumeAttachmentStatus', {
  attached: bool(1).required(),
  attachmentMetadata: map(2, str()),
  attachError: of(3, VolumeError),
  detachError: of(4, VolumeError),
});
export type VolumeAttachmentStatus = Infer<typeof VolumeAttachmentStatus>;

export const VolumeAttachment = struct('VolumeAttachment', {
  apiVersion: str(),
  kind: str(),
  metadata: of(1, ObjectMeta).expected(),
  spec: of(2, VolumeAttachmentSpec).expected(),
  status: of(3, VolumeAttachmentStatus),
});
export type VolumeAttachment = Infer<typeof VolumeAttachment>;

export const volumeAttachmentKind = defineKind<VolumeAttachment>({
  group: 'storage.k8s.io',
  version: 'v1',
  kind: 'VolumeAttachment',
  plural: 'volumeattachments',
  namespaced: false,
  struct: VolumeAttachment,
  hasGeneration: false,
  prepareForCreate(attachment) {
    attachment.status = { attached: false };
  },
  validate: ({ spec }) => [
    ...isDns1123Subdomain((spec.attacher ?? '').toLowerCase()).map((m) =>
      fieldInvalid(path('spec', 'attacher'), spec.attacher ?? '', m),
    ),
    ...isDns1123Subdomain(spec.nodeName ?? '').map((m) =>
      fieldInvalid(path('spec', 'nodeName'), spec.nodeName ?? '', m),
    ),
    ...((spec.source.persistentVolumeName === undefined) === (spec.source.inlineVolumeSpec === undefined)
      ? [fieldRequired(path('spec', 'source'), 'must specify exactly one of inlineVolumeSpec and persistentVolumeName')]
      : []),
  ],
  validateUpdate: (next, old) =>
    deepEqual(next.spec, old.spec) ? [] : [fieldInvalid(path('spec'), next.spec, 'field is immutable')],
  subresources: { status: true },
  columns: [
    column('Attacher', ({ spec }) => spec.attacher),
    column('PV', ({ spec }) => spec.source.persistentVolumeName ?? ''),
    column('Node', ({ spec }) => spec.nodeName),
    column('Attached', ({ status }) => status?.attached ?? false, 'boolean'),
  ],
});
