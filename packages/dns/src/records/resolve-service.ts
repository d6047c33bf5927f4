import type { Service } from '@coxswain/api';
import { type ClusterView, isHeadless } from './cluster-view.ts';
import type { DnsRecord } from './dns-record.ts';
import { endpointsOf, type NamedEndpoint } from './endpoints-of.ts';
import { addressRecord, NO_DATA, NXDOMAIN, type Resolution, type Zone } from './resolution.ts';

export interface Question {
  readonly name: string;
  readonly type: string;
  readonly view: ClusterView;
  readonly zone: Zone;
}

/** Answers for a Service's name and the names under it; `labels` are those before the Service's own. */
export function resolveService(service: Service, labels: readonly string[], question: Question): Resolution {
  if (service.spec?.type === 'ExternalName') return resolveExternalName(service, labels, question);
  switch (labels.length) {
    case 0:
      return resolveOwnName(service, question);
    case 1:
      return resolveEndpoint(service, labels[0] as string, question);
    case 2:
      return resolvePort(service, labels[0] as string, labels[1] as string, question);
    default:
      return NXDOMAIN;
  }
}

function resolveExternalName(service: Service, labels: readonly string[], { name, zone }: Question): Resolution {
  const target = service.spec?.externalName?.replace(/\.$/, '');
  if (labels.length > 0 || !target) return NXDOMAIN;
  return { kind: 'external', answers: [{ name, type: 'CNAME', ttl: zone.ttl, data: target }], target };
}

function resolveOwnName(service: Service, question: Question): Resolution {
  const { name, type, view, zone } = question;
  if (type === 'SRV') return locations(service, () => true, question);
  if (type !== 'A' && type !== 'AAAA') return NO_DATA;
  const addresses = isHeadless(service)
    ? new Set(endpointsOf(service, view).flatMap((endpoint) => endpoint.addresses))
    : clusterIPs(service);
  return { kind: 'answer', answers: addressRecords(name, addresses, zone).filter((record) => record.type === type) };
}

/** `HOSTNAME.SERVICE…` of a headless Service; `_PROTOCOL.SERVICE…` has nothing itself, but names under it. */
function resolveEndpoint(service: Service, label: string, { name, type, view, zone }: Question): Resolution {
  if (/^_(tcp|udp|sctp)$/.test(label))
    return portsOf(service).some((port) => `_${port.protocol}` === label) ? NO_DATA : NXDOMAIN;
  if (!isHeadless(service)) return NXDOMAIN;
  const endpoints = endpointsOf(service, view).filter((endpoint) => endpoint.label === label);
  if (endpoints.length === 0) return NXDOMAIN;
  const records = addressRecords(name, new Set(endpoints.flatMap((endpoint) => endpoint.addresses)), zone);
  return { kind: 'answer', answers: records.filter((record) => record.type === type) };
}

function resolvePort(service: Service, port: string, protocol: string, question: Question): Resolution {
  const matches = (name: string, ofProtocol: string) => `_${name}` === port && `_${ofProtocol}` === protocol;
  if (!portsOf(service).some((each) => matches(each.name, each.protocol))) return NXDOMAIN;
  return question.type === 'SRV' ? locations(service, matches, question) : NO_DATA;
}

/** SRV records of the ports that match, and the addresses of what they name. */
function locations(
  service: Service,
  matches: (name: string, protocol: string) => boolean,
  { name, view, zone }: Question,
): Resolution {
  const { namespace, name: serviceName } = service.metadata;
  const ownName = `${serviceName}.${namespace}.svc.${zone.domain}`;
  const targets = new Map<string, readonly string[]>();
  const found: { port: number; target: string }[] = [];
  const add = (port: number, target: string, addresses: readonly string[]) => {
    if (!found.some((each) => each.port === port && each.target === target)) found.push({ port, target });
    targets.set(target, [...new Set([...(targets.get(target) ?? []), ...addresses])]);
  };
  if (isHeadless(service)) {
    for (const endpoint of endpointsOf(service, view))
      for (const port of endpoint.ports)
        if (matches(port.name, port.protocol)) add(port.port, endpointName(endpoint, ownName), endpoint.addresses);
  } else {
    for (const port of portsOf(service))
      if (matches(port.name, port.protocol)) add(port.port, ownName, clusterIPs(service));
  }
  const weight = Math.max(1, Math.floor(100 / Math.max(1, found.length)));
  const answers = found.map(
    ({ port, target }): DnsRecord => ({
      name,
      type: 'SRV',
      ttl: zone.ttl,
      data: { priority: 0, weight, port, target },
    }),
  );
  const additionals = [...targets].flatMap(([target, addresses]) => addressRecords(target, addresses, zone));
  return { kind: 'answer', answers, additionals };
}

export function endpointName(endpoint: NamedEndpoint, serviceName: string): string {
  return `${endpoint.label}.${serviceName}`;
}

function addressRecords(name: string, addresses: Iterable<string>, zone: Zone): DnsRecord[] {
  return [...addresses].map((address) => addressRecord(name, address, zone.ttl));
}

function clusterIPs(service: Service): readonly string[] {
  const all = service.spec?.clusterIPs ?? [];
  if (all.length > 0) return all;
  return service.spec?.clusterIP ? [service.spec.clusterIP] : [];
}

function portsOf(service: Service): { name: string; protocol: string; port: number }[] {
  return (service.spec?.ports ?? []).map(({ name = '', protocol = 'TCP', port }) => ({
    name: name.toLowerCase(),
    protocol: protocol.toLowerCase(),
    port,
  }));
}
