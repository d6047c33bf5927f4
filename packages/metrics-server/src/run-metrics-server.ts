import { type Node, nodeKind, type Pod, podKind } from '@coxswain/api';
import { type ApiClient, createInformerFactory } from '@coxswain/client';
import { type Clock, type Logger, systemClock } from '@coxswain/foundation';
import { createAuthority, issueCertificate } from '@coxswain/pki';
import { metricsDocument } from './metrics-api.ts';
import { register } from './register.ts';
import { type KubeletAccess, KubeletScraper } from './scrape-nodes.ts';
import { serve } from './serve.ts';
import { UsageStore } from './usage-store.ts';

export interface MetricsServerOptions {
  readonly client: ApiClient;
  readonly log: Logger;
  readonly clock?: Clock;
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** PEM of the serving certificate and its authority; one is made that signs itself unless given. */
  readonly serving?: { readonly cert: string; readonly key: string; readonly authority: string } | undefined;
  /** PEM of the front proxies' authority. */
  readonly clientCa?: string | undefined;
  readonly kubelet: KubeletAccess;
  /** How often kubelets are asked; milliseconds. */
  readonly resolutionMs: number;
  /** Keeps Service and APIService at this address where given. */
  readonly registerAddress?: string | undefined;
}

const REGISTER_PERIOD_MS = 30_000;

/** Scrapes kubelets and serves metrics.k8s.io until the signal aborts. */
export async function runMetricsServer(options: MetricsServerOptions, signal: AbortSignal): Promise<void> {
  const { client, log, clock = systemClock, resolutionMs, registerAddress } = options;
  const informers = createInformerFactory(client, { log, clock });
  const nodes = informers.for<Node>(nodeKind);
  const pods = informers.for<Pod>(podKind);
  const usage = new UsageStore();
  const scraper = new KubeletScraper(options.kubelet, { clock, log, timeoutMs: Math.max(1000, resolutionMs * 0.9) });
  const serving = options.serving ?? (await selfSigned());
  const parts = { nodes: nodes.lister, pods: pods.lister, usage };
  const { host, clientCa } = options;
  const port = await serve(
    {
      host,
      port: options.port,
      cert: serving.cert,
      key: serving.key,
      clientCa,
      document: (url) => metricsDocument(parts, url),
      ready: () => usage.nodes > 0,
    },
    signal,
  );
  log.info({ host, port }, 'serving metrics.k8s.io');
  informers.start(signal);
  const loops: Promise<void>[] = [every(resolutionMs, scrapeAll)];
  if (registerAddress !== undefined) loops.push(every(REGISTER_PERIOD_MS, registerHere));
  await Promise.all(loops);
  scraper.close();

  async function scrapeAll(): Promise<void> {
    await informers.waitForSync(signal);
    const all = nodes.lister.list();
    usage.keep(new Set(all.map(({ metadata }) => metadata.name)));
    await Promise.all(
      all.map(async (node) => {
        const scrape = await scraper.scrape(node, signal);
        if (scrape) usage.add(node.metadata.name, scrape);
      }),
    );
  }

  async function registerHere(): Promise<void> {
    if (registerAddress !== undefined)
      await register(client, { address: registerAddress, port, authority: serving.authority }, signal);
  }

  async function every(periodMs: number, work: () => Promise<void>): Promise<void> {
    while (!signal.aborted) {
      const began = clock.now();
      let pause = periodMs;
      try {
        await work();
      } catch (err) {
        if (signal.aborted) return;
        log.warn({ err }, 'will try again');
        pause = Math.min(periodMs, 2_000);
      }
      await clock.sleep(Math.max(0, began + pause - clock.now()), signal).catch(() => {});
    }
  }
}

async function selfSigned(): Promise<{ cert: string; key: string; authority: string }> {
  const authority = await createAuthority('metrics-server-ca');
  const names = ['metrics-server', 'metrics-server.kube-system', 'metrics-server.kube-system.svc', 'localhost'];
  const { certificate, key } = await issueCertificate(authority, {
    commonName: 'metrics-server',
    usages: ['server'],
    names,
  });
  return { cert: certificate, key, authority: authority.certificate };
}
