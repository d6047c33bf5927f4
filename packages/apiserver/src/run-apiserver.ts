import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import type { Kind } from '@coxswain/api';
import { aborted, createMetrics, type HealthCheck, systemClock } from '@coxswain/foundation';
import { advertiseAddress } from './advertise-address.ts';
import { serviceAccountTokens } from './authentication/service-account-tokens.ts';
import { parseTokenFile } from './authentication/token-file.ts';
import { WatchCaches } from './cache/watch-caches.ts';
import type { ApiserverOptions } from './options.ts';
import { createApiserver } from './server/apiserver.ts';
import { RequestMetrics } from './server/request-metrics.ts';
import { servedKinds } from './server/served-kinds.ts';
import { runCompactor } from './storage/compactor.ts';
import { EtcdStorage } from './storage/etcd/etcd-storage.ts';

const DRAIN_MS = 10_000;
const CLOSE_MS = 2_000;
/** Upstream's --etcd-healthcheck-timeout and --etcd-readycheck-timeout. */
const ETCD_CHECK_MS = 2_000;

/** Serves the Kubernetes API until the signal aborts, then finishes what runs and closes. */
export async function runApiserver(options: ApiserverOptions, signal: AbortSignal): Promise<void> {
  const { log } = options;
  const clock = systemClock;
  const registry = createMetrics();
  const metrics = new RequestMetrics(registry);
  const storage = new EtcdStorage({
    servers: options.etcdServers,
    ca: pem(options.etcdCafile),
    cert: pem(options.etcdCertfile),
    key: pem(options.etcdKeyfile),
    observe: (operation, seconds, failed) => metrics.etcdCall(operation, seconds, failed),
  });
  const kinds = servedKinds({ removedVersions: options.serveRemovedVersions }).map((kind) =>
    withTimeToLive(kind, options.eventTtl / 1000),
  );
  const caches = new WatchCaches({ storage, kinds, clock, log });
  const background = new AbortController();
  const cacheFeed = caches.run(background.signal);
  const intervalMs = options.etcdCompactionInterval;
  const { duties = true } = options;
  const compaction = duties && runCompactor({ storage, clock, log, intervalMs }, background.signal);

  const etcd: HealthCheck = {
    name: 'etcd',
    check: (probe) => storage.ping({ signal: AbortSignal.any([probe, AbortSignal.timeout(ETCD_CHECK_MS)]) }),
  };
  const apiserver = createApiserver(
    {
      kinds,
      storage,
      caches,
      clock,
      log,
      registry,
      metrics,
      healthChecks: [etcd],
      tls: {
        cert: readFileSync(options.tlsCertFile, 'utf8'),
        key: readFileSync(options.tlsPrivateKeyFile, 'utf8'),
        clientCa: pem(options.clientCaFile)?.toString('utf8'),
      },
      tokens: options.tokenAuthFile ? parseTokenFile(readFileSync(options.tokenAuthFile, 'utf8')) : new Map(),
      anonymous: options.anonymousAuth,
      serviceAccounts: serviceAccountTokens(options),
      authorizationModes: options.authorizationModes,
      admission: { enable: options.enableAdmissionPlugins ?? [], disable: options.disableAdmissionPlugins ?? [] },
      kubelet: {
        cert: pem(options.kubeletClientCertificate)?.toString('utf8'),
        key: pem(options.kubeletClientKey)?.toString('utf8'),
        ca: pem(options.kubeletCertificateAuthority)?.toString('utf8'),
      },
      authenticationConfig: {
        clientCa: pem(options.clientCaFile)?.toString('utf8'),
        requestheaderClientCa: pem(options.requestheaderClientCaFile)?.toString('utf8'),
        requestheaderAllowedNames: options.requestheaderAllowedNames ?? [],
      },
      proxyClient: {
        cert: pem(options.proxyClientCertFile)?.toString('utf8'),
        key: pem(options.proxyClientKeyFile)?.toString('utf8'),
      },
      serviceRange: options.serviceClusterIpRange,
      nodePortRange: options.serviceNodePortRange,
      advertise: { address: advertiseAddress(options.advertiseAddress, options.bindAddress), port: options.securePort },
      requestTimeoutMs: options.requestTimeout,
      minRequestTimeoutMs: (options.minRequestTimeout ?? 1800) * 1000,
      limits: { maxReads: options.maxRequestsInflight, maxWrites: options.maxMutatingRequestsInflight },
    },
    background.signal,
  );
  const { server } = apiserver;
  server.listen({ host: options.bindAddress, port: options.securePort });
  await once(server, 'listening');
  const { address: host, port } = server.address() as AddressInfo;
  log.info({ host, port }, 'serving');
  options.onListening?.({ host, port });
  const bootstrap = apiserver.runBootstrap({ port, duties }, background.signal);

  await aborted(signal);
  log.info('shutting down');
  apiserver.unready();
  await clock.sleep(options.shutdownDelayDuration ?? 0);
  const closed = once(server, 'close');
  server.close();
  await apiserver.drain(DRAIN_MS);
  server.closeIdleConnections();
  const force = setTimeout(() => server.closeAllConnections(), CLOSE_MS);
  await closed;
  clearTimeout(force);
  background.abort();
  await Promise.all([cacheFeed, compaction, bootstrap]);
  apiserver.close();
  storage.close();
}

function pem(file: string | undefined): Buffer | undefined {
  return file ? readFileSync(file) : undefined;
}

function withTimeToLive(kind: Kind, seconds: number): Kind {
  return kind.timeToLive === undefined ? kind : { ...kind, timeToLive: seconds };
}
