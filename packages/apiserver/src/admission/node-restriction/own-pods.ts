import {
  apiReference,
  deepEqual,
  goQuote,
  MIRROR_POD_ANNOTATION,
  type Node,
  newNotFound,
  nodeKind,
  type Pod,
  podKind,
} from '@coxswain/api';
import type { AdmissionRequest } from '../admission.ts';
import type { ClusterObjects } from '../cluster-objects.ts';
import { refuse } from '../refuse.ts';

/** Nodes make mirror pods of their own and delete pods that are bound to them. */
export function admitPod(node: string, request: AdmissionRequest, objects: ClusterObjects): void | Promise<void> {
  const quoted = goQuote(node);
  if (request.operation === 'CREATE') return admitMirrorPod(node, request, objects);
  if (request.operation !== 'DELETE')
    throw refuse(
      request,
      `unexpected operation ${goQuote(request.operation)}, node ${quoted} can only create and delete mirror pods`,
    );
  if (nodeOf(request.oldObject) !== node)
    throw refuse(request, `node ${quoted} can only delete pods with spec.nodeName set to itself`);
}

async function admitMirrorPod(name: string, request: AdmissionRequest, objects: ClusterObjects): Promise<void> {
  const { metadata, spec } = request.object as unknown as Pod;
  const node = `node ${goQuote(name)}`;
  const check = (good: boolean, why: string) => {
    if (!good) throw refuse(request, why);
  };
  check(
    metadata.annotations?.[MIRROR_POD_ANNOTATION] !== undefined,
    `pod does not have ${goQuote(MIRROR_POD_ANNOTATION)} annotation, ${node} can only create mirror pods`,
  );
  check(spec?.nodeName === name, `${node} can only create pods with spec.nodeName set to itself`);
  const [owner, another] = metadata.ownerReferences ?? [];
  check(another === undefined, `${node} can only create pods with a single owner reference set to itself`);
  check(
    owner?.apiVersion === 'v1' && owner.kind === 'Node' && owner.name === name,
    `${node} can only create pods with an owner reference set to itself`,
  );
  check(owner?.controller === true, `${node} can only create pods with a controller owner reference set to itself`);
  check(owner?.blockOwnerDeletion !== true, `${node} must not set blockOwnerDeletion on an owner reference`);
  const found = await objects.get<Node>(nodeKind, '', name);
  if (!found) throw newNotFound({ group: '', resource: 'nodes' }, name);
  const { uid = '' } = found.metadata;
  check(owner?.uid === uid, `node ${name} UID mismatch: expected ${owner?.uid} got ${uid}`);
  const needed = apiReference({ spec });
  check(needed === undefined, `${node} can not create pods that reference ${needed}`);
}

/** The status of a node's own pods, and nothing beside it. */
export function admitPodStatus(node: string, request: AdmissionRequest): void {
  const quoted = goQuote(node);
  if (request.operation !== 'UPDATE') throw refuse(request, `unexpected operation ${goQuote(request.operation)}`);
  const old = request.oldObject as unknown as Pod;
  const pod = request.object as unknown as Pod;
  if (old.spec.nodeName !== node)
    throw refuse(request, `node ${quoted} can only update pod status for pods with spec.nodeName set to itself`);
  if (!deepEqual(pod.metadata.labels ?? {}, old.metadata.labels ?? {}))
    throw refuse(request, `node ${quoted} cannot update labels through pod status`);
  if (!deepEqual(pod.status?.resourceClaimStatuses ?? [], old.status?.resourceClaimStatuses ?? []))
    throw refuse(request, `node ${quoted} cannot update resource claim statues`);
}

export async function admitEviction(node: string, request: AdmissionRequest, objects: ClusterObjects): Promise<void> {
  if (request.operation !== 'CREATE') throw refuse(request, `unexpected operation ${request.operation}`);
  const { namespace, name } = request;
  const pod = await objects.get<Pod>(podKind, namespace, name);
  if (!pod) throw newNotFound({ group: '', resource: 'pods' }, name);
  if (pod.spec.nodeName !== node)
    throw refuse(request, `node ${node} can only evict pods with spec.nodeName set to itself`);
}

function nodeOf(pod: object | undefined): string | undefined {
  return (pod as Pod | undefined)?.spec.nodeName;
}
