import type { Ingress, IngressBackend, Secret, Service } from '@coxswain/api';
import type { Certificate, Location, Problem, ProxyModel, Target, VirtualServer } from './proxy-model.ts';
import { readCertificate } from './read-certificate.ts';
import { targetOfPort } from './service-target.ts';

export interface ClusterState {
  /** Those to serve, in the order of their right. */
  readonly ingresses: readonly Ingress[];
  service(key: string): Service | undefined;
  secret(key: string): Secret | undefined;
}

/** What may stand between the quotes of a path in nginx's configuration; everything else must be escaped in a URL anyway. */
const PATH = /^\/[!#-[\]-~]*$/;

/**
 * The servers that the Ingresses ask for. Where two say something else of the same host and path, the first one holds;
 * `localNames` is left to whoever wants them.
 */
export function buildModel(state: ClusterState): { model: ProxyModel; problems: Problem[] } {
  const problems: Problem[] = [];
  const hosts = new Map<string, HostDraft>();
  const certificates = new Map<string, Certificate>();
  for (const ingress of state.ingresses) addIngress(ingress, { state, problems, hosts, certificates });
  const servers = [...hosts]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(
      ([host, draft]): VirtualServer => ({
        host,
        certificate: draft.certificate,
        locations: [...draft.locations.values()].sort(byPath),
      }),
    );
  return { model: { servers, certificates, localNames: new Map() }, problems };
}

interface HostDraft {
  certificate: string | undefined;
  readonly locations: Map<string, Location & { readonly owner: string }>;
}

interface Draft {
  readonly state: ClusterState;
  readonly problems: Problem[];
  readonly hosts: Map<string, HostDraft>;
  readonly certificates: Map<string, Certificate>;
}

function addIngress(ingress: Ingress, draft: Draft): void {
  const { spec, metadata } = ingress;
  const key = `${metadata.namespace}/${metadata.name}`;
  const report = (reason: Problem['reason'], message: string) => draft.problems.push({ ingress: key, reason, message });
  const target = (backend: IngressBackend) => targetOf(backend, metadata.namespace ?? '', draft.state, report);

  const hosts = new Set<string>();
  for (const rule of spec?.rules ?? []) {
    const host = (rule.host ?? '').toLowerCase();
    hosts.add(host);
    for (const { path = '', pathType, backend } of rule.http?.paths ?? []) {
      const at = path || '/';
      if (!PATH.test(at)) {
        report('InvalidPath', `path ${JSON.stringify(path)} has characters that no request can have`);
        continue;
      }
      const match = pathType === 'Exact' ? 'Exact' : 'Prefix';
      const location = {
        match,
        path: match === 'Prefix' ? withoutSlash(at) : at,
        target: target(backend),
        owner: key,
      } as const;
      if (!addLocation(draft.hosts, host, location))
        report('Conflict', `another Ingress already has ${match} path ${at} of host ${host || '*'}`);
    }
    if ((rule.http?.paths ?? []).length === 0 && spec?.defaultBackend)
      addLocation(draft.hosts, host, { match: 'Prefix', path: '/', target: target(spec.defaultBackend), owner: key });
  }
  if (spec?.defaultBackend) {
    // Requests of its hosts that no path takes go there as well, unless a rule for all paths says otherwise.
    for (const host of hosts.size > 0 ? hosts : [''])
      addLocation(draft.hosts, host, { match: 'Prefix', path: '/', target: target(spec.defaultBackend), owner: key });
  }
  addCertificates(ingress, hosts, draft, report);
}

function addLocation(hosts: Map<string, HostDraft>, host: string, location: Location & { owner: string }): boolean {
  const draft = hosts.get(host) ?? { certificate: undefined, locations: new Map() };
  hosts.set(host, draft);
  const id = `${location.match} ${location.path}`;
  const present = draft.locations.get(id);
  if (present) return present.owner === location.owner;
  draft.locations.set(id, location);
  return true;
}

function addCertificates(
  { spec, metadata }: Ingress,
  ruleHosts: ReadonlySet<string>,
  draft: Draft,
  report: (reason: Problem['reason'], message: string) => void,
): void {
  for (const { hosts = [], secretName = '' } of spec?.tls ?? []) {
    if (secretName === '') continue;
    const name = `${metadata.namespace}/${secretName}`;
    const secret = draft.state.secret(name);
    if (!secret) {
      report('SecretNotFound', `secret "${secretName}" of type kubernetes.io/tls not found`);
      continue;
    }
    const certificate = readCertificate(secret);
    if (typeof certificate === 'string') {
      report('InvalidCertificate', `secret "${secretName}": ${certificate}`);
      continue;
    }
    draft.certificates.set(name, certificate);
    for (const host of hosts.length > 0 ? hosts.map((each) => each.toLowerCase()) : ruleHosts) {
      const server = draft.hosts.get(host);
      if (server) server.certificate ??= name;
    }
  }
}

function targetOf(
  { service, resource }: IngressBackend,
  namespace: string,
  state: ClusterState,
  report: (reason: Problem['reason'], message: string) => void,
): Target | undefined {
  if (!service) {
    report('UnsupportedBackend', `a backend of kind ${resource?.kind ?? 'none'} is not supported: name a Service`);
    return undefined;
  }
  const { name: portName, number } = service.port ?? {};
  const found = state.service(`${namespace}/${service.name}`);
  const target = found && targetOfPort(found, (port) => (portName ? port.name === portName : port.port === number));
  if (!target)
    report('ServiceNotFound', `service "${service.name}" with port ${portName || number} and a cluster IP not found`);
  return target;
}

function withoutSlash(path: string): string {
  return path === '/' ? path : path.replace(/\/+$/, '') || '/';
}

function byPath(a: Location, b: Location): number {
  const [left, right] = [`${a.path} ${a.match}`, `${b.path} ${b.match}`];
  return left < right ? -1 : left > right ? 1 : 0;
}
