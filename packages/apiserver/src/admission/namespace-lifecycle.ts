import { type KubeObject, namespaceKind, newForbidden, newNotFound, StatusError } from '@coxswain/api';
import { groupResource } from '../registry/group-resource.ts';
import type { ObjectStore } from '../registry/object-store.ts';
import type { AdmissionPlugin } from './admission.ts';

const IMMORTAL = new Set(['default', 'kube-system', 'kube-public']);
/** Creating these in a namespace that ends is how its content is judged and cleaned up. */
const ALLOWED_WHILE_TERMINATING = new Set(['localsubjectaccessreviews.authorization.k8s.io']);

/** NamespaceLifecycle: nothing is made in a namespace that is missing or ends, and the built-in namespaces stay. */
export function namespaceLifecycle(store: ObjectStore): AdmissionPlugin {
  const kind = namespaceKind as never;

  async function namespaceOf(name: string): Promise<KubeObject | undefined> {
    return (store.cached(kind, '', name) ?? (await store.fresh(kind, '', name)))?.object;
  }

  return {
    name: 'NamespaceLifecycle',
    async mutate({ operation, kind: { group, plural, namespaced }, kind: target, namespace, name, subresource }) {
      if (operation === 'DELETE' && group === '' && plural === 'namespaces' && IMMORTAL.has(name))
        throw newForbidden(groupResource(target), name, 'this namespace may not be deleted');
      if (operation !== 'CREATE' || !namespaced || subresource !== '') return;
      const found = await namespaceOf(namespace);
      if (!found) throw newNotFound({ group: '', resource: 'namespaces' }, namespace);
      if (found.metadata.deletionTimestamp === undefined) return;
      if (ALLOWED_WHILE_TERMINATING.has(`${plural}.${group}`)) return;
      throw terminating(groupResource(target), name, namespace);
    },
  };
}

function terminating(resource: { group: string; resource: string }, name: string, namespace: string): StatusError {
  const { status } = newForbidden(
    resource,
    name,
    `unable to create new content in namespace ${namespace} because it is being terminated`,
  );
  const cause = {
    reason: 'NamespaceTerminating',
    message: `namespace ${namespace} is being terminated`,
    field: 'metadata.namespace',
  };
  return new StatusError({ ...status, details: { ...status.details, causes: [cause] } });
}
