export {
  ApplyConfigurationMutation,
  JSONPatchMutation,
  MutatingAdmissionPolicy,
  MutatingAdmissionPolicySpec,
  Mutation,
  mutatingAdmissionPolicyKind,
} from './admissionregistration/mutating-admission-policy.ts';
export {
  MutatingAdmissionPolicyBinding,
  MutatingAdmissionPolicyBindingSpec,
  mutatingAdmissionPolicyBindingKind,
} from './admissionregistration/mutating-admission-policy-binding.ts';
export {
  MutatingWebhook,
  MutatingWebhookConfiguration,
  mutatingWebhookConfigurationKind,
} from './admissionregistration/mutating-webhook-configuration.ts';
export {
  MatchResources,
  NamedRuleWithOperations,
  ParamKind,
  ParamRef,
  PolicyVariable,
} from './admissionregistration/policy-match.ts';
export {
  AuditAnnotation,
  ExpressionWarning,
  PolicyValidation,
  TypeChecking,
  ValidatingAdmissionPolicy,
  ValidatingAdmissionPolicySpec,
  ValidatingAdmissionPolicyStatus,
  validatingAdmissionPolicyKind,
} from './admissionregistration/validating-admission-policy.ts';
export {
  ValidatingAdmissionPolicyBinding,
  ValidatingAdmissionPolicyBindingSpec,
  validatingAdmissionPolicyBindingKind,
} from './admissionregistration/validating-admission-policy-binding.ts';
export {
  ValidatingWebhook,
  ValidatingWebhookConfiguration,
  validatingWebhookConfigurationKind,
} from './admissionregistration/validating-webhook-configuration.ts';
export {
  AdmissionRule,
  AdmissionWebhookClientConfig,
  MatchCondition,
  RuleWithOperations,
  WebhookServiceReference,
} from './admissionregistration/webhooks.ts';
export {
  ConversionServiceReference,
  CustomResourceColumnDefinition,
  CustomResourceConversion,
  CustomResourceDefinition,
  CustomResourceDefinitionCondition,
  CustomResourceDefinitionNames,
  CustomResourceDefinitionSpec,
  CustomResourceDefinitionStatus,
  CustomResourceDefinitionVersion,
  CustomResourceSubresourceScale,
  CustomResourceSubresourceStatus,
  CustomResourceSubresources,
  CustomResourceValidation,
  customResourceDefinitionKind,
  SelectableField,
  WebhookClientConfig,
  WebhookConversion,
} from './apiextensions/custom-resource-definition.ts';
export { ExternalDocumentation, JSONSchemaProps, ValidationRule } from './apiextensions/json-schema-props.ts';
export {
  APIService,
  APIServiceCondition,
  APIServiceReference,
  APIServiceSpec,
  APIServiceStatus,
  apiServiceKind,
} from './apiregistration/api-service.ts';
export { ControllerRevision, controllerRevisionKind } from './apps/controller-revision.ts';
export {
  DaemonSet,
  DaemonSetCondition,
  DaemonSetSpec,
  DaemonSetStatus,
  DaemonSetUpdateStrategy,
  daemonSetKind,
  RollingUpdateDaemonSet,
} from './apps/daemon-set.ts';
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
export {
  RollingUpdateStatefulSetStrategy,
  StatefulSet,
  StatefulSetCondition,
  StatefulSetOrdinals,
  StatefulSetPersistentVolumeClaimRetentionPolicy,
  StatefulSetSpec,
  StatefulSetStatus,
  StatefulSetUpdateStrategy,
  statefulSetKind,
} from './apps/stateful-set.ts';
export {
  SelfSubjectReview,
  SelfSubjectReviewStatus,
  selfSubjectReviewKind,
} from './authentication/self-subject-review.ts';
export {
  BoundObjectReference,
  TokenRequest,
  TokenRequestSpec,
  TokenRequestStatus,
  tokenRequestKind,
} from './authentication/token-request.ts';
export { TokenReview, TokenReviewSpec, TokenReviewStatus, tokenReviewKind } from './authentication/token-review.ts';
export { UserInfo } from './authentication/user-info.ts';
export {
  FieldSelectorAttributes,
  FieldSelectorRequirement,
  LabelSelectorAttributes,
  NonResourceAttributes,
  ResourceAttributes,
  SelfSubjectAccessReviewSpec,
  SubjectAccessReviewSpec,
  SubjectAccessReviewStatus,
} from './authorization/access-review.ts';
export { LocalSubjectAccessReview, localSubjectAccessReviewKind } from './authorization/local-subject-access-review.ts';
export { SelfSubjectAccessReview, selfSubjectAccessReviewKind } from './authorization/self-subject-access-review.ts';
export {
  NonResourceRule,
  ResourceRule,
  SelfSubjectRulesReview,
  SelfSubjectRulesReviewSpec,
  SubjectRulesReviewStatus,
  selfSubjectRulesReviewKind,
} from './authorization/self-subject-rules-review.ts';
export { SubjectAccessReview, subjectAccessReviewKind } from './authorization/subject-access-review.ts';
export {
  HorizontalPodAutoscaler,
  HorizontalPodAutoscalerBehavior,
  HorizontalPodAutoscalerCondition,
  HorizontalPodAutoscalerSpec,
  HorizontalPodAutoscalerStatus,
  HPAScalingPolicy,
  HPAScalingRules,
  horizontalPodAutoscalerKind,
} from './autoscaling/horizontal-pod-autoscaler.ts';
export {
  CrossVersionObjectReference,
  MetricIdentifier,
  MetricTarget,
  MetricValueStatus,
} from './autoscaling/metric-identifier.ts';
export {
  ContainerResourceMetricSource,
  ExternalMetricSource,
  MetricSpec,
  ObjectMetricSource,
  PodsMetricSource,
  ResourceMetricSource,
} from './autoscaling/metric-spec.ts';
export {
  ContainerResourceMetricStatus,
  ExternalMetricStatus,
  MetricStatus,
  ObjectMetricStatus,
  PodsMetricStatus,
  ResourceMetricStatus,
} from './autoscaling/metric-status.ts';
export { Scale, ScaleSpec, ScaleStatus, scaleKind } from './autoscaling/scale.ts';
export {
  CrossVersionObjectReferenceV1,
  HorizontalPodAutoscalerV1,
  HorizontalPodAutoscalerV1Spec,
  HorizontalPodAutoscalerV1Status,
  horizontalPodAutoscalerV1Kind,
} from './autoscaling/v1/horizontal-pod-autoscaler.ts';
export { CronJob, CronJobSpec, CronJobStatus, cronJobKind } from './batch/cron-job.ts';
export { Job, JobCondition, JobStatus, jobKind, UncountedTerminatedPods } from './batch/job.ts';
export {
  JobSpec,
  JobTemplateSpec,
  PodFailurePolicy,
  PodFailurePolicyOnExitCodesRequirement,
  PodFailurePolicyOnPodConditionsPattern,
  PodFailurePolicyRule,
  SuccessPolicy,
  SuccessPolicyRule,
} from './batch/job-spec.ts';
export {
  CertificateSigningRequest,
  CertificateSigningRequestCondition,
  CertificateSigningRequestSpec,
  CertificateSigningRequestStatus,
  certificateSigningRequestKind,
} from './certificates/certificate-signing-request.ts';
export { validateConditionsUpdate } from './certificates/certificate-signing-request-validation.ts';
export { Lease, LeaseSpec, leaseKind } from './coordination/lease.ts';
export { Binding, bindingKind } from './core/binding.ts';
export { ComponentCondition, ComponentStatus, componentStatusKind } from './core/component-status.ts';
export { ConfigMap, configMapKind } from './core/config-map.ts';
export { EndpointAddress, EndpointPort, EndpointSubset, Endpoints, endpointsKind } from './core/endpoints.ts';
export { Event, EventSeries, EventSource, eventKind } from './core/event.ts';
export { LimitRange, LimitRangeItem, LimitRangeSpec, limitRangeKind } from './core/limit-range.ts';
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
export {
  PersistentVolume,
  PersistentVolumeSpec,
  PersistentVolumeStatus,
  persistentVolumeKind,
  VolumeNodeAffinity,
} from './core/persistent-volume.ts';
export {
  ModifyVolumeStatus,
  PersistentVolumeClaim,
  PersistentVolumeClaimCondition,
  PersistentVolumeClaimStatus,
  persistentVolumeClaimKind,
} from './core/persistent-volume-claim.ts';
export { PersistentVolumeClaimSpec, PersistentVolumeClaimTemplate } from './core/persistent-volume-claim-spec.ts';
export {
  AzureFilePersistentVolumeSource,
  CephFSPersistentVolumeSource,
  CinderPersistentVolumeSource,
  CSIPersistentVolumeSource,
  FlexPersistentVolumeSource,
  GlusterfsPersistentVolumeSource,
  ISCSIPersistentVolumeSource,
  LocalVolumeSource,
  PersistentVolumeSource,
  RBDPersistentVolumeSource,
  ScaleIOPersistentVolumeSource,
  SecretReference,
  StorageOSPersistentVolumeSource,
} from './core/persistent-volume-sources.ts';
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
export { validateEphemeralUpdate } from './core/pod/ephemeral-validation.ts';
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
export { type QosClass, qosClassOf } from './core/pod/qos-class.ts';
export { validateResize } from './core/pod/resize-validation.ts';
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
export { PodTemplate, podTemplateKind } from './core/pod-template.ts';
export {
  LocalObjectReference,
  ObjectReference,
  TypedLocalObjectReference,
  TypedObjectReference,
} from './core/references.ts';
export {
  ReplicationController,
  ReplicationControllerCondition,
  ReplicationControllerSpec,
  ReplicationControllerStatus,
  replicationControllerKind,
} from './core/replication-controller.ts';
export {
  ResourceQuota,
  ResourceQuotaSpec,
  ResourceQuotaStatus,
  resourceQuotaKind,
  ScopedResourceSelectorRequirement,
  ScopeSelector,
} from './core/resource-quota.ts';
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
export { TopologySelectorLabelRequirement, TopologySelectorTerm } from './core/topology-selector.ts';
export {
  Endpoint,
  EndpointConditions,
  EndpointHints,
  EndpointSlice,
  EndpointSlicePort,
  endpointSliceKind,
  ForNode,
  ForZone,
  SERVICE_NAME_LABEL,
} from './discovery/endpoint-slice.ts';
export { EventsEvent, EventsEventSeries, eventsEventKind } from './events/event.ts';
export {
  FlowDistinguisherMethod,
  FlowSchema,
  FlowSchemaCondition,
  FlowSchemaSpec,
  FlowSchemaStatus,
  FlowSchemaSubject,
  flowSchemaKind,
  GroupSubject,
  NonResourcePolicyRule,
  PolicyRulesWithSubjects,
  PriorityLevelConfigurationReference,
  ResourcePolicyRule,
  ServiceAccountSubject,
  UserSubject,
} from './flowcontrol/flow-schema.ts';
export {
  ExemptPriorityLevelConfiguration,
  LimitedPriorityLevelConfiguration,
  LimitResponse,
  PriorityLevelConfiguration,
  PriorityLevelConfigurationCondition,
  PriorityLevelConfigurationSpec,
  PriorityLevelConfigurationStatus,
  priorityLevelConfigurationKind,
  QueuingConfiguration,
} from './flowcontrol/priority-level-configuration.ts';
export { Condition } from './meta/condition.ts';
export { DeleteOptions, Preconditions } from './meta/delete-options.ts';
export { LabelSelector, LabelSelectorRequirement } from './meta/label-selector.ts';
export { ListMeta, ShardInfo } from './meta/list-meta.ts';
export { ManagedFieldsEntry, ObjectMeta, OwnerReference } from './meta/object-meta.ts';
export { ListHead, PartialObjectMetadata, PartialObjectMetadataList } from './meta/partial-object-metadata.ts';
export { StatusCauseSchema, StatusDetailsSchema, StatusSchema } from './meta/status.ts';
export {
  HTTPIngressPath,
  HTTPIngressRuleValue,
  Ingress,
  IngressBackend,
  IngressLoadBalancerIngress,
  IngressLoadBalancerStatus,
  IngressPortStatus,
  IngressRule,
  IngressRuleValue,
  IngressServiceBackend,
  IngressSpec,
  IngressStatus,
  IngressTLS,
  ingressKind,
  ServiceBackendPort,
} from './networking/ingress.ts';
export {
  IngressClass,
  IngressClassParametersReference,
  IngressClassSpec,
  ingressClassKind,
} from './networking/ingress-class.ts';
export { IPAddress, IPAddressSpec, ipAddressKind, ParentReference } from './networking/ip-address.ts';
export {
  IPBlock,
  NetworkPolicy,
  NetworkPolicyEgressRule,
  NetworkPolicyIngressRule,
  NetworkPolicyPeer,
  NetworkPolicyPort,
  NetworkPolicySpec,
  networkPolicyKind,
} from './networking/network-policy.ts';
export { ServiceCIDR, ServiceCIDRSpec, ServiceCIDRStatus, serviceCIDRKind } from './networking/service-cidr.ts';
export { Overhead, RuntimeClass, runtimeClassKind, Scheduling } from './node/runtime-class.ts';
export { Eviction, evictionKind } from './policy/eviction.ts';
export {
  PodDisruptionBudget,
  PodDisruptionBudgetSpec,
  PodDisruptionBudgetStatus,
  podDisruptionBudgetKind,
} from './policy/pod-disruption-budget.ts';
export { AggregationRule, ClusterRole, clusterRoleKind } from './rbac/cluster-role.ts';
export { ClusterRoleBinding, clusterRoleBindingKind } from './rbac/cluster-role-binding.ts';
export { Role, roleKind } from './rbac/role.ts';
export { RoleBinding, roleBindingKind } from './rbac/role-binding.ts';
export { PolicyRule, RoleRef, Subject } from './rbac/rules.ts';
export {
  CapacityRequestPolicy,
  CapacityRequestPolicyRange,
  Counter,
  Device,
  DeviceAttribute,
  DeviceCapacity,
  DeviceCounterConsumption,
  DeviceTaint,
  NodeAllocatableResourceMapping,
} from './resource/device.ts';
export {
  AllocationResult,
  DeviceAllocationConfiguration,
  DeviceAllocationResult,
  DeviceRequestAllocationResult,
} from './resource/device-allocation.ts';
export { DeviceClass, DeviceClassConfiguration, DeviceClassSpec, deviceClassKind } from './resource/device-class.ts';
export {
  CapacityRequirements,
  CELDeviceSelector,
  DeviceClaim,
  DeviceClaimConfiguration,
  DeviceConfiguration,
  DeviceConstraint,
  DeviceRequest,
  DeviceSelector,
  DeviceSubRequest,
  DeviceToleration,
  ExactDeviceRequest,
  OpaqueDeviceConfiguration,
} from './resource/device-request.ts';
export {
  AllocatedDeviceStatus,
  DeviceResourceClaim,
  DeviceResourceClaimSpec,
  DeviceResourceClaimStatus,
  deviceResourceClaimKind,
  NetworkDeviceData,
  ResourceClaimConsumerReference,
} from './resource/resource-claim.ts';
export {
  ResourceClaimTemplate,
  ResourceClaimTemplateSpec,
  resourceClaimTemplateKind,
} from './resource/resource-claim-template.ts';
export {
  CounterSet,
  DeviceResourcePool,
  ResourceSlice,
  ResourceSliceSpec,
  resourceSliceKind,
} from './resource/resource-slice.ts';
export { PriorityClass, priorityClassKind } from './scheduling/priority-class.ts';
export { CSIDriver, CSIDriverSpec, CSITokenRequest, csiDriverKind } from './storage/csi-driver.ts';
export { CSINode, CSINodeDriver, CSINodeSpec, csiNodeKind, VolumeNodeResources } from './storage/csi-node.ts';
export { CSIStorageCapacity, csiStorageCapacityKind } from './storage/csi-storage-capacity.ts';
export { StorageClass, storageClassKind } from './storage/storage-class.ts';
export {
  VolumeAttachment,
  VolumeAttachmentSource,
  VolumeAttachmentSpec,
  VolumeAttachmentStatus,
  VolumeError,
  volumeAttachmentKind,
} from './storage/volume-attachment.ts';
export { VolumeAttributesClass, volumeAttributesClassKind } from './storage/volume-attributes-class.ts';
