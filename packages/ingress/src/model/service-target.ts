import type { Service } from '@coxswain/api';
import type { Target } from './proxy-model.ts';

type Port = NonNullable<NonNullable<Service['spec']>['ports']>[number];

/** Where a Service's port is reached: by its cluster IP, behind which the node knows the endpoints of the moment. */
export function targetOfPort(service: Service, matches: (port: Port) => boolean): Target | undefined {
  const { clusterIP = '', ports = [] } = service.spec ?? {};
  const port = ports.find((each) => (each.protocol ?? 'TCP') === 'TCP' && matches(each));
  if (!port || clusterIP === '' || clusterIP === 'None') return undefined;
  const secure =
    port.appProtocol === 'https' || (port.appProtocol === undefined && (port.name === 'https' || port.port === 443));
  return { scheme: secure ? 'https' : 'http', host: clusterIP, port: port.port };
}

/** The port that a Service's own name leads to: the one called http, or the first by TCP. */
export function mainTarget(service: Service): Target | undefined {
  return targetOfPort(service, (port) => port.name === 'http') ?? targetOfPort(service, () => true);
}

/** `SERVICE.NAMESPACE.localhost` of every Service with a cluster IP. */
export function localNames(services: readonly Service[]): Map<string, Target> {
  const names = new Map<string, Target>();
  for (const service of services) {
    const target = mainTarget(service);
    if (target) names.set(`${service.metadata.name}.${service.metadata.namespace}.localhost`, target);
  }
  return new Map([...names].sort(([a], [b]) => (a < b ? -1 : 1)));
}
