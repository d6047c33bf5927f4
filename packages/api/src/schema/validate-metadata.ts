import { type FieldError, fieldForbidden, fieldInvalid, fieldRequired } from '../machinery/field-error.ts';
import type { FieldPath } from '../machinery/field-path.ts';
import { isDns1123Label, isDns1123Subdomain, isQualifiedName } from '../machinery/names.ts';
import { validateAnnotations, validateLabels } from '../machinery/validate-meta.ts';
import type { Kind, KubeObject, ObjectMetaShape } from './kind.ts';

/** The rules for metadata of a new or changed object. */
export function validateMetadata<T extends KubeObject>(
  kind: Kind<T>,
  metadata: ObjectMetaShape,
  at: FieldPath,
): FieldError[] {
  const rule = kind.nameRule ?? isDns1123Subdomain;
  const errors: FieldError[] = [];
  if (metadata.generateName !== undefined && metadata.generateName !== '')
    for (const message of rule(maskTrailingDash(metadata.generateName)))
      errors.push(fieldInvalid(at.child('generateName'), metadata.generateName, message));
  if (metadata.name === undefined || metadata.name === '')
    errors.push(fieldRequired(at.child('name'), 'name or generateName is required'));
  else for (const message of rule(metadata.name)) errors.push(fieldInvalid(at.child('name'), metadata.name, message));
  errors.push(...validateNamespace(kind.namespaced, metadata.namespace, at.child('namespace')));
  if ((metadata.generation ?? 0) < 0)
    errors.push(fieldInvalid(at.child('generation'), metadata.generation, 'must be greater than or equal to 0'));
  errors.push(...validateLabels(metadata.labels, at.child('labels')));
  errors.push(...validateAnnotations(metadata.annotations, at.child('annotations')));
  errors.push(...validateOwnerReferences(metadata, at.child('ownerReferences')));
  errors.push(...validateFinalizers(metadata.finalizers, at.child('finalizers')));
  return errors;
}

/** A generateName may end in a dash since a suffix follows; upstream masks the last two characters. */
function maskTrailingDash(name: string): string {
  return name.length > 1 && name.endsWith('-') ? `${name.slice(0, -2)}a` : name;
}

function validateNamespace(namespaced: boolean, namespace: string | undefined, at: FieldPath): FieldError[] {
  if (!namespaced) return namespace ? [fieldForbidden(at, 'not allowed on this type')] : [];
  if (!namespace) return [fieldRequired(at)];
  return isDns1123Label(namespace).map((message) => fieldInvalid(at, namespace, message));
}

function validateOwnerReferences({ ownerReferences = [] }: ObjectMetaShape, at: FieldPath): FieldError[] {
  const errors: FieldError[] = [];
  let controller: string | undefined;
  ownerReferences.forEach((reference) => {
    if (!reference.apiVersion)
      errors.push(fieldInvalid(at.child('apiVersion'), reference.apiVersion ?? '', 'version must not be empty'));
    if (!reference.kind) errors.push(fieldInvalid(at.child('kind'), reference.kind ?? '', 'must not be empty'));
    if (!reference.name) errors.push(fieldInvalid(at.child('name'), reference.name ?? '', 'must not be empty'));
    if (!reference.uid) errors.push(fieldInvalid(at.child('uid'), reference.uid ?? '', 'must not be empty'));
    if (reference.apiVersion === 'v1' && reference.kind === 'Event')
      errors.push(fieldInvalid(at, reference, '/v1, Kind=Event is disallowed from being an owner'));
    if (!reference.controller) return;
    const name = `${reference.kind}/${reference.name}`;
    if (controller !== undefined)
      errors.push(
        fieldInvalid(
          at,
          ownerReferences,
          `Only one reference can have Controller set to true. Found "true" in references for ${controller} and ${name}`,
        ),
      );
    else controller = name;
  });
  return errors;
}

const STANDARD_FINALIZERS: ReadonlySet<string> = new Set(['kubernetes', 'orphan', 'foregroundDeletion']);

function validateFinalizers(finalizers: string[] | undefined, at: FieldPath): FieldError[] {
  const errors: FieldError[] = [];
  for (const finalizer of finalizers ?? [])
    for (const message of isQualifiedName(finalizer)) errors.push(fieldInvalid(at, finalizer, message));
  if (finalizers?.includes('orphan') && finalizers.includes('foregroundDeletion'))
    errors.push(fieldInvalid(at, finalizers, 'finalizer orphan and foregroundDeletion cannot be both set'));
  (finalizers ?? []).forEach((finalizer, i) => {
    if (finalizer.includes('/') || STANDARD_FINALIZERS.has(finalizer)) return;
    const message = 'name is neither a standard finalizer name nor is it fully qualified';
    errors.push(fieldInvalid(at.index(i), finalizer, message));
  });
  return errors;
}

/** What may not change in metadata. */
export function validateMetadataUpdate(next: ObjectMetaShape, old: ObjectMetaShape, at: FieldPath): FieldError[] {
  const errors: FieldError[] = [];
  for (const field of [
    'name',
    'namespace',
    'uid',
    'creationTimestamp',
    'deletionTimestamp',
    'deletionGracePeriodSeconds',
  ] as const)
    if ((next[field] ?? '') !== (old[field] ?? ''))
      errors.push(fieldInvalid(at.child(field), next[field] ?? '', 'field is immutable'));
  if ((next.generation ?? 0) < (old.generation ?? 0))
    errors.push(fieldInvalid(at.child('generation'), next.generation ?? 0, 'must not be decremented'));
  if (old.deletionTimestamp !== undefined) {
    const before = new Set(old.finalizers);
    const added = (next.finalizers ?? []).filter((finalizer) => !before.has(finalizer));
    if (added.length > 0)
      errors.push(
        fieldForbidden(
          at.child('finalizers'),
          `no new finalizers can be added if the object is being deleted, found new finalizers []string{${added.map((f) => JSON.stringify(f)).join(', ')}}`,
        ),
      );
  }
  return errors;
}
