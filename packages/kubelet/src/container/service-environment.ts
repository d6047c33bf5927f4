import type { Service } from '@coxswain/api';

/**
 * The `<NAME>_SERVICE_HOST` family: of the services in the pod's namespace when it wants service links, and always of
 * the `kubernetes` service. Headless and ExternalName services give none.
 */
export function serviceEnvironment(
  services: readonly Service[],
  namespace: string,
  links: boolean,
): Record<string, string> {
  const chosen = new Map<string, Service>();
  for (const service of services) {
    const { name, namespace: home } = service.metadata;
    const { clusterIP } = service.spec;
    if (!clusterIP || clusterIP === 'None') continue;
    const master = home === 'default' && name === 'kubernetes';
    if (master && !chosen.has(name)) chosen.set(name, service);
    else if (links && home === namespace) chosen.set(name, service);
  }
  const env: Record<string, string> = {};
  for (const service of [...chosen.values()].sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1)))
    addService(env, service);
  return env;
}

function addService(env: Record<string, string>, service: Service): void {
  const prefix = envName(service.metadata.name);
  const host = service.spec.clusterIP as string;
  const ports = service.spec.ports ?? [];
  const [first] = ports;
  env[`${prefix}_SERVICE_HOST`] = host;
  if (!first) return;
  env[`${prefix}_SERVICE_PORT`] = String(first.port);
  for (const { name, port } of ports) if (name) env[`${prefix}_SERVICE_PORT_${envName(name)}`] = String(port);
  const address = host.includes(':') ? `[${host}]` : host;
  ports.forEach(({ port, protocol = 'TCP' }, index) => {
    const url = `${protocol.toLowerCase()}://${address}:${port}`;
    if (index === 0) env[`${prefix}_PORT`] = url;
    const each = `${prefix}_PORT_${port}_${protocol}`;
    env[each] = url;
    env[`${each}_PROTO`] = protocol.toLowerCase();
    env[`${each}_PORT`] = String(port);
    env[`${each}_ADDR`] = host;
  });
}

function envName(name: string): string {
  return name.toUpperCase().replaceAll('-', '_');
}
