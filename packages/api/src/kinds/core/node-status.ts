import { bool, int32, int64, list, map, of, quantity, str, time } from '../../schema/builders.ts';
import { type Infer, struct } from '../../schema/struct.ts';

export const ConfigMapNodeConfigSource = struct('ConfigMapNodeConfigSource', {
  namespace: str(1).required(),
  name: str(2).required(),
  uid: str(3),
  resourceVersion: str(4),
  kubeletConfigKey: str(5).required(),
});
export type ConfigMapNodeConfigSource = Infer<typeof ConfigMapNodeConfigSource>;

export const NodeConfigSource = struct('NodeConfigSource', {
  configMap: of(2, ConfigMapNodeConfigSource),
});
export type NodeConfigSource = Infer<typeof NodeConfigSource>;

export const NodeAddress = struct('NodeAddress', {
  type: str(1).required(),
  address: str(2).required(),
});
export type NodeAddress = Infer<typeof NodeAddress>;

export const NodeCondition = struct('NodeCondition', {
  type: str(1).required(),
  status: str(2).required(),
  lastHeartbeatTime: time(3),
  lastTransitionTime: time(4),
  reason: str(5),
  message: str(6),
});
export type NodeCondition = Infer<typeof NodeCondition>;

export const NodeConfigStatus = struct('NodeConfigStatus', {
  assigned: of(1, NodeConfigSource),
  active: of(2, NodeConfigSource),
  lastKnownGood: of(3, NodeConfigSource),
  error: str(4),
});
export type NodeConfigStatus = Infer<typeof NodeConfigStatus>;

export const DaemonEndpoint = struct('DaemonEndpoint', {
  Port: int32(1).required(),
});
export type DaemonEndpoint = Infer<typeof DaemonEndpoint>;

export const NodeDaemonEndpoints = struct('NodeDaemonEndpoints', {
  kubeletEndpoint: of(1, DaemonEndpoint).filled(),
});
export type NodeDaemonEndpoints = Infer<typeof NodeDaemonEndpoints>;

export const NodeFeatures = struct('NodeFeatures', {
  supplementalGroupsPolicy: bool(1).pointer(),
});
export type NodeFeatures = Infer<typeof NodeFeatures>;

export const ContainerImage = struct('ContainerImage', {
  names: list(1, str()).always().atomic(),
  sizeBytes: int64(2),
});
export type ContainerImage = Infer<typeof ContainerImage>;

export const NodeSwapStatus = struct('NodeSwapStatus', {
  capacity: int64(1).pointer(),
});
export type NodeSwapStatus = Infer<typeof NodeSwapStatus>;

export const NodeSystemInfo = struct('NodeSystemInfo', {
  machineID: str(1).required(),
  systemUUID: str(2).required(),
  bootID: str(3).required(),
  kernelVersion: str(4).required(),
  osImage: str(5).required(),
  containerRuntimeVersion: str(6).required(),
  kubeletVersion: str(7).required(),
  kubeProxyVersion: str(8).required(),
  operatingSystem: str(9).required(),
  architecture: str(10).required(),
  swap: of(11, NodeSwapStatus),
});
export type NodeSystemInfo = Infer<typeof NodeSystemInfo>;

export const NodeRuntimeHandlerFeatures = struct('NodeRuntimeHandlerFeatures', {
  recursiveReadOnlyMounts: bool(1).pointer(),
  userNamespaces: bool(2).pointer(),
});
export type NodeRuntimeHandlerFeatures = Infer<typeof NodeRuntimeHandlerFeatures>;

export const NodeRuntimeHandler = struct('NodeRuntimeHandler', {
  name: str(1).always(),
  features: of(2, NodeRuntimeHandlerFeatures),
});
export type NodeRuntimeHandler = Infer<typeof NodeRuntimeHandler>;

export const AttachedVolume = struct('AttachedVolume', {
  name: str(1).required(),
  devicePath: str(2).required(),
});
export type AttachedVolume = Infer<typeof AttachedVolume>;

export const NodeStatus = struct('NodeStatus', {
  capacity: map(1, quantity()),
  allocatable: map(2, quantity()),
  phase: str(3),
  conditions: list(4, NodeCondition).keyed('type'),
  addresses: list(5, NodeAddress).keyed('type'),
  daemonEndpoints: of(6, NodeDaemonEndpoints).filled(),
  nodeInfo: of(7, NodeSystemInfo).filled(),
  images: list(8, ContainerImage).atomic(),
  volumesInUse: list(9, str()).atomic(),
  volumesAttached: list(10, AttachedVolume).atomic(),
  config: of(11, NodeConfigStatus),
  runtimeHandlers: list(12, NodeRuntimeHandler).atomic(),
  features: of(13, NodeFeatures),
  declaredFeatures: list(14, str()).atomic(),
});
export type NodeStatus = Infer<typeof NodeStatus>;
