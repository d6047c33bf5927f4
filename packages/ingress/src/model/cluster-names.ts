/** Where the names of headless Services are looked up. */
export interface ClusterNames {
  /** The address of the cluster's DNS. */
  readonly resolver: string;
  /** `cluster.local`, say. */
  readonly domain: string;
}

/** What a pod's /etc/resolv.conf says of the cluster; undefined outside a pod. */
export function readClusterNames(resolvConf: string): ClusterNames | undefined {
  const resolver = /^nameserver\s+([0-9a-fA-F.:]+)\s*$/m.exec(resolvConf)?.[1];
  const domain = /^search\s.*\bsvc\.\S+\s+.*$/m.exec(resolvConf)?.[0].match(/\ssvc\.([a-z0-9.-]+)/)?.[1];
  return resolver && domain ? { resolver, domain } : undefined;
}
