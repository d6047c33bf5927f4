import { int32, list, of, str } from '../../schema/builders.ts';
import { column } from '../../schema/column.ts';
import { defineKind } from '../../schema/kind.ts';
import { type Infer, inlined, struct } from '../../schema/struct.ts';
import { TypedLocalObjectReference } from '../core/references.ts';
import { ObjectMeta } from '../meta/object-meta.ts';
import { validateIngress } from './ingress-validation.ts';

export const ServiceBackendPort = struct('ServiceBackendPort', {
  name: str(1),
  number: int32(2),
});
export type ServiceBackendPort = Infer<typeof ServiceBackendPort>;

export const IngressServiceBackend = struct('IngressServiceBackend', {
  name: str(1).required(),
  port: of(2, ServiceBackendPort).filled(),
});
export type IngressServiceBackend = Infer<typeof IngressServiceBackend>;

export const IngressBackend = struct('IngressBackend', {
  resource: of(3, TypedLocalObjectReference),
  service: of(4, IngressServiceBackend),
});
export type IngressBackend = Infer<typeof IngressBackend>;

export const HTTPIngressPath = struct('HTTPIngressPath', {
  path: str(1).describe('The path to match, beginning with /.'),
  backend: of(2, IngressBackend).expected().describe('Where matching requests go.'),
  pathType: str(3)
    .pointer()
    .always()
    .oneOf('Exact', 'ImplementationSpecific', 'Prefix')
    .describe('Exact, Prefix by elements, or as the controller likes.'),
});
export type HTTPIngressPath = Infer<typeof HTTPIngressPath>;

export const HTTPIngressRuleValue = struct('HTTPIngressRuleValue', {
  paths: list(1, HTTPIngressPath).required().atomic(),
});
export type HTTPIngressRuleValue = Infer<typeof HTTPIngressRuleValue>;

export const IngressRuleValue = struct('IngressRuleValue', {
  http: of(1, HTTPIngressRuleValue),
});
export type IngressRuleValue = Infer<typeof IngressRuleValue>;

export const IngressRule = struct('IngressRule', {
  ...inlined(2, IngressRuleValue),
  host: str(1),
});
export type IngressRule = Infer<typeof IngressRule>;

export const IngressTLS = struct('IngressTLS', {
  hosts: list(1, str()).atomic(),
  secretName: str(2),
});
export type IngressTLS = Infer<typeof IngressTLS>;

export const IngressSpec = struct('IngressSpec', {
  defaultBackend: of(1, IngressBackend).describe('Where requests go that no rule takes.'),
  tls: list(2, IngressTLS).atomic().describe('Hosts and the Secrets with their certificates.'),
  rules: list(3, IngressRule).atomic().describe('Where requests go by host and path.'),
  ingressClassName: str(4).pointer().describe('The IngressClass whose controller serves this Ingress.'),
});
export type IngressSpec = Infer<typeof IngressSpec>;

export const IngressPortStatus = struct('IngressPortStatus', {
  port: int32(1).required(),
  protocol: str(2).required(),
  error: str(3).pointer(),
});
export type IngressPortStatus = Infer<typeof IngressPortStatus>;

export const IngressLoadBalancerIngress = struct('IngressLoadBalancerIngress', {
  ip: str(1),
  hostname: str(2),
  ports: list(4, IngressPortStatus).atomic(),
});
export type IngressLoadBalancerIngress = Infer<typeof IngressLoadBalancerIngress>;

export const IngressLoadBalancerStatus = struct('IngressLoadBalancerStatus', {
  ingress: list(1, IngressLoadBalancerIngress).atomic(),
});
export type IngressLoadBalancerStatus = Infer<typeof IngressLoadBalancerStatus>;

export const IngressStatus = struct('IngressStatus', {
  loadBalancer: of(1, IngressLoadBalancerStatus).filled(),
});
export type IngressStatus = Infer<typeof IngressStatus>;

export const Ingress = struct('Ingress', {
  apiVersion: str(),
  kind: str(),
  metadata: of(1, ObjectMeta).expected(),
  spec: of(2, IngressSpec).expected(),
  status: of(3, IngressStatus),
});
export type Ingress = Infer<typeof Ingress>;

export const ingressKind = defineKind<Ingress>({
  group: 'networking.k8s.io',
  version: 'v1',
  kind: 'Ingress',
  plural: 'ingresses',
  shortNames: ['ing'],
  namespaced: true,
  struct: Ingress,
  prepareForCreate(ingress) {
    ingress.status = { loadBalancer: {} };
  },
  validate: validateIngress,
  subresources: { status: true },
  columns: [
    column('Class', ({ metadata, spec }) => spec.ingressClassName ?? metadata.annotations?.[CLASS] ?? '<none>'),
    column('Hosts', ({ spec }) => hostsCell(spec.rules ?? [])),
    column('Address', ({ status }) =>
      (status?.loadBalancer?.ingress ?? []).map(({ ip, hostname }) => ip || hostname || '').join(','),
    ),
    column('Ports', ({ spec }) => (spec.tls?.length ? '80, 443' : '80')),
  ],
});

const CLASS = 'kubernetes.io/ingress.class';
const SHOWN_HOSTS = 3;

function hostsCell(rules: readonly IngressRule[]): string {
  const hosts = rules.map(({ host }) => host ?? '').filter((host) => host !== '');
  if (hosts.length === 0) return '*';
  const shown = hosts.slice(0, SHOWN_HOSTS).join(',');
  return hosts.length > SHOWN_HOSTS ? `${shown} + ${hosts.length - SHOWN_HOSTS} more...` : shown;
}
