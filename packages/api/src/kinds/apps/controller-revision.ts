import { type FieldError, fieldInvalid, fieldRequired } from '../../machinery/field-error.ts';
import { path } from '../../machinery/field-path.ts';
import { deepEqual } from '../../machinery/json.ts';
import { int64, of, raw, str } from '../../schema/builders.ts';
import { column } from '../../schema/column.ts';
import { defineKind } from '../../schema/kind.ts';
import { type Infer, struct } from '../../schema/struct.ts';
import { ObjectMeta } from '../meta/object-meta.ts';

export const ControllerRevision = struct('ControllerRevision', {
  apiVersion: str(),
  kind: str(),
  metadata: of(1, ObjectMeta).expected(),
  data: raw(2),
  revision: int64(3).required(),
});
export type ControllerRevision = Infer<typeof ControllerRevision>;

export const controllerRevisionKind = defineKind<ControllerRevision>({
  group: 'apps',
  version: 'v1',
  kind: 'ControllerRevision',
  plural: 'controllerrevisions',
  namespaced: true,
  struct: ControllerRevision,
  validate: ({ data, revision }) => [
    ...(data === undefined ? [fieldRequired(path('data'), 'data is mandatory')] : []),
    ...(revision < 0 ? [fieldInvalid(path('revision'), revision, 'must be greater than or equal to 0')] : []),
  ],
  validateUpdate: (next, old): FieldError[] =>
    deepEqual(next.data, old.data) ? [] : [fieldInvalid(path('data'), next.data, 'field is immutable')],
  columns: [
    column('Controller', ({ metadata }) => controllerCell(metadata)),
    column('Revision', ({ revision }) => revision, 'integer'),
  ],
});

/** `statefulset.apps/web` of the controlling owner. */
function controllerCell({ ownerReferences }: ObjectMeta): string {
  const owner = ownerReferences?.find(({ controller }) => controller);
  if (!owner) return '<none>';
  const [group = '', version] = owner.apiVersion.split('/');
  const kind = owner.kind.toLowerCase();
  return version === undefined ? `${kind}/${owner.name}` : `${kind}.${group}/${owner.name}`;
}
