import { type FieldError, type FieldValidation, fieldNotSupported, newInvalid, path } from '@coxswain/api';
import { fieldManagerErrors, managerName } from '../managed-fields/field-manager.ts';
import type { WriteOptions } from '../registry/object-store.ts';
import type { RequestContext } from '../server/request-context.ts';

/** A write of somebody who will own the fields. */
export interface ManagedWriteOptions extends WriteOptions {
  readonly fieldManager: string;
}

export interface RequestWriteOptions extends ManagedWriteOptions {
  readonly fieldValidation: FieldValidation;
  readonly signal: AbortSignal;
}

const FIELD_VALIDATIONS = ['Ignore', 'Strict', 'Warn'];

/**
 * The query parameters that every write knows. `optionsKind` names them in errors: CreateOptions, PatchOptions, …
 * @throws StatusError Invalid
 */
export function writeOptions(context: RequestContext, optionsKind: string, apply?: 'apply'): RequestWriteOptions {
  const { query, signal, headers } = context;
  const dryRun = query.getAll('dryRun').filter((value) => value !== '');
  const fieldValidation = query.get('fieldValidation') || 'Warn';
  const errors: FieldError[] = [];
  if (dryRun.some((value) => value !== 'All')) errors.push(fieldNotSupported(path('dryRun'), dryRun, ['All']));
  if (!FIELD_VALIDATIONS.includes(fieldValidation))
    errors.push(fieldNotSupported(path('fieldValidation'), fieldValidation, FIELD_VALIDATIONS));
  const manager = query.get('fieldManager') ?? '';
  const force = optionsKind === 'PatchOptions' ? query.get('force') : null;
  if (manager !== '' || force !== null || apply)
    errors.push(...fieldManagerErrors(manager, force, apply !== undefined));
  if (errors.length > 0) throw newInvalid({ group: 'meta.k8s.io', kind: optionsKind }, '', errors);
  return {
    dryRun: dryRun.length > 0,
    fieldValidation: fieldValidation as FieldValidation,
    fieldManager: managerName(manager, headers['user-agent']),
    signal,
  };
}
