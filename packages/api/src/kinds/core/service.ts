import { isDns1035Label } from '../../machinery/names.ts';
import { bool, int32, intOrString, list, map, of, str } from '../../schema/builders.ts';
import { defineKind } from '../../schema/kind.ts';
import { type Infer, struct } from '../../schema/struct.ts';
import { Condition } from '../meta/condition.ts';
import { ObjectMeta } from '../meta/object-meta.ts';
import { serviceColumns } from './service-columns.ts';
import { defaultService } from './service-defaults.ts';
import { validateFamiliesUpdate } from './service-families.ts';
import { validateService } from './service-validation.ts';

export const ServicePort = struct('ServicePort', {
  name: str(1),
  protocol: str(2).oneOf('TCP', 'UDP', 'SCTP').default('TCP'),
  port: int32(3).required().range(1, 65535),
  targetPort: intOrString(4),
  nodePort: int32(5).range(0, 65535),
  appProtocol: str(6).pointer(),
});
export type ServicePort = Infer<typeof ServicePort>;

export const ClientIPConfig = struct('ClientIPConfig', {
  timeoutSeconds: int32(1).pointer(),
});
export type ClientIPConfig = Infer<typeof ClientIPConfig>;

export const SessionAffinityConfig = struct('SessionAffinityConfig', {
  clientIP: of(1, ClientIPConfig),
});
export type SessionAffinityConfig = Infer<typeof SessionAffinityConfig>;

export const ServiceSpec = struct('ServiceSpec', {
  ports: list(1, ServicePort).keyed('port', 'protocol'),
  selector: map(2, str()).atomic(),
  clusterIP: str(3),
  type: str(4).oneOf('ClusterIP', 'ExternalName', 'LoadBalancer', 'NodePort').default('ClusterIP'),
  externalIPs: list(5, str()).atomic(),
  sessionAffinity: str(7).oneOf('ClientIP', 'None').default('None'),
  loadBalancerIP: str(8),
  loadBalancerSourceRanges: list(9, str()).atomic(),
  externalName: str(10),
  externalTrafficPolicy: str(11).oneOf('Cluster', 'Local'),
  healthCheckNodePort: int32(12),
  publishNotReadyAddresses: bool(13),
  sessionAffinityConfig: of(14, SessionAffinityConfig),
  ipFamilyPolicy: str(17).pointer().oneOf('SingleStack', 'PreferDualStack', 'RequireDualStack'),
  clusterIPs: list(18, str()).atomic(),
  ipFamilies: list(19, str()).atomic(),
  allocateLoadBalancerNodePorts: bool(20).pointer(),
  loadBalancerClass: str(21).pointer(),
  internalTrafficPolicy: str(22).pointer().oneOf('Cluster', 'Local'),
  trafficDistribution: str(23).pointer(),
});
export type ServiceSpec = Infer<typeof ServiceSpec>;

export const PortStatus = struct('PortStatus', {
  port: int32(1).required(),
  protocol: str(2).required(),
  error: str(3).pointer(),
});
export type PortStatus = Infer<typeof PortStatus>;

export const LoadBalancerIngress = struct('LoadBalancerIngress', {
  ip: str(1),
  hostname: str(2),
  ipMode: str(3).pointer(),
  ports: list(4, PortStatus).atomic(),
});
export type LoadBalancerIngress = Infer<typeof LoadBalancerIngress>;

export const LoadBalancerStatus = struct('LoadBalancerStatus', {
  ingress: list(1, LoadBalancerIngress).atomic(),
});
export type LoadBalancerStatus = Infer<typeof LoadBalancerStatus>;

export const ServiceStatus = struct('ServiceStatus', {
  loadBalancer: of(1, LoadBalancerStatus),
  conditions: list(2, Condition).keyed('type'),
});
export type ServiceStatus = Infer<typeof ServiceStatus>;

export const Service = struct('Service', {
  apiVersion: str(),
  kind: str(),
  metadata: of(1, ObjectMeta).expected(),
  spec: of(2, ServiceSpec).expected(),
  status: of(3, ServiceStatus),
});
export type Service = Infer<typeof Service>;

export const serviceKind = defineKind<Service>({
  group: '',
  version: 'v1',
  kind: 'Service',
  plural: 'services',
  shortNames: ['svc'],
  categories: ['all'],
  namespaced: true,
  struct: Service,
  createOnUpdate: true,
  nameRule: isDns1035Label,
  hasGeneration: false,
  defaults: defaultService,
  prepareForCreate(service) {
    service.status = { loadBalancer: {} };
  },
  validate: validateService,
  validateUpdate: validateFamiliesUpdate,
  subresources: {
    status: true,
    others: {
      proxy: { kind: ['', 'v1', 'ServiceProxyOptions'], verbs: ['create', 'delete', 'get', 'patch', 'update'] },
    },
  },
  fieldSelectors: {
    'spec.clusterIP': (service) => service.spec.clusterIP ?? '',
    'spec.type': (service) => service.spec.type ?? '',
  },
  columns: serviceColumns,
});
