import { ingressClassKind, ingressKind, secretKind, serviceKind } from '@coxswain/api';
import { type ApiClient, createEventRecorder, createInformerFactory } from '@coxswain/client';
import {
  Backoff,
  Counter,
  childController,
  createMetrics,
  Gauge,
  type Logger,
  startHealthServer,
  systemClock,
} from '@coxswain/foundation';
import { buildModel } from './model/build-model.ts';
import type { ClusterNames } from './model/cluster-names.ts';
import { ownIngresses } from './model/own-ingresses.ts';
import { localNames } from './model/service-target.ts';
import { CertificateFiles } from './nginx/certificate-files.ts';
import { NginxProcess } from './nginx/nginx-process.ts';
import { ProblemReporter } from './problem-reporter.ts';
import { publishAddresses } from './publish-addresses.ts';
import { renderNginx } from './render/render-nginx.ts';

export interface IngressOptions {
  readonly client: ApiClient;
  readonly log: Logger;
  /** `spec.controller` of the IngressClasses it serves. */
  readonly controllerClass: string;
  /** `namespace/name` of the Service whose addresses become those of the Ingresses; undefined to leave their status alone. */
  readonly publishService: string | undefined;
  readonly httpPort: number;
  readonly httpsPort: number;
  /** The port on which each Service answers as `SERVICE.NAMESPACE.localhost`; undefined for none. */
  readonly localPort: number | undefined;
  /** By which headless Services are found; undefined outside a pod. */
  readonly names?: ClusterNames | undefined;
  /** nginx' own /healthz, on loopback. */
  readonly nginxHealthPort: number;
  readonly health?: { readonly host: string; readonly port: number } | undefined;
  /** nginx' path or name, and where it may write. */
  readonly nginx: string;
  readonly folder: string;
}

/** Milliseconds in which changes are gathered into one reload. */
const SETTLE_MS = 250;

/**
 * Makes nginx serve the Ingresses until the signal aborts; requests under way are finished then. Without an apiserver the
 * last configuration stays.
 * @throws Error when nginx ends by itself
 */
export async function runIngress(options: IngressOptions, signal: AbortSignal): Promise<void> {
  const { client, log, controllerClass, localPort, folder, names } = options;
  const registry = createMetrics();
  const reloads = new Counter({
    name: 'ingress_reloads_total',
    help: 'Configurations by result',
    labelNames: ['result'],
    registers: [registry],
  });
  const servers = new Gauge({ name: 'ingress_servers', help: 'Hosts served', registers: [registry] });

  const informers = createInformerFactory(client, { log });
  const ingresses = informers.for(ingressKind);
  const classes = informers.for(ingressClassKind);
  const services = informers.for(serviceKind);
  const secrets = informers.for(secretKind, { fieldSelector: 'type=kubernetes.io/tls' });

  const ends = childController(signal);
  let failure: Error | undefined;
  const nginx = new NginxProcess({
    program: options.nginx,
    folder,
    log,
    onExit: (error) => {
      failure = error;
      ends.abort(error);
    },
  });
  const files = new CertificateFiles(`${folder}/certificates`);
  const recorder = createEventRecorder({ client, component: 'ingress-controller', log });
  const problems = new ProblemReporter(recorder, (key) => ingresses.lister.get(key));

  let wake = () => {};
  let changed = true;
  const notice = () => {
    changed = true;
    wake();
  };
  for (const informer of [ingresses, classes, services, secrets])
    informer.addHandler({ added: notice, updated: notice, deleted: notice });
  ends.signal.addEventListener('abort', () => wake(), { once: true });
  const pause = (ms: number) => systemClock.sleep(ms, ends.signal).catch(() => {});
  const nextChange = () =>
    new Promise<void>((resolve) => {
      wake = resolve;
      if (changed || ends.signal.aborted) resolve();
    });

  let current = '';
  async function sync(): Promise<void> {
    const own = ownIngresses({ ingresses: ingresses.lister.list(), classes: classes.lister.list() }, controllerClass);
    const { model, problems: found } = buildModel({
      ingresses: own,
      service: (key) => services.lister.get(key),
      secret: (key) => secrets.lister.get(key),
    });
    const paths = await files.write(model.certificates);
    const configuration = renderNginx(
      { ...model, localNames: localPort === undefined ? new Map() : localNames(services.lister.list(), names) },
      {
        folder,
        httpPort: options.httpPort,
        httpsPort: options.httpsPort,
        localPort,
        resolver: names?.resolver,
        healthPort: options.nginxHealthPort,
        certificatePaths: (name) => paths.get(name) as { certificate: string; key: string },
      },
    );
    if (configuration !== current) {
      await nginx.apply(configuration, ends.signal);
      current = configuration;
      reloads.inc({ result: 'success' });
      servers.set(model.servers.length);
      log.info({ servers: model.servers.length, localNames: localPort !== undefined }, 'configuration applied');
    }
    await files.keepOnly(paths);
    problems.report(found);
    if (options.publishService !== undefined) {
      const addresses = services.lister.get(options.publishService)?.status?.loadBalancer?.ingress ?? [];
      await publishAddresses(client, { ingresses: own, addresses }, ends.signal);
    }
  }

  if (options.health) {
    const check = () => {
      if (!nginx.running) throw new Error('nginx does not run yet');
    };
    await startHealthServer({ ...options.health, metrics: registry, readyChecks: [{ name: 'nginx', check }] }, signal);
  }
  informers.start(ends.signal);
  await informers.waitForSync(ends.signal).catch(() => {});
  const backoff = new Backoff({ initial: 500, max: 30_000, jitter: 0.2 });
  while (!ends.signal.aborted) {
    changed = false;
    try {
      await sync();
      backoff.reset();
      await nextChange();
      await pause(SETTLE_MS);
    } catch (err) {
      if (ends.signal.aborted) break;
      reloads.inc({ result: 'error' });
      log.error({ err }, 'could not apply the configuration, the last one holds');
      await pause(backoff.next());
    }
  }
  recorder.close();
  await nginx.stop();
  if (failure) throw failure;
}
