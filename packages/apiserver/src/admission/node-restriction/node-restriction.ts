import { goQuote } from '@coxswain/api';
import { nodeIdentity } from '../../authorization/node-identity.ts';
import { groupResource } from '../../registry/group-resource.ts';
import type { AdmissionPlugin, AdmissionRequest } from '../admission.ts';
import type { ClusterObjects } from '../cluster-objects.ts';
import { refuse } from '../refuse.ts';
import { admitToken } from './admit-token.ts';
import { admitClaimStatus, admitCsiNode, admitLease, admitNode, admitRequest, admitSlice } from './own-objects.ts';
import { admitEviction, admitPod, admitPodStatus } from './own-pods.ts';

/** One rule: throws what the node `node` may not do. */
export type NodeRule = (node: string, request: AdmissionRequest, objects: ClusterObjects) => void | Promise<void>;

const RULES: Readonly<Record<string, NodeRule>> = {
  nodes: admitNode,
  'leases.coordination.k8s.io': admitLease,
  'csinodes.storage.k8s.io': admitCsiNode,
  'resourceslices.resource.k8s.io': admitSlice,
  'certificatesigningrequests.certificates.k8s.io': admitRequest,
  serviceaccounts: admitToken,
  pods(node, request, objects) {
    const { subresource } = request;
    if (subresource === '') return admitPod(node, request, objects);
    if (subresource === 'status') return admitPodStatus(node, request);
    if (subresource === 'eviction') return admitEviction(node, request, objects);
    throw refuse(
      request,
      `unexpected pod subresource ${goQuote(subresource)}, only 'status' and 'eviction' are allowed`,
    );
  },
  persistentvolumeclaims(node, request) {
    if (request.subresource === 'status') return admitClaimStatus(node, request);
    throw refuse(request, 'may only update PVC status');
  },
};

/** NodeRestriction: a kubelet writes its own Node, what goes with it, and the pods that are bound to it. */
export function nodeRestriction(objects: ClusterObjects): AdmissionPlugin {
  return {
    name: 'NodeRestriction',
    mutate(request) {
      const node = nodeIdentity(request.user);
      if (node === undefined) return;
      if (node === '') throw refuse(request, `could not determine node from user ${goQuote(request.user.name)}`);
      const { group, resource } = groupResource(request.kind);
      return RULES[group === '' ? resource : `${resource}.${group}`]?.(node, request, objects);
    },
  };
}
