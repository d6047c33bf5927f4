import {
  type FieldError,
  fieldForbidden,
  fieldInvalid,
  fieldNotSupported,
  fieldRequired,
} from '../../machinery/field-error.ts';
import { type FieldPath, path } from '../../machinery/field-path.ts';
import { isValidCIDR } from '../../machinery/ip.ts';
import { validateLabelSelector } from '../../machinery/validate-meta.ts';
import { validatePort } from '../core/pod/probe-validation.ts';
import { isStrictSubset } from './cidr.ts';
import type { IPBlock, NetworkPolicy, NetworkPolicyPeer, NetworkPolicyPort } from './network-policy.ts';

const PROTOCOLS = ['TCP', 'UDP', 'SCTP'];

export function validateNetworkPolicy({ spec }: NetworkPolicy): FieldError[] {
  const at = path('spec');
  const errors = validateLabelSelector(spec.podSelector, at.child('podSelector'));
  (spec.ingress ?? []).forEach(({ from = [], ports = [] }, i) => {
    errors.push(...validateRule(ports, from, 'from', at.child('ingress').index(i)));
  });
  (spec.egress ?? []).forEach(({ to = [], ports = [] }, i) => {
    errors.push(...validateRule(ports, to, 'to', at.child('egress').index(i)));
  });
  const types = spec.policyTypes ?? [];
  if (types.length > 2)
    return [...errors, fieldInvalid(at.child('policyTypes'), types, 'may not specify more than two policyTypes')];
  types.forEach((type, i) => {
    if (type !== 'Ingress' && type !== 'Egress')
      errors.push(fieldNotSupported(at.child('policyTypes').index(i), type, ['Ingress', 'Egress']));
  });
  return errors;
}

function validateRule(
  ports: readonly NetworkPolicyPort[],
  peers: readonly NetworkPolicyPeer[],
  direction: 'from' | 'to',
  at: FieldPath,
): FieldError[] {
  return [
    ...ports.flatMap((port, i) => validatePolicyPort(port, at.child('ports').index(i))),
    ...peers.flatMap((peer, i) => validatePeer(peer, at.child(direction).index(i))),
  ];
}

function validatePolicyPort({ port, protocol, endPort }: NetworkPolicyPort, at: FieldPath): FieldError[] {
  const errors = port === undefined ? [] : validatePort(port, at.child('port'));
  if (protocol !== undefined && !PROTOCOLS.includes(protocol))
    errors.push(fieldNotSupported(at.child('protocol'), protocol, PROTOCOLS));
  if (endPort === undefined) return errors;
  if (port === undefined) errors.push(fieldRequired(at.child('port'), 'must be specified when `endPort` is set'));
  else if (typeof port === 'string')
    errors.push(fieldInvalid(at.child('endPort'), endPort, 'may not be specified when `port` is non-numeric'));
  else if (endPort < port)
    errors.push(fieldInvalid(at.child('endPort'), endPort, 'must be greater than or equal to `port`'));
  else errors.push(...validatePort(endPort, at.child('endPort')));
  return errors;
}

function validatePeer({ podSelector, namespaceSelector, ipBlock }: NetworkPolicyPeer, at: FieldPath): FieldError[] {
  const errors = [
    ...validateLabelSelector(podSelector, at.child('podSelector')),
    ...validateLabelSelector(namespaceSelector, at.child('namespaceSelector')),
    ...(ipBlock ? validateBlock(ipBlock, at.child('ipBlock')) : []),
  ];
  if (!podSelector && !namespaceSelector && !ipBlock) errors.push(fieldRequired(at, 'must specify a peer'));
  if (ipBlock && (podSelector || namespaceSelector))
    errors.push(fieldForbidden(at, 'may not specify both ipBlock and another peer'));
  return errors;
}

function validateBlock({ cidr, except = [] }: IPBlock, at: FieldPath): FieldError[] {
  if (!cidr) return [];
  const problems = isValidCIDR(cidr);
  if (problems.length > 0) return problems.map((message) => fieldInvalid(at.child('cidr'), cidr, message));
  return except.flatMap((each, i) => {
    const where = at.child('except').index(i);
    const wrong = isValidCIDR(each);
    if (wrong.length > 0) return wrong.map((message) => fieldInvalid(where, each, message));
    return isStrictSubset(each, cidr) ? [] : [fieldInvalid(where, each, 'must be a strict subset of `cidr`')];
  });
}
