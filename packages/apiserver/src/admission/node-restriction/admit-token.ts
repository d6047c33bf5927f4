import { newNotFound, type Pod, podKind, type TokenRequest } from '@coxswain/api';
import type { AdmissionRequest } from '../admission.ts';
import type { ClusterObjects } from '../cluster-objects.ts';
import { refuse } from '../refuse.ts';

/** Tokens only for a pod of this node, the very one (KEP-1205). */
export async function admitToken(node: string, request: AdmissionRequest, objects: ClusterObjects): Promise<void> {
  if (request.operation !== 'CREATE' || request.subresource !== 'token') return;
  const { spec } = request.object as unknown as TokenRequest;
  const { apiVersion, kind, name = '', uid = '' } = spec.boundObjectRef ?? {};
  if (apiVersion !== 'v1' || kind !== 'Pod' || name === '')
    throw refuse(request, 'node requested token not bound to a pod');
  if (uid === '') throw refuse(request, 'node requested token with a pod binding without a uid');
  const pod = await objects.get<Pod>(podKind, request.namespace, name);
  if (!pod) throw newNotFound({ group: '', resource: 'pods' }, name);
  if (uid !== pod.metadata.uid)
    throw refuse(
      request,
      `the UID in the bound object reference (${uid}) does not match the UID in record. The object might have been deleted and then recreated`,
    );
  if (pod.spec.nodeName !== node)
    throw refuse(request, 'node requested token bound to a pod scheduled on a different node');
}
