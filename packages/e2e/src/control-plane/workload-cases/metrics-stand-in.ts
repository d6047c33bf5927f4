import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { createAuthority, issueCertificate } from '@coxswain/pki';

/** What all pods together use; thousandths of CPU, MiB, and plain numbers. */
export interface Load {
  cpu: number;
  memory: number;
  requests: number;
  hits: number;
  queue: number;
}

export interface MetricsStandIn extends AsyncDisposable {
  readonly port: number;
  readonly load: Load;
}

const GROUPS = ['metrics.k8s.io/v1beta1', 'custom.metrics.k8s.io/v1beta2', 'external.metrics.k8s.io/v1beta1'];

/** A server behind three APIServices that answers what it is told, shared evenly among the pods. */
export async function startMetricsStandIn(podNames: () => readonly string[]): Promise<MetricsStandIn> {
  const load: Load = { cpu: 100, memory: 100, requests: 10, hits: 10, queue: 10 };
  const authority = await createAuthority('metrics');
  const { certificate, key } = await issueCertificate(authority, {
    commonName: 'metrics',
    usages: ['server'],
    names: ['metrics.default.svc'],
  });
  const server = createServer({ cert: certificate, key }, (request, response) => {
    const url = new URL(request.url ?? '/', 'https://metrics');
    const found = answer(url.pathname, load, podNames());
    response.writeHead(found ? 200 : 404, { 'content-type': 'application/json' });
    response.end(JSON.stringify(found ?? {}));
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return {
    load,
    port: (server.address() as AddressInfo).port,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}

function answer(path: string, load: Load, names: readonly string[]): object | undefined {
  const group = GROUPS.find((each) => path === `/apis/${each}`);
  if (group) return { kind: 'APIResourceList', apiVersion: 'v1', groupVersion: group, resources: [] };
  const share = (total: number) => total / Math.max(1, names.length);
  const timestamp = new Date().toISOString();
  const value = (amount: number, name = '') => ({
    describedObject: { name },
    timestamp,
    value: `${Math.floor(amount * 1000)}m`,
  });
  const [kind] = path.split('/').slice(-1);
  if (kind === 'requests') return { items: names.map((name) => value(share(load.requests), name)) };
  if (kind === 'hits') return { items: [value(load.hits)] };
  if (kind === 'queue') return { items: [value(load.queue)] };
  if (path !== '/apis/metrics.k8s.io/v1beta1/namespaces/default/pods') return undefined;
  const usage = {
    cpu: `${Math.floor(share(load.cpu * 1000))}u`,
    memory: `${Math.floor(share(load.memory * 1024))}Ki`,
  };
  const items = names.map((name) => ({
    metadata: { name, namespace: 'default' },
    timestamp,
    window: '0s',
    containers: [{ name: 'web', usage }],
  }));
  return { items };
}

/** The Service and APIServices that lead to the stand-in. */
export function metricsApiServices(port: number): string {
  const service = `
apiVersion: v1
kind: Service
metadata: {name: metrics}
spec: {type: ExternalName, externalName: localhost, ports: [{port: ${port}}]}
`;
  const apis = GROUPS.map((each) => {
    const [group, version] = each.split('/');
    return `
apiVersion: apiregistration.k8s.io/v1
kind: APIService
metadata: {name: ${version}.${group}}
spec:
  group: ${group}
  version: ${version}
  groupPriorityMinimum: 100
  versionPriority: 100
  insecureSkipTLSVerify: true
  service: {name: metrics, namespace: default, port: ${port}}
`;
  });
  return [service, ...apis].join('---');
}
