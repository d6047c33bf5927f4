import type { Service } from '@coxswain/api';
import type { ClusterNames } from './cluster-names.ts';
import type { Target } from './proxy-model.ts';

type Port = NonNullable<NonNullable<Service['spec']>['ports']>[number];

/** Where a Service's port is reached: by its cluster IP, behind which the node knows the endpoints of the moment. */
export function targetOfPort(service: Service, matches: (port: Port) => boolean): Target | undefined {
  const { clusterIP = '', ports = [] } = service.spec ?? {};
  const port = ports.find((each) => (each.protocol ?? 'TCP') === 'TCP' && matches(each));
  if (!port || clusterIP === '' || clusterIP === 'None') return undefined;
  return { scheme: schemeOf(port), host: clusterIP, port: port.port };
}

/**
 * `SERVICE.NAMESPACE.localhost` of every Service with a port by TCP leads to its port called http, or the first;
 * `PORT.SERVICE.NAMESPACE.localhost` to each of several, by name or number. A headless one is found by its name in the
 * cluster, at the pods' own port.
 */
export function localNames(services: readonly Service[], names: ClusterNames | undefined): Map<string, Target> {
  const found = new Map<string, Target>();
  for (const service of services) {
    const name = `${service.metadata.name}.${service.metadata.namespace}.localhost`;
    const ports = (service.spec.ports ?? []).filter(({ protocol = 'TCP' }) => protocol === 'TCP');
    const main = ports.find((port) => port.name === 'http') ?? ports[0];
    const lead = (from: string, port: Port | undefined) => {
      const target = port && (targetOfPort(service, (each) => each === port) ?? headlessTarget(service, port, names));
      if (target) found.set(from, target);
    };
    lead(name, main);
    if (ports.length < 2) continue;
    for (const port of ports) {
      lead(`${port.port}.${name}`, port);
      if (port.name) lead(`${port.name}.${name}`, port);
    }
  }
  return new Map([...found].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function headlessTarget({ metadata, spec }: Service, port: Port, names: ClusterNames | undefined): Target | undefined {
  if (spec.clusterIP !== 'None' || spec.type === 'ExternalName' || !names) return undefined;
  const host = `${metadata.name}.${metadata.namespace}.svc.${names.domain}`;
  return { scheme: schemeOf(port), host, port: typeof port.targetPort === 'number' ? port.targetPort : port.port };
}

function schemeOf({ appProtocol, name, port }: Port): Target['scheme'] {
  return appProtocol === 'https' || (appProtocol === undefined && (name === 'https' || port === 443))
    ? 'https'
    : 'http';
}
