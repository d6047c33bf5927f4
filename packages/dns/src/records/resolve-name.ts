import type { ClusterView } from './cluster-view.ts';
import type { DnsRecord } from './dns-record.ts';
import { addressOfPodName } from './normal-address.ts';
import { addressRecord, answer, NO_DATA, NXDOMAIN, type Resolution, type Zone } from './resolution.ts';
import { resolveService } from './resolve-service.ts';

/** The version of the specification that names follow: github.com/kubernetes/dns, docs/specification.md. */
const SPECIFICATION = '1.1.0';

/**
 * Answers for a name of the cluster's zone by Kubernetes' DNS-based service discovery, version 1.1.
 * @param labels those before the zone, in lower case: `['web', 'default', 'svc']`.
 * @param name the whole name as asked, which the records carry.
 */
export function resolveName(
  labels: readonly string[],
  name: string,
  type: string,
  view: ClusterView,
  zone: Zone,
): Resolution {
  const rest = labels.slice(0, -1);
  switch (labels.at(-1)) {
    case undefined:
      return resolveZone(name, type, zone);
    case 'svc':
      return resolveUnderSvc(rest, name, type, view, zone);
    case 'pod':
      return resolveUnderPod(rest, name, type, view, zone);
    case 'dns':
      return resolveNameServer(rest, name, type, zone);
    case 'dns-version':
      if (rest.length > 0) return NXDOMAIN;
      return type === 'TXT' ? answer({ name, type, ttl: zone.ttl, data: [SPECIFICATION] }) : NO_DATA;
    default:
      return NXDOMAIN;
  }
}

/** The zone's authority record, which negative answers carry as well. */
export function startOfAuthority(zone: Zone): DnsRecord {
  return {
    name: zone.domain,
    type: 'SOA',
    ttl: zone.ttl,
    data: {
      mname: `ns.dns.${zone.domain}`,
      rname: `hostmaster.${zone.domain}`,
      serial: 1,
      refresh: 7200,
      retry: 1800,
      expire: 86400,
      minimum: zone.ttl,
    },
  };
}

function resolveZone(name: string, type: string, zone: Zone): Resolution {
  if (type === 'SOA') return answer({ ...startOfAuthority(zone), name });
  if (type !== 'NS') return NO_DATA;
  const server = `ns.dns.${zone.domain}`;
  return {
    kind: 'answer',
    answers: [{ name, type, ttl: zone.ttl, data: server }],
    additionals: zone.nameServers.map((data) => addressRecord(server, data, zone.ttl)),
  };
}

function resolveNameServer(labels: readonly string[], name: string, type: string, zone: Zone): Resolution {
  if (labels.length === 0) return NO_DATA;
  if (labels.length > 1 || labels[0] !== 'ns') return NXDOMAIN;
  const records = zone.nameServers.map((address) => addressRecord(name, address, zone.ttl));
  return answer(...records.filter((record) => record.type === type));
}

function resolveUnderSvc(
  labels: readonly string[],
  name: string,
  type: string,
  view: ClusterView,
  zone: Zone,
): Resolution {
  const namespace = labels.at(-1);
  if (namespace === undefined) return NO_DATA;
  if (!view.hasNamespace(namespace)) return NXDOMAIN;
  const serviceName = labels.at(-2);
  if (serviceName === undefined) return NO_DATA;
  const service = view.service(namespace, serviceName);
  if (!service) return NXDOMAIN;
  return resolveService(service, labels.slice(0, -2), { name, type, view, zone });
}

function resolveUnderPod(
  labels: readonly string[],
  name: string,
  type: string,
  view: ClusterView,
  zone: Zone,
): Resolution {
  const namespace = labels.at(-1);
  if (namespace === undefined) return NO_DATA;
  if (!view.hasNamespace(namespace) || labels.length > 2) return NXDOMAIN;
  if (labels.length === 1) return NO_DATA;
  const address = addressOfPodName(labels[0] as string);
  if (address === undefined) return NXDOMAIN;
  const record = addressRecord(name, address, zone.ttl);
  return record.type === type ? answer(record) : NO_DATA;
}
