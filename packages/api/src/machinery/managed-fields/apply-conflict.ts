import { goQuote } from '../go-text.ts';
import type { StatusCause, StatusError } from '../status-error.ts';
import { newApplyConflict } from '../status-errors.ts';
import { type FieldSet, fieldsOf } from './field-set.ts';
import type { ManagerEntry } from './manager-entry.ts';
import { pathText } from './path-element.ts';

/** Fields that an applier wants to change and another manager owns. */
export interface Conflict {
  readonly owner: ManagerEntry;
  readonly fields: FieldSet;
}

/** The Conflict status in upstream's words. `conflicts` holds at least one field. */
export function applyConflict(conflicts: readonly Conflict[]): StatusError {
  const byManager = new Map<string, string[]>();
  const causes: StatusCause[] = [];
  for (const { owner, fields } of conflicts) {
    const manager = managerText(owner);
    const paths = [...fieldsOf(fields)].map(pathText).sort();
    byManager.set(manager, [...(byManager.get(manager) ?? []), ...paths]);
    for (const field of paths)
      causes.push({ reason: 'FieldManagerConflict', message: `conflict with ${manager}`, field });
  }
  const [only] = causes;
  if (only && causes.length === 1)
    return newApplyConflict(causes, `Apply failed with 1 conflict: ${only.message}: ${only.field}`);
  const parts = [...byManager].sort(([a], [b]) => (a < b ? -1 : 1));
  const texts = parts.map(
    ([manager, paths]) => `conflicts with ${manager}:\n${paths.map((each) => `- ${each}`).join('\n')}`,
  );
  return newApplyConflict(causes, `Apply failed with ${causes.length} conflicts: ${texts.join('\n')}`);
}

function managerText({ manager, operation, apiVersion, subresource }: ManagerEntry): string {
  const name = goQuote(manager) + (subresource ? ` with subresource ${goQuote(subresource)}` : '');
  return operation === 'Update' ? `${name} using ${apiVersion}` : name;
}
