import { readFileSync } from 'node:fs';
import { createApiClient, inClusterConfig, loadKubeconfig } from '@coxswain/client';
import { createLogger, parseFlags, runMain } from '@coxswain/foundation';
import { readClusterNames } from './model/cluster-names.ts';
import { runIngress } from './run-ingress.ts';

const FLAGS = {
  kubeconfig: { kind: 'string', default: '', help: "path of the kubeconfig; the pod's own account unless given" },
  'controller-class': {
    kind: 'string',
    default: 'coxswain.dev/ingress',
    help: 'spec.controller of the IngressClasses it serves',
  },
  'publish-service': {
    kind: 'string',
    default: '',
    help: 'namespace/name of the Service whose addresses the Ingresses get',
  },
  'http-port': { kind: 'number', default: 8000, help: 'port of HTTP' },
  'https-port': { kind: 'number', default: 8443, help: 'port of HTTPS' },
  'localhost-port': { kind: 'number', default: 0, help: 'port of SERVICE.NAMESPACE.localhost; 0 for none' },
  'health-address': { kind: 'string', default: '0.0.0.0', help: 'address of /healthz, /readyz and /metrics' },
  'health-port': { kind: 'number', default: 10254, help: 'port of /healthz, /readyz and /metrics; 0 for none' },
  'nginx-health-port': { kind: 'number', default: 10246, help: "port of nginx' own /healthz, on loopback" },
  nginx: { kind: 'string', default: 'nginx', help: 'the nginx program' },
  folder: { kind: 'string', default: '/run/ingress', help: 'where configuration and certificates are written' },
  v: { kind: 'number', default: 0, help: '4 logs debug lines' },
} as const;

await runMain(undefined, async (signal) => {
  const { flags } = parseFlags(FLAGS, process.argv.slice(2));
  await runIngress(
    {
      client: createApiClient(flags.kubeconfig === '' ? inClusterConfig() : loadKubeconfig(flags.kubeconfig)),
      log: createLogger({ component: 'ingress', level: flags.v >= 4 ? 'debug' : 'info' }),
      controllerClass: flags['controller-class'],
      publishService: flags['publish-service'] || undefined,
      httpPort: flags['http-port'],
      httpsPort: flags['https-port'],
      localPort: flags['localhost-port'] || undefined,
      names: readClusterNames(readFileSync('/etc/resolv.conf', 'utf8')),
      nginxHealthPort: flags['nginx-health-port'],
      health: flags['health-port'] === 0 ? undefined : { host: flags['health-address'], port: flags['health-port'] },
      nginx: flags.nginx,
      folder: flags.folder,
    },
    signal,
  );
});
