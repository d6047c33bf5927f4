import { type Kind, type KubeObject, parseFieldSelector, parseLabelSelector } from '@coxswain/api';
import type { Namespaced } from '../api-client.ts';

export interface SelectionOptions extends Namespaced {
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
}

/** Whether an object is in the scope of a list or watch. */
export function selection(kind: Kind | undefined, options: SelectionOptions): (object: KubeObject) => boolean {
  const { namespace, labelSelector = '', fieldSelector = '' } = options;
  const labels = labelSelector === '' ? undefined : parseLabelSelector(labelSelector);
  const fields = fieldSelector === '' ? undefined : parseFieldSelector(fieldSelector);
  return (object) => {
    if (namespace && object.metadata.namespace !== namespace) return false;
    if (labels && !labels.matches(object.metadata.labels)) return false;
    return !fields || fields.matches((field) => fieldValue(kind, object, field));
  };
}

function fieldValue(kind: Kind | undefined, object: KubeObject, field: string): string {
  const own = kind?.fieldSelectors?.[field];
  if (own) return own(object);
  let at: unknown = object;
  for (const part of field.split('.')) at = (at as Record<string, unknown> | undefined)?.[part];
  return at === undefined || at === null ? '' : String(at);
}
