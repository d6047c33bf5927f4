export {
  Deployment,
  DeploymentCondition,
  DeploymentSpec,
  DeploymentStatus,
  DeploymentStrategy,
  deploymentKind,
  RollingUpdateDeployment,
} from './apps/deployment.ts';
export {
  ReplicaSet,
  ReplicaSetCondition,
  ReplicaSetSpec,
  ReplicaSetStatus,
  replicaSetKind,
} from './apps/replica-set.ts';
export { Scale, ScaleSpec, ScaleStatus, scaleKind } from './autoscaling/scale.ts';
export { Lease, LeaseSpec, leaseKind } from './coordination/lease.ts';
export { Binding, bindingKind } from './core/binding.ts';
export { ConfigMap, configMapKind } from './core/config-map.ts';
export { EndpointAddress, EndpointPort, EndpointSubset, Endpoints, endpointsKind } from './core/endpoints.ts';
export { Event, EventSeries, EventSource, eventKind } from './core/event.ts';
export { Namespace, NamespaceCondition, NamespaceSpec, NamespaceStatus, namespaceKind } from './core/namespace.ts';
export { Node, NodeSpec, nodeKind, Taint } from './core/node.ts';
export {
  AttachedVolume,
  ConfigMapNodeConfigSource,
  ContainerImage,
  DaemonEndpoint,
  NodeAddress,
  NodeCondition,
  NodeConfigSource,
  NodeConfigStatus,
  NodeDaemonEndpoints,
  NodeFeatures,
  NodeRuntimeHandler,
  NodeRuntimeHandlerFeatures,
  NodeStatus,
  NodeSwapStatus,
  NodeSystemInfo,
} from './core/node-status.ts';
export { PersistentVolumeClaimSpec, PersistentVolumeClaimTemplate } from './core/persistent-volume-claim-spec.ts';
export {
  Affinity,
  NodeAffinity,
  NodeSelector,
  NodeSelectorRequirement,
  NodeSelectorTerm,
  PodAffinity,
  PodAffinityTerm,
  PodAntiAffinity,
  PreferredSchedulingTerm,
  WeightedPodAffinityTerm,
} from './core/pod/affinity.ts';
export {
  Container,
  ContainerPort,
  ContainerRestartRule,
  ContainerRestartRuleOnExitCodes,
  EphemeralContainer,
  EphemeralContainerCommon,
  VolumeDevice,
  VolumeMount,
} from './core/pod/container.ts';
export {
  ContainerState,
  ContainerStateRunning,
  ContainerStateTerminated,
  ContainerStateWaiting,
  ContainerStatus,
  ContainerUser,
  ImageVolumeStatus,
  LinuxContainerUser,
  ResourceHealth,
  ResourceStatus,
  VolumeMountStatus,
  VolumeStatus,
} from './core/pod/container-status.ts';
export {
  ConfigMapEnvSource,
  ConfigMapKeySelector,
  EnvFromSource,
  EnvVar,
  EnvVarSource,
  FileKeySelector,
  ObjectFieldSelector,
  ResourceFieldSelector,
  SecretEnvSource,
  SecretKeySelector,
} from './core/pod/environment.ts';
export { Pod, podKind } from './core/pod/pod.ts';
export { PodSpec } from './core/pod/pod-spec.ts';
export {
  ContainerExtendedResourceRequest,
  HostIP,
  NodeAllocatableResourceClaimStatus,
  PodCondition,
  PodExtendedResourceClaimStatus,
  PodIP,
  PodResourceClaimStatus,
  PodStatus,
} from './core/pod/pod-status.ts';
export { PodTemplateSpec } from './core/pod/pod-template.ts';
export {
  ExecAction,
  GRPCAction,
  HTTPGetAction,
  HTTPHeader,
  Lifecycle,
  LifecycleHandler,
  Probe,
  ProbeHandler,
  SleepAction,
  TCPSocketAction,
} from './core/pod/probes.ts';
export {
  ClusterTrustBundleProjection,
  ConfigMapProjection,
  DownwardAPIProjection,
  PodCertificateProjection,
  ProjectedVolumeSource,
  SecretProjection,
  ServiceAccountTokenProjection,
  VolumeProjection,
} from './core/pod/projected-volume.ts';
export {
  AWSElasticBlockStoreVolumeSource,
  AzureDiskVolumeSource,
  AzureFileVolumeSource,
  CephFSVolumeSource,
  CinderVolumeSource,
  FCVolumeSource,
  FlexVolumeSource,
  FlockerVolumeSource,
  GCEPersistentDiskVolumeSource,
  GitRepoVolumeSource,
  GlusterfsVolumeSource,
  PhotonPersistentDiskVolumeSource,
  PortworxVolumeSource,
  QuobyteVolumeSource,
  RBDVolumeSource,
  ScaleIOVolumeSource,
  StorageOSVolumeSource,
  VsphereVirtualDiskVolumeSource,
} from './core/pod/provider-volumes.ts';
export {
  ContainerResizePolicy,
  ResourceClaim,
  ResourceRequirements,
  VolumeResourceRequirements,
} from './core/pod/resources.ts';
export {
  HostAlias,
  PodDNSConfig,
  PodDNSConfigOption,
  PodOS,
  PodReadinessGate,
  PodResourceClaim,
  PodSchedulingGate,
  PodSchedulingGroup,
  Toleration,
  TopologySpreadConstraint,
} from './core/pod/scheduling.ts';
export {
  AppArmorProfile,
  Capabilities,
  PodSecurityContext,
  SELinuxOptions,
  SeccompProfile,
  SecurityContext,
  Sysctl,
  WindowsSecurityContextOptions,
} from './core/pod/security.ts';
export { DownwardAPIVolumeFile, KeyToPath } from './core/pod/volume-items.ts';
export {
  ConfigMapVolumeSource,
  CSIVolumeSource,
  DownwardAPIVolumeSource,
  EmptyDirVolumeSource,
  EphemeralVolumeSource,
  HostPathVolumeSource,
  ImageVolumeSource,
  ISCSIVolumeSource,
  NFSVolumeSource,
  PersistentVolumeClaimVolumeSource,
  SecretVolumeSource,
  Volume,
  VolumeSource,
} from './core/pod/volumes.ts';
export {
  LocalObjectReference,
  ObjectReference,
  TypedLocalObjectReference,
  TypedObjectReference,
} from './core/references.ts';
export { Secret, secretKind } from './core/secret.ts';
export {
  ClientIPConfig,
  LoadBalancerIngress,
  LoadBalancerStatus,
  PortStatus,
  Service,
  ServicePort,
  ServiceSpec,
  ServiceStatus,
  SessionAffinityConfig,
  serviceKind,
} from './core/service.ts';
export { ServiceAccount, serviceAccountKind } from './core/service-account.ts';
export {
  Endpoint,
  EndpointConditions,
  EndpointHints,
  EndpointSlice,
  EndpointSlicePort,
  endpointSliceKind,
  ForNode,
  ForZone,
} from './discovery/endpoint-slice.ts';
export { EventsEvent, EventsEventSeries, eventsEventKind } from './events/event.ts';
export { Condition } from './meta/condition.ts';
export { DeleteOptions, Preconditions } from './meta/delete-options.ts';
export { LabelSelector, LabelSelectorRequirement } from './meta/label-selector.ts';
export { ListMeta, ShardInfo } from './meta/list-meta.ts';
export { ManagedFieldsEntry, ObjectMeta, OwnerReference } from './meta/object-meta.ts';
export { StatusCauseSchema, StatusDetailsSchema, StatusSchema } from './meta/status.ts';
export { Eviction, evictionKind } from './policy/eviction.ts';
