import { labelSelectorAsSelector } from '../../machinery/label-selector.ts';
import { int32, intOrString, list, of, str } from '../../schema/builders.ts';
import { column } from '../../schema/column.ts';
import { defineKind } from '../../schema/kind.ts';
import { type Infer, struct } from '../../schema/struct.ts';
import { LabelSelector } from '../meta/label-selector.ts';
import { ObjectMeta } from '../meta/object-meta.ts';
import { validateNetworkPolicy } from './network-policy-validation.ts';

export const NetworkPolicyPort = struct('NetworkPolicyPort', {
  protocol: str(1).pointer().default('TCP'),
  port: intOrString(2).pointer(),
  endPort: int32(3).pointer(),
});
export type NetworkPolicyPort = Infer<typeof NetworkPolicyPort>;

export const IPBlock = struct('IPBlock', {
  cidr: str(1).required(),
  except: list(2, str()).atomic(),
});
export type IPBlock = Infer<typeof IPBlock>;

export const NetworkPolicyPeer = struct('NetworkPolicyPeer', {
  podSelector: of(1, LabelSelector),
  namespaceSelector: of(2, LabelSelector),
  ipBlock: of(3, IPBlock),
});
export type NetworkPolicyPeer = Infer<typeof NetworkPolicyPeer>;

export const NetworkPolicyEgressRule = struct('NetworkPolicyEgressRule', {
  ports: list(1, NetworkPolicyPort).atomic(),
  to: list(2, NetworkPolicyPeer).atomic(),
});
export type NetworkPolicyEgressRule = Infer<typeof NetworkPolicyEgressRule>;

export const NetworkPolicyIngressRule = struct('NetworkPolicyIngressRule', {
  ports: list(1, NetworkPolicyPort).atomic(),
  from: list(2, NetworkPolicyPeer).atomic(),
});
export type NetworkPolicyIngressRule = Infer<typeof NetworkPolicyIngressRule>;

export const NetworkPolicySpec = struct('NetworkPolicySpec', {
  podSelector: of(1, LabelSelector)
    .expected()
    .always()
    .describe('The pods the policy is for; all of the namespace when empty.'),
  ingress: list(2, NetworkPolicyIngressRule).atomic().describe('What may come in; nothing when empty.'),
  egress: list(3, NetworkPolicyEgressRule).atomic().describe('What may go out; nothing when empty.'),
  policyTypes: list(4, str()).atomic().describe('Which directions the policy rules.'),
});
export type NetworkPolicySpec = Infer<typeof NetworkPolicySpec>;

export const NetworkPolicy = struct('NetworkPolicy', {
  apiVersion: str(),
  kind: str(),
  metadata: of(1, ObjectMeta).expected(),
  spec: of(2, NetworkPolicySpec).expected(),
});
export type NetworkPolicy = Infer<typeof NetworkPolicy>;

export const networkPolicyKind = defineKind<NetworkPolicy>({
  group: 'networking.k8s.io',
  version: 'v1',
  kind: 'NetworkPolicy',
  plural: 'networkpolicies',
  shortNames: ['netpol'],
  namespaced: true,
  struct: NetworkPolicy,
  defaults({ spec }) {
    if (!spec.policyTypes?.length) spec.policyTypes = spec.egress?.length ? ['Ingress', 'Egress'] : ['Ingress'];
  },
  validate: validateNetworkPolicy,
  columns: [column('Pod-Selector', ({ spec }) => labelSelectorAsSelector(spec.podSelector).toString() || '<none>')],
});
