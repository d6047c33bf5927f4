export interface BootstrapBinding {
  /** Of the binding and of its ClusterRole. */
  readonly name: string;
  readonly role?: string;
  readonly users?: readonly string[];
  readonly groups?: readonly string[];
}

const EVERYBODY = ['system:authenticated'];

/** Who has the roles that every cluster has. */
export const BOOTSTRAP_BINDINGS: readonly BootstrapBinding[] = [
  { name: 'cluster-admin', groups: ['system:masters'] },
  { name: 'system:discovery', groups: EVERYBODY },
  { name: 'system:basic-user', groups: EVERYBODY },
  { name: 'system:public-info-viewer', groups: [...EVERYBODY, 'system:unauthenticated'] },
  { name: 'system:service-account-issuer-discovery', groups: ['system:serviceaccounts'] },
  { name: 'system:monitoring', groups: ['system:monitoring'] },
  // Kubelets are known by the Node authorizer; the role is there for those who bind it.
  { name: 'system:node' },
  { name: 'system:kube-scheduler', users: ['system:kube-scheduler'] },
  { name: 'system:volume-scheduler', users: ['system:kube-scheduler'] },
  { name: 'system:kube-controller-manager', users: ['system:kube-controller-manager'] },
  { name: 'system:node-proxier', users: ['system:kube-proxy'] },
  { name: 'system:pod-network', users: ['system:pod-network'] },
  { name: 'system:metrics-server', users: ['system:metrics-server'] },
];
