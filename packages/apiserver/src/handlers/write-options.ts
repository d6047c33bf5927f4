import { type FieldError, type FieldValidation, fieldNotSupported, newInvalid, path } from '@coxswain/api';
import type { RequestContext } from '../server/request-context.ts';

export interface RequestWriteOptions {
  readonly dryRun: boolean;
  readonly fieldValidation: FieldValidation;
  readonly signal: AbortSignal;
}

const FIELD_VALIDATIONS = ['Ignore', 'Strict', 'Warn'];

/**
 * The query parameters that every write knows. `optionsKind` names them in errors: CreateOptions, PatchOptions, …
 * @throws StatusError Invalid
 */
export function writeOptions(context: RequestContext, optionsKind: string): RequestWriteOptions {
  const { query, signal } = context;
  const dryRun = query.getAll('dryRun').filter((value) => value !== '');
  const fieldValidation = query.get('fieldValidation') || 'Warn';
  const errors: FieldError[] = [];
  if (dryRun.some((value) => value !== 'All')) errors.push(fieldNotSupported(path('dryRun'), dryRun, ['All']));
  if (!FIELD_VALIDATIONS.includes(fieldValidation))
    errors.push(fieldNotSupported(path('fieldValidation'), fieldValidation, FIELD_VALIDATIONS));
  if (errors.length > 0) throw newInvalid({ group: 'meta.k8s.io', kind: optionsKind }, '', errors);
  return { dryRun: dryRun.length > 0, fieldValidation: fieldValidation as FieldValidation, signal };
}
