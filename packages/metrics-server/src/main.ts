import { readFileSync } from 'node:fs';
import { createApiClient, inClusterConfig, loadKubeconfig } from '@coxswain/client';
import { createLogger, parseFlags, runMain, UsageError, usage } from '@coxswain/foundation';
import { runMetricsServer } from './run-metrics-server.ts';

/** Upstream's names, but for --register-address. */
const FLAGS = {
  kubeconfig: { kind: 'string', help: 'how to reach the apiserver; as a pod of it unless given' },
  'bind-address': { kind: 'string', default: '0.0.0.0', help: 'address to serve on' },
  'secure-port': { kind: 'number', default: 10250, help: 'port to serve on' },
  'tls-cert-file': { kind: 'string', help: 'serving certificate; one that signs itself unless given' },
  'tls-private-key-file': { kind: 'string', help: 'key of the serving certificate' },
  'requestheader-client-ca-file': { kind: 'string', help: 'authority of the front proxies that may ask' },
  'metric-resolution': { kind: 'duration', default: '15s', help: 'how often kubelets are asked' },
  'kubelet-insecure-tls': { kind: 'boolean', default: false, help: "do not verify kubelets' certificates" },
  'kubelet-certificate-authority': { kind: 'string', help: "authority of the kubelets' certificates" },
  'register-address': { kind: 'string', help: 'keep Service and APIService at this address' },
  v: { kind: 'number', short: 'v', default: 0, help: 'log level: 0 info, 4 and above debug' },
  help: { kind: 'boolean', short: 'h', help: 'print this' },
} as const;

await runMain(createLogger({ component: 'metrics-server' }), async (signal) => {
  const { flags } = parseFlags(FLAGS, process.argv.slice(2));
  if (flags.help) {
    process.stdout.write(`metrics-server [flags]\n\n${usage(FLAGS)}\n`);
    return;
  }
  const cert = pem('tls-cert-file', flags['tls-cert-file']);
  const key = pem('tls-private-key-file', flags['tls-private-key-file']);
  const config = flags.kubeconfig === undefined ? inClusterConfig() : loadKubeconfig(flags.kubeconfig);
  await runMetricsServer(
    {
      client: createApiClient(config),
      log: createLogger({ component: 'metrics-server', level: flags.v >= 4 ? 'debug' : 'info' }),
      host: flags['bind-address'],
      port: flags['secure-port'],
      serving: cert !== undefined && key !== undefined ? { cert, key, authority: cert } : undefined,
      clientCa: pem('requestheader-client-ca-file', flags['requestheader-client-ca-file']),
      kubelet: {
        // Kubelets take the same client certificates as the apiserver.
        cert: config.cert?.toString(),
        key: config.key?.toString(),
        ca: pem('kubelet-certificate-authority', flags['kubelet-certificate-authority']) ?? config.ca?.toString(),
        insecure: flags['kubelet-insecure-tls'],
      },
      resolutionMs: flags['metric-resolution'],
      registerAddress: flags['register-address'],
    },
    signal,
  );
});

function pem(flag: string, file: string | undefined): string | undefined {
  if (file === undefined) return undefined;
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new UsageError(`--${flag}: ${(error as Error).message}`);
  }
}
