import type { GroupResource } from '@coxswain/api';

/** A kind as error messages name it: `{ group: 'apps', resource: 'deployments' }`. */
export function groupResource(kind: { readonly group: string; readonly plural: string }): GroupResource {
  return { group: kind.group, resource: kind.plural };
}
