import { bool, int32, int64, list, map, of, quantity, str } from '../../../schema/builders.ts';
import { type Infer, struct } from '../../../schema/struct.ts';
import { LocalObjectReference } from '../references.ts';
import { Affinity } from './affinity.ts';
import { Container, EphemeralContainer } from './container.ts';
import { ResourceRequirements } from './resources.ts';
import {
  HostAlias,
  PodDNSConfig,
  PodOS,
  PodReadinessGate,
  PodResourceClaim,
  PodSchedulingGate,
  PodSchedulingGroup,
  Toleration,
  TopologySpreadConstraint,
} from './scheduling.ts';
import { PodSecurityContext } from './security.ts';
import { Volume } from './volumes.ts';

export const PodSpec = struct('PodSpec', {
  volumes: list(1, Volume).listMap('name').patchMerge('name').retainKeys(),
  containers: list(2, Container).required().keyed('name'),
  restartPolicy: str(3).oneOfInOrder('Always', 'OnFailure', 'Never').default('Always'),
  terminationGracePeriodSeconds: int64(4).pointer().default(30),
  activeDeadlineSeconds: int64(5).pointer().range(1, 2147483647),
  dnsPolicy: str(6).oneOfInOrder('ClusterFirstWithHostNet', 'ClusterFirst', 'Default', 'None').default('ClusterFirst'),
  nodeSelector: map(7, str()).atomic(),
  serviceAccountName: str(8),
  serviceAccount: str(9),
  nodeName: str(10),
  hostNetwork: bool(11),
  hostPID: bool(12),
  hostIPC: bool(13),
  securityContext: of(14, PodSecurityContext).default({}),
  imagePullSecrets: list(15, LocalObjectReference).keyed('name'),
  hostname: str(16),
  subdomain: str(17),
  affinity: of(18, Affinity),
  schedulerName: str(19).default('default-scheduler'),
  initContainers: list(20, Container).keyed('name'),
  automountServiceAccountToken: bool(21).pointer(),
  tolerations: list(22, Toleration).atomic(),
  hostAliases: list(23, HostAlias).keyed('ip'),
  priorityClassName: str(24),
  priority: int32(25).pointer(),
  dnsConfig: of(26, PodDNSConfig),
  shareProcessNamespace: bool(27).pointer(),
  readinessGates: list(28, PodReadinessGate).atomic(),
  runtimeClassName: str(29).pointer(),
  enableServiceLinks: bool(30).pointer(),
  preemptionPolicy: str(31).pointer().oneOfInOrder('PreemptLowerPriority', 'Never'),
  overhead: map(32, quantity()),
  topologySpreadConstraints: list(33, TopologySpreadConstraint).keyed('topologyKey', 'whenUnsatisfiable'),
  ephemeralContainers: list(34, EphemeralContainer).keyed('name'),
  setHostnameAsFQDN: bool(35).pointer(),
  os: of(36, PodOS),
  hostUsers: bool(37).pointer(),
  schedulingGates: list(38, PodSchedulingGate).keyed('name'),
  resourceClaims: list(39, PodResourceClaim).listMap('name').patchMerge('name').retainKeys(),
  resources: of(40, ResourceRequirements),
  hostnameOverride: str(41).pointer(),
  schedulingGroup: of(43, PodSchedulingGroup),
});
export type PodSpec = Infer<typeof PodSpec>;
