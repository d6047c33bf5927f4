import {
  canonicalJson,
  type EndpointAddress,
  type EndpointPort,
  type EndpointSubset,
  type Endpoints,
  type Pod,
  type Service,
  type ServicePort,
} from '@coxswain/api';
import {
  endpointHostname,
  endpointState,
  HEADLESS_LABEL,
  isEndpointCandidate,
  isHeadless,
  isIPv6,
  podAddresses,
  podReference,
  targetPortOf,
} from '../../shared/service-endpoints.ts';

export const MANAGED_BY_LABEL = 'endpoints.kubernetes.io/managed-by';
export const OVER_CAPACITY = 'endpoints.kubernetes.io/over-capacity';
const MAX_ADDRESSES = 1000;

interface Entry {
  readonly address: EndpointAddress;
  readonly ready: boolean;
}

/**
 * The Endpoints of a Service: addresses with the same set of ports share a subset, as upstream packs them. At most
 * 1000 addresses, ready ones first; then the annotation over-capacity says `truncated`.
 */
export function planEndpoints(service: Service, pods: readonly Pod[]): Endpoints {
  const entries = limit(collect(service, pods));
  const { name, namespace, labels } = service.metadata;
  const truncated = entries.length < pods.filter((pod) => addressOf(service, pod) !== undefined).length;
  const { [HEADLESS_LABEL]: _, ...own } = labels ?? {};
  return {
    apiVersion: 'v1',
    kind: 'Endpoints',
    metadata: {
      name,
      namespace,
      labels: {
        ...own,
        ...(isHeadless(service) ? { [HEADLESS_LABEL]: '' } : {}),
        [MANAGED_BY_LABEL]: 'endpoint-controller',
      },
      ...(truncated ? { annotations: { [OVER_CAPACITY]: 'truncated' } } : {}),
    },
    ...subsetsField(pack(entries)),
  };
}

interface PodEntry extends Entry {
  readonly ports: readonly EndpointPort[];
}

function collect(service: Service, pods: readonly Pod[]): PodEntry[] {
  const entries: PodEntry[] = [];
  for (const pod of pods) {
    const ip = addressOf(service, pod);
    if (ip === undefined) continue;
    const ports = (service.spec.ports ?? []).flatMap((servicePort) => portOf(pod, servicePort));
    if (ports.length === 0 && !isHeadless(service)) continue;
    const hostname = endpointHostname(service, pod);
    const { nodeName } = pod.spec;
    entries.push({
      address: {
        ip,
        ...(hostname === undefined ? {} : { hostname }),
        ...(nodeName ? { nodeName } : {}),
        targetRef: podReference(pod),
      },
      ready: endpointState(service, pod).ready,
      ports,
    });
  }
  return entries.sort((a, b) => compareText(keyOfEntry(a), keyOfEntry(b)));
}

/** The address to publish; pods on their way out have none unless the Service publishes not-ready addresses. */
function addressOf(service: Service, pod: Pod): string | undefined {
  const leaving = pod.metadata.deletionTimestamp !== undefined && service.spec.publishNotReadyAddresses !== true;
  if (leaving || !isEndpointCandidate(pod)) return undefined;
  const family = service.spec.ipFamilies?.[0];
  const addresses = podAddresses(pod);
  return family === undefined ? addresses[0] : addresses.find((address) => isIPv6(address) === (family === 'IPv6'));
}

function portOf(pod: Pod, servicePort: ServicePort): EndpointPort[] {
  const port = targetPortOf(pod, servicePort);
  if (port === undefined) return [];
  const { name, protocol = 'TCP', appProtocol } = servicePort;
  return [{ ...(name ? { name } : {}), port, protocol, ...(appProtocol === undefined ? {} : { appProtocol }) }];
}

function limit(entries: readonly PodEntry[]): readonly PodEntry[] {
  if (entries.length <= MAX_ADDRESSES) return entries;
  return [...entries.filter(({ ready }) => ready), ...entries.filter(({ ready }) => !ready)].slice(0, MAX_ADDRESSES);
}

/** Ports that are reached at exactly the same addresses make one subset. */
function pack(entries: readonly PodEntry[]): EndpointSubset[] {
  const byPort = new Map<string, { port: EndpointPort | undefined; entries: Entry[] }>();
  for (const entry of entries) {
    for (const port of entry.ports.length > 0 ? entry.ports : [undefined]) {
      const key = port === undefined ? '' : canonicalJson(port);
      const found = byPort.get(key) ?? { port, entries: [] };
      found.entries.push(entry);
      byPort.set(key, found);
    }
  }
  const byAddresses = new Map<string, { ports: EndpointPort[]; entries: Entry[] }>();
  for (const { port, entries: reached } of byPort.values()) {
    const key = reached.map((entry) => `${keyOfEntry(entry)} ${entry.ready}`).join();
    const found = byAddresses.get(key) ?? { ports: [], entries: reached };
    if (port) found.ports.push(port);
    byAddresses.set(key, found);
  }
  return [...byAddresses.entries()]
    .sort(([a], [b]) => compareText(a, b))
    .map(([, { ports, entries: reached }]) => {
      const ready = reached.filter((entry) => entry.ready).map(({ address }) => address);
      const notReady = reached.filter((entry) => !entry.ready).map(({ address }) => address);
      return {
        ...(ready.length > 0 ? { addresses: ready } : {}),
        ...(notReady.length > 0 ? { notReadyAddresses: notReady } : {}),
        ...(ports.length > 0 ? { ports: ports.sort((a, b) => compareText(canonicalJson(a), canonicalJson(b))) } : {}),
      };
    });
}

function subsetsField(subsets: EndpointSubset[]): { subsets?: EndpointSubset[] } {
  return subsets.length > 0 ? { subsets } : {};
}

function keyOfEntry({ address }: Entry): string {
  return `${address.ip} ${address.targetRef?.uid ?? ''}`;
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
