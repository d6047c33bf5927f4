import {
  type CertificateSigningRequest,
  deepEqual,
  goQuote,
  type KubeObject,
  type Node,
  type PersistentVolumeClaim,
  type ResourceSlice,
} from '@coxswain/api';
import type { AdmissionRequest } from '../admission.ts';
import { refuse } from '../refuse.ts';
import { forbiddenLabels } from './node-labels.ts';
import { requestCommonName } from './request-common-name.ts';

const LEASES = 'kube-node-lease';
const KUBELET_SIGNERS = ['kubernetes.io/kubelet-serving', 'kubernetes.io/kube-apiserver-client-kubelet'];
/** What a kubelet that grows a volume tells (KEP-1790). */
const CLAIM_STATUS = ['capacity', 'conditions', 'allocatedResources', 'allocatedResourceStatuses'];

/** A node's own Node, without what steers pods to it. */
export function admitNode(node: string, request: AdmissionRequest): void {
  const named = nameOf(request);
  const quoted = goQuote(node);
  if (named !== node) throw refuse(request, `node ${quoted} is not allowed to modify node ${goQuote(named)}`);
  const { metadata, spec } = (request.object ?? {}) as unknown as Node;
  if (request.operation === 'CREATE') {
    if (spec?.configSource)
      throw refuse(request, `node ${quoted} is not allowed to create pods with a non-nil configSource`);
    const forbidden = forbiddenLabels(metadata.labels);
    if (forbidden.length > 0)
      throw refuse(request, `node ${quoted} is not allowed to set the following labels: ${forbidden.join(', ')}`);
  }
  if (request.operation === 'UPDATE') {
    const old = request.oldObject as unknown as Node;
    if (spec?.configSource && !deepEqual(spec.configSource, old.spec?.configSource))
      throw refuse(request, `node ${quoted} is not allowed to update configSource to a new non-nil configSource`);
    if (!deepEqual(spec?.taints ?? [], old.spec?.taints ?? []))
      throw refuse(request, `node ${quoted} is not allowed to modify taints`);
    const forbidden = forbiddenLabels(metadata.labels, old.metadata.labels);
    if (forbidden.length > 0) throw refuse(request, `is not allowed to modify labels: ${forbidden.join(', ')}`);
  }
}

/** A node's own heartbeat (KEP-589). */
export function admitLease(node: string, request: AdmissionRequest): void {
  if (request.namespace !== LEASES)
    throw refuse(request, `can only access leases in the ${goQuote(LEASES)} system namespace`);
  if (nameOf(request) !== node)
    throw refuse(request, 'can only access node lease with the same name as the requesting node');
}

export function admitCsiNode(node: string, request: AdmissionRequest): void {
  if (nameOf(request) !== node)
    throw refuse(request, 'can only access CSINode with the same name as the requesting node');
}

export function admitSlice(node: string, request: AdmissionRequest): void {
  const { operation } = request;
  if (operation === 'UPDATE') return;
  const slice = (operation === 'CREATE' ? request.object : request.oldObject) as unknown as Partial<ResourceSlice>;
  const verb = operation === 'CREATE' ? 'create' : 'delete';
  if (slice.spec?.nodeName !== node)
    throw refuse(request, `can only ${verb} ResourceSlice with the same NodeName as the requesting node`);
}

/** Certificates for kubelets: only with the node's own name in them. */
export function admitRequest(node: string, request: AdmissionRequest): void {
  if (request.operation !== 'CREATE') return;
  const { spec } = request.object as unknown as Partial<CertificateSigningRequest>;
  if (!KUBELET_SIGNERS.includes(spec?.signerName ?? '')) return;
  const name = requestCommonName(Buffer.from(spec?.request ?? '', 'base64').toString('latin1'));
  if (name === undefined) throw refuse(request, 'unable to parse csr: PEM block type must be CERTIFICATE REQUEST');
  if (name !== `system:node:${node}`) throw refuse(request, `can only create a node CSR with CN=system:node:${node}`);
}

export function admitClaimStatus(node: string, request: AdmissionRequest): void {
  if (request.operation !== 'UPDATE') throw refuse(request, `unexpected operation ${goQuote(request.operation)}`);
  if (deepEqual(comparable(request.object as KubeObject), comparable(request.oldObject as KubeObject))) return;
  throw refuse(
    request,
    `node ${goQuote(node)} is not allowed to update fields other than status.quantity and status.conditions`,
  );
}

/** A claim without what a kubelet may tell of it. */
function comparable(object: KubeObject): object {
  const { metadata, status, ...rest } = object as unknown as PersistentVolumeClaim & KubeObject;
  const { managedFields: _, resourceVersion: __, ...kept } = metadata;
  const others = Object.entries(status ?? {}).filter(([field]) => !CLAIM_STATUS.includes(field));
  return { ...rest, metadata: kept, status: Object.fromEntries(others) };
}

function nameOf({ name, object }: AdmissionRequest): string {
  return name || object?.metadata.name || '';
}
