import type { Pod } from '@coxswain/api';

export interface DnsSettings {
  readonly servers: readonly string[];
  readonly searches: readonly string[];
  readonly options: readonly string[];
}

export interface ClusterDns {
  /** Addresses of the cluster's DNS service; empty when there is none. */
  readonly servers: readonly string[];
  /** `cluster.local` */
  readonly domain: string;
  /** What the node's own resolv.conf says. */
  readonly node: DnsSettings;
}

const MAX_SERVERS = 3;
const MAX_SEARCHES = 32;
/** What the kernel takes for a host name. */
const MAX_NODENAME = 64;

/** Reads a resolv.conf. */
export function parseResolvConf(text: string): DnsSettings {
  const servers: string[] = [];
  let searches: string[] = [];
  let options: string[] = [];
  for (const line of text.split('\n')) {
    const [keyword, ...words] = line
      .replace(/[#;].*$/, '')
      .trim()
      .split(/\s+/);
    if (keyword === 'nameserver' && words[0]) servers.push(words[0]);
    if (keyword === 'search') searches = words.map((word) => (word === '.' ? word : word.replace(/\.$/, '')));
    if (keyword === 'options') options = words;
  }
  return { servers, searches, options };
}

/** A pod's resolv.conf by its dnsPolicy and dnsConfig, within the resolver's limits. */
export function podDns(pod: Pod, cluster: ClusterDns): DnsSettings {
  const { dnsConfig } = pod.spec;
  const base = baseDns(pod, cluster);
  const options = new Map(base.options.map((option) => splitOption(option)));
  for (const { name, value } of dnsConfig?.options ?? []) if (name) options.set(name, value ?? '');
  return {
    servers: unique([...base.servers, ...(dnsConfig?.nameservers ?? [])]).slice(0, MAX_SERVERS),
    searches: unique([...base.searches, ...(dnsConfig?.searches ?? [])]).slice(0, MAX_SEARCHES),
    options: [...options].map(([name, value]) => (value === '' ? name : `${name}:${value}`)),
  };
}

function baseDns(pod: Pod, { servers, domain, node }: ClusterDns): DnsSettings {
  const policy = pod.spec.dnsPolicy ?? 'ClusterFirst';
  if (policy === 'None') return { servers: [], searches: [], options: [] };
  const clusterFirst = policy === 'ClusterFirstWithHostNet' || (policy === 'ClusterFirst' && !pod.spec.hostNetwork);
  if (!clusterFirst || servers.length === 0) return node;
  const namespace = pod.metadata.namespace ?? '';
  const searches = domain ? [`${namespace}.svc.${domain}`, `svc.${domain}`, domain] : [];
  return { servers, searches: [...searches, ...node.searches], options: ['ndots:5'] };
}

function splitOption(option: string): [string, string] {
  const colon = option.indexOf(':');
  return colon < 0 ? [option, ''] : [option.slice(0, colon), option.slice(colon + 1)];
}

function unique(values: readonly string[]): string[] {
  return [...new Set(values)];
}

export interface PodNames {
  readonly hostname: string;
  /** '' unless the pod has a subdomain. */
  readonly domain: string;
}

/**
 * The pod's host name, at most 63 characters, and its domain under the subdomain.
 * @throws Error for a whole name that the kernel has no room for
 */
export function podHostname(pod: Pod, clusterDomain: string): PodNames {
  const { hostname, subdomain, hostnameOverride, setHostnameAsFQDN } = pod.spec;
  if (hostnameOverride) return { hostname: hostnameOverride, domain: '' };
  const short = (hostname || pod.metadata.name).slice(0, 63).replace(/[-.]+$/, '');
  const domain = subdomain ? `${subdomain}.${pod.metadata.namespace}.svc.${clusterDomain}` : '';
  if (setHostnameAsFQDN && domain !== '') {
    const full = `${short}.${domain}`;
    if (full.length > MAX_NODENAME)
      throw new Error(
        `failed to construct FQDN from pod hostname and cluster domain, FQDN ${full} is too long (${MAX_NODENAME} characters is the max, ${full.length} characters requested)`,
      );
    return { hostname: full, domain };
  }
  return { hostname: short, domain };
}
