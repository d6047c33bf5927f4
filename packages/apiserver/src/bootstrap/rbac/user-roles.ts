import type { PolicyRule } from '@coxswain/api';
import { type BootstrapRole, READ, rule, urlRule, WRITE } from './rule.ts';

const to = (name: string) => `rbac.authorization.k8s.io/aggregate-to-${name}`;
const labelled = (name: string) => ({ [to(name)]: 'true' });

const CORE = 'configmaps events persistentvolumeclaims replicationcontrollers replicationcontrollers/scale services';
const APPS =
  'controllerrevisions daemonsets deployments deployments/scale replicasets replicasets/scale statefulsets statefulsets/scale';
const APPS_STATUS = 'daemonsets/status deployments/status replicasets/status statefulsets/status';

const VIEW: readonly PolicyRule[] = [
  rule(READ, '', 'configmaps endpoints persistentvolumeclaims persistentvolumeclaims/status pods'),
  rule(READ, '', 'replicationcontrollers replicationcontrollers/scale serviceaccounts services services/status'),
  rule(READ, '', 'bindings events limitranges namespaces/status pods/log pods/status replicationcontrollers/status'),
  rule(READ, '', 'resourcequotas resourcequotas/status namespaces'),
  rule(READ, 'discovery.k8s.io', 'endpointslices'),
  rule(READ, 'apps', `${APPS} ${APPS_STATUS}`),
  rule(READ, 'autoscaling', 'horizontalpodautoscalers horizontalpodautoscalers/status'),
  rule(READ, 'batch', 'cronjobs cronjobs/status jobs jobs/status'),
  rule(READ, 'policy', 'poddisruptionbudgets poddisruptionbudgets/status'),
  rule(READ, 'networking.k8s.io', 'ingresses ingresses/status networkpolicies'),
  rule(READ, 'resource.k8s.io', 'resourceclaims resourceclaims/status resourceclaimtemplates'),
  rule(READ, 'metrics.k8s.io', 'pods nodes'),
];

const EDIT: readonly PolicyRule[] = [
  rule(READ, '', 'pods/attach pods/exec pods/portforward pods/proxy secrets services/proxy'),
  rule('impersonate', '', 'serviceaccounts'),
  rule(WRITE, '', 'pods pods/attach pods/exec pods/portforward pods/proxy'),
  rule('create', '', 'pods/eviction'),
  rule(WRITE, '', `${CORE} secrets serviceaccounts services/proxy endpoints`),
  rule('create', '', 'serviceaccounts/token'),
  rule(WRITE, 'apps', `${APPS} deployments/rollback`),
  rule(WRITE, 'autoscaling', 'horizontalpodautoscalers'),
  rule(WRITE, 'batch', 'cronjobs jobs'),
  rule(WRITE, 'policy', 'poddisruptionbudgets'),
  rule(WRITE, 'networking.k8s.io', 'ingresses networkpolicies'),
  rule(WRITE, 'resource.k8s.io', 'resourceclaims resourceclaimtemplates'),
  rule(`${WRITE} ${READ}`, 'coordination.k8s.io', 'leases'),
];

const ADMIN: readonly PolicyRule[] = [
  rule('create', 'authorization.k8s.io', 'localsubjectaccessreviews'),
  rule(`${READ} ${WRITE}`, 'rbac.authorization.k8s.io', 'rolebindings roles'),
];

/** Roles for people: what everybody may ask, and view, edit and admin with the roles that they are made of. */
export const USER_ROLES: readonly BootstrapRole[] = [
  {
    name: 'cluster-admin',
    rules: [rule('*', '*', '*'), urlRule('*', '*')],
  },
  {
    name: 'system:discovery',
    rules: [urlRule('get', '/api /api/* /apis /apis/* /healthz /livez /openapi /openapi/* /readyz /version /version/')],
  },
  { name: 'system:public-info-viewer', rules: [urlRule('get', '/healthz /livez /readyz /version /version/')] },
  {
    name: 'system:basic-user',
    rules: [
      rule('create', 'authorization.k8s.io', 'selfsubjectaccessreviews selfsubjectrulesreviews'),
      rule('create', 'authentication.k8s.io', 'selfsubjectreviews'),
    ],
  },
  {
    name: 'system:service-account-issuer-discovery',
    rules: [
      urlRule(
        'get',
        '/.well-known/openid-configuration /.well-known/openid-configuration/ /openid/v1/jwks /openid/v1/jwks/',
      ),
    ],
  },
  {
    name: 'system:monitoring',
    rules: [urlRule('get', '/healthz /healthz/* /livez /livez/* /metrics /metrics/slis /readyz /readyz/*')],
  },
  { name: 'admin', rules: [], aggregates: [to('admin')] },
  { name: 'edit', labels: labelled('admin'), rules: [], aggregates: [to('edit')] },
  { name: 'view', labels: labelled('edit'), rules: [], aggregates: [to('view')] },
  { name: 'system:aggregate-to-admin', labels: labelled('admin'), rules: ADMIN },
  { name: 'system:aggregate-to-edit', labels: labelled('edit'), rules: EDIT },
  { name: 'system:aggregate-to-view', labels: labelled('view'), rules: VIEW },
];
