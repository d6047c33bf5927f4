import { int64, list, map, of, quantity, str, time } from '../../../schema/builders.ts';
import { type Infer, struct } from '../../../schema/struct.ts';
import { ContainerStatus } from './container-status.ts';
import { ResourceRequirements } from './resources.ts';

export const PodCondition = struct('PodCondition', {
  type: str(1).required(),
  status: str(2).required(),
  lastProbeTime: time(3),
  lastTransitionTime: time(4),
  reason: str(5),
  message: str(6),
  observedGeneration: int64(7),
});
export type PodCondition = Infer<typeof PodCondition>;

export const ContainerExtendedResourceRequest = struct('ContainerExtendedResourceRequest', {
  containerName: str(1).required(),
  resourceName: str(2).required(),
  requestName: str(3).required(),
});
export type ContainerExtendedResourceRequest = Infer<typeof ContainerExtendedResourceRequest>;

export const PodExtendedResourceClaimStatus = struct('PodExtendedResourceClaimStatus', {
  requestMappings: list(1, ContainerExtendedResourceRequest).required().atomic(),
  resourceClaimName: str(2).required(),
});
export type PodExtendedResourceClaimStatus = Infer<typeof PodExtendedResourceClaimStatus>;

export const HostIP = struct('HostIP', {
  ip: str(1).required(),
});
export type HostIP = Infer<typeof HostIP>;

export const NodeAllocatableResourceClaimStatus = struct('NodeAllocatableResourceClaimStatus', {
  resourceClaimName: str(1).required(),
  containers: list(2, str()).listSet(),
  resources: map(3, quantity()).required(),
});
export type NodeAllocatableResourceClaimStatus = Infer<typeof NodeAllocatableResourceClaimStatus>;

export const PodIP = struct('PodIP', {
  ip: str(1).required(),
});
export type PodIP = Infer<typeof PodIP>;

export const PodResourceClaimStatus = struct('PodResourceClaimStatus', {
  name: str(1).required(),
  resourceClaimName: str(2).pointer(),
});
export type PodResourceClaimStatus = Infer<typeof PodResourceClaimStatus>;

export const PodStatus = struct('PodStatus', {
  phase: str(1),
  conditions: list(2, PodCondition).keyed('type'),
  message: str(3),
  reason: str(4),
  hostIP: str(5),
  podIP: str(6),
  startTime: time(7).pointer(),
  containerStatuses: list(8, ContainerStatus).atomic(),
  qosClass: str(9),
  initContainerStatuses: list(10, ContainerStatus).atomic(),
  nominatedNodeName: str(11),
  podIPs: list(12, PodIP).keyed('ip'),
  ephemeralContainerStatuses: list(13, ContainerStatus).atomic(),
  resize: str(14),
  resourceClaimStatuses: list(15, PodResourceClaimStatus).listMap('name').patchMerge('name').retainKeys(),
  hostIPs: list(16, HostIP).atomic().patchMerge('ip'),
  observedGeneration: int64(17),
  extendedResourceClaimStatus: of(18, PodExtendedResourceClaimStatus),
  allocatedResources: map(19, quantity()),
  resources: of(20, ResourceRequirements),
  nodeAllocatableResourceClaimStatuses: list(21, NodeAllocatableResourceClaimStatus).atomic(),
});
export type PodStatus = Infer<typeof PodStatus>;
