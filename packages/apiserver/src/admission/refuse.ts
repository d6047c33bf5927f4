import { newForbidden, type StatusError } from '@coxswain/api';
import { groupResource } from '../registry/group-resource.ts';
import type { AdmissionRequest } from './admission.ts';

/** Upstream's refusal by a plugin: `pods "x" is forbidden: why`. */
export function refuse(
  { kind, name, object }: Pick<AdmissionRequest, 'kind' | 'name' | 'object'>,
  why: string,
): StatusError {
  const { generateName = '' } = object?.metadata ?? {};
  return newForbidden(groupResource(kind), name || object?.metadata.name || generateName || 'Unknown', why);
}
