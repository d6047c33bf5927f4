import type { PolicyRule } from '@coxswain/api';
import { type BootstrapRole, EVENTS, READ, rule, urlRule, WRITE } from './rule.ts';

const DELEGATED: readonly PolicyRule[] = [
  rule('create', 'authentication.k8s.io', 'tokenreviews'),
  rule('create', 'authorization.k8s.io', 'subjectaccessreviews'),
];

/** What kubelets do. */
export const NODE_RULES: readonly PolicyRule[] = [
  ...DELEGATED,
  rule('create', 'authorization.k8s.io', 'localsubjectaccessreviews'),
  EVENTS,
  rule(READ, '', 'services configmaps secrets'),
  rule(`create delete patch update ${READ}`, '', 'nodes'),
  rule('patch update', '', 'nodes/status'),
  rule(`create delete ${READ}`, '', 'pods'),
  rule('patch update', '', 'pods/status'),
  rule('create', '', 'pods/eviction serviceaccounts/token'),
  rule(READ, '', 'persistentvolumeclaims persistentvolumes endpoints serviceaccounts'),
  rule('get patch update', '', 'persistentvolumeclaims/status'),
  rule(`create ${READ}`, 'certificates.k8s.io', 'certificatesigningrequests'),
  rule(`create delete patch update ${READ}`, 'coordination.k8s.io', 'leases'),
  rule(READ, 'storage.k8s.io', 'volumeattachments csidrivers'),
  rule(`create delete patch update ${READ}`, 'storage.k8s.io', 'csinodes'),
  rule(READ, 'node.k8s.io', 'runtimeclasses'),
  rule(READ, 'resource.k8s.io', 'resourceclaims'),
  rule(`create delete deletecollection patch update ${READ}`, 'resource.k8s.io', 'resourceslices'),
];

/** Roles of the programs that a cluster is made of, under upstream's names. */
export const COMPONENT_ROLES: readonly BootstrapRole[] = [
  { name: 'system:node', rules: NODE_RULES },
  {
    name: 'system:kube-scheduler',
    rules: [
      ...DELEGATED,
      EVENTS,
      rule('create', 'coordination.k8s.io', 'leases'),
      rule(`update ${READ}`, 'coordination.k8s.io', 'leases'),
      rule(`patch ${READ}`, '', 'nodes'),
      rule(`delete ${READ}`, '', 'pods'),
      rule('create', '', 'bindings pods/binding'),
      rule('patch update', '', 'pods/status'),
      rule(READ, '', 'namespaces replicationcontrollers services persistentvolumes'),
      rule(READ, 'apps', 'replicasets statefulsets'),
      rule(READ, 'policy', 'poddisruptionbudgets'),
      rule(`patch update ${READ}`, '', 'persistentvolumeclaims'),
      rule(READ, 'storage.k8s.io', 'csinodes csidrivers csistoragecapacities storageclasses volumeattachments'),
      rule(READ, 'resource.k8s.io', 'deviceclasses resourceslices'),
      rule(`patch update ${READ}`, 'resource.k8s.io', 'resourceclaims resourceclaims/status'),
    ],
  },
  {
    name: 'system:volume-scheduler',
    rules: [
      rule(`patch update ${READ}`, '', 'persistentvolumes persistentvolumeclaims'),
      rule(READ, 'storage.k8s.io', 'storageclasses'),
    ],
  },
  {
    // One program under one name runs all controllers, which have a name each upstream.
    name: 'system:kube-controller-manager',
    rules: [
      ...DELEGATED,
      rule(`${READ} ${WRITE}`, '*', '*'),
      urlRule('get', '/api /api/* /apis /apis/*'),
      rule('escalate', 'rbac.authorization.k8s.io', 'clusterroles'),
      rule('approve sign', 'certificates.k8s.io', 'signers'),
    ],
  },
  {
    name: 'system:node-proxier',
    rules: [
      rule('list watch', '', 'services endpoints'),
      rule(READ, '', 'nodes'),
      EVENTS,
      rule('list watch', 'discovery.k8s.io', 'endpointslices'),
      rule('list watch', 'networking.k8s.io', 'servicecidrs'),
    ],
  },
  {
    // Routes between the nodes' pods: as network plug-ins bring it along upstream.
    name: 'system:pod-network',
    rules: [
      rule(READ, '', 'nodes'),
      rule('patch update', '', 'nodes/status'),
      rule('list watch', '', 'pods namespaces'),
      rule('list watch', 'networking.k8s.io', 'networkpolicies'),
      EVENTS,
    ],
  },
  {
    name: 'system:metrics-server',
    rules: [
      ...DELEGATED,
      rule(READ, '', 'nodes pods namespaces configmaps'),
      rule('get', '', 'nodes/metrics nodes/stats nodes/proxy'),
      rule(`create patch update ${READ}`, 'apiregistration.k8s.io', 'apiservices'),
      rule(`create patch update ${READ}`, 'core discovery.k8s.io', 'services endpoints endpointslices'),
    ],
  },
  { name: 'system:auth-delegator', rules: DELEGATED },
  {
    name: 'system:kubelet-api-admin',
    rules: [
      rule(READ, '', 'nodes'),
      rule('proxy', '', 'nodes'),
      rule('*', '', 'nodes/healthz nodes/log nodes/metrics nodes/pods nodes/proxy nodes/stats'),
    ],
  },
  {
    name: 'system:node-bootstrapper',
    rules: [rule(`create ${READ}`, 'certificates.k8s.io', 'certificatesigningrequests')],
  },
  {
    name: 'system:kube-dns',
    rules: [rule('list watch', '', 'endpoints services')],
  },
  {
    name: 'system:node-problem-detector',
    rules: [rule('get', '', 'nodes'), rule('patch', '', 'nodes/status'), EVENTS],
  },
  {
    name: 'system:persistent-volume-provisioner',
    rules: [
      rule(`create delete ${READ}`, '', 'persistentvolumes'),
      rule(`update ${READ}`, '', 'persistentvolumeclaims'),
      rule(READ, 'storage.k8s.io', 'storageclasses'),
      rule('watch', '', 'events'),
      EVENTS,
    ],
  },
  {
    name: 'system:certificates.k8s.io:certificatesigningrequests:nodeclient',
    rules: [rule('create', 'certificates.k8s.io', 'certificatesigningrequests/nodeclient')],
  },
  {
    name: 'system:certificates.k8s.io:certificatesigningrequests:selfnodeclient',
    rules: [rule('create', 'certificates.k8s.io', 'certificatesigningrequests/selfnodeclient')],
  },
];
