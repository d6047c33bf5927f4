// kube-proxy over a fake API, in a network namespace, commanded over its IPC channel.
import { type EndpointSlice, endpointSliceKind, type Node, nodeKind, type Service, serviceKind } from '@coxswain/api';
import { FakeApiClient } from '@coxswain/client/testing';
import { createLogger } from '@coxswain/foundation';
import { eventually } from '@coxswain/foundation/testing';
import { createBackend, type ProxyMode } from '../create-backend.ts';
import { runKubeProxy } from '../run-kube-proxy.ts';

export interface ProxyProcessOptions {
  readonly mode: ProxyMode;
  readonly preferLocal?: boolean;
  /** Milliseconds; 30,000 unless given. */
  readonly syncPeriodMs?: number;
}

export type ProxyRequest =
  | {
      readonly do: 'change';
      readonly put: readonly (Service | EndpointSlice | Node)[];
      /** `namespace/name` of Services that go, with their slices. */
      readonly remove?: readonly string[];
    }
  | { readonly do: 'start'; readonly options: ProxyProcessOptions }
  /** The API goes away, or comes back. */
  | { readonly do: 'away' }
  | { readonly do: 'back' }
  /** How often it was asked since it went away. */
  | { readonly do: 'tries' }
  /** All watches end, as they do when their time is over. */
  | { readonly do: 'end-watches' }
  | { readonly do: 'stop' }
  | { readonly do: 'cleanup' }
  | { readonly do: 'probe' }
  | { readonly do: 'usage' };

const client = new FakeApiClient();
const ranges = {
  clusterCIDRs: ['10.244.0.0/16', 'fd00:244::/56'],
  serviceCIDRs: ['10.96.0.0/16', 'fd00:96::/112'],
  log: createLogger({ component: 'kube-proxy', level: process.env['PROXY_LOG'] === 'trace' ? 'trace' : 'error' }),
};
let options: ProxyProcessOptions = { mode: 'nftables' };
let controller = new AbortController();
let running: Promise<void> = Promise.resolve();
let syncs = 0;
let behind = false;
let comeBack: (() => void)[] = [];
let tries = 0;

async function answer(request: ProxyRequest): Promise<unknown> {
  switch (request.do) {
    case 'start': {
      options = request.options;
      controller = new AbortController();
      const { syncPeriodMs = 30_000, ...rest } = options;
      running = runKubeProxy(
        {
          client,
          nodeName: 'node-1',
          ...ranges,
          ...rest,
          syncPeriodMs,
          minSyncPeriodMs: 1,
          onSynced: (more) => {
            syncs += 1;
            behind = more;
          },
        },
        controller.signal,
      );
      const began = performance.now();
      await Promise.race([eventually(() => syncs > 0, { timeout: 120_000, interval: 2 }), running]);
      const first = performance.now() - began;
      await settle(0);
      return first;
    }
    case 'change': {
      const gone = (request.remove ?? []).filter((key) => client.object(serviceKind, key) !== undefined);
      const before = syncs;
      const started = performance.now();
      for (const object of request.put) put(object);
      for (const key of gone) remove(key);
      if (comeBack.length > 0 || (!request.put.some(({ kind }) => kind !== 'Node') && gone.length === 0)) return 0;
      await Promise.race([eventually(() => syncs > before, { timeout: 60_000, interval: 1 }), running]);
      const first = performance.now() - started;
      await settle(before);
      return first;
    }
    case 'away': {
      tries = 0;
      const refuse = () => {
        tries += 1;
        throw new Error('connect ECONNREFUSED');
      };
      comeBack = [client.react('list', '*', refuse), client.react('watch', '*', refuse)];
      return client.store.endWatches();
    }
    case 'back':
      for (const restore of comeBack.splice(0)) restore();
      return undefined;
    case 'tries':
      return tries;
    case 'end-watches':
      return client.store.endWatches();
    case 'stop':
      controller.abort();
      return running;
    case 'cleanup':
      return createBackend(options.mode, ranges).cleanup(AbortSignal.timeout(60_000));
    case 'probe':
      return createBackend(options.mode, ranges).probe(AbortSignal.timeout(60_000));
    case 'usage':
      return { rss: process.memoryUsage().rss, cpu: process.cpuUsage(), syncs };
    default:
      request satisfies never;
      return undefined;
  }
}

/** Resolves when more syncs than `before` are done and none follows any more. */
async function settle(before: number): Promise<void> {
  const started = await Promise.race([
    eventually(() => syncs > before, { timeout: 60_000, interval: 2 }),
    running.then(() => 'ended'),
  ]);
  if (started === 'ended') return;
  for (let seen = -1; seen !== syncs || behind; ) {
    seen = syncs;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

function put(object: Service | EndpointSlice | Node): void {
  if (object.kind === 'Service') client.add(serviceKind, object as Service);
  else if (object.kind === 'Node') client.add(nodeKind, object as Node);
  else client.add(endpointSliceKind, object as EndpointSlice);
}

function remove(key: string): void {
  client.remove(serviceKind, key);
  for (const { metadata } of client.objects(endpointSliceKind))
    if (`${metadata.namespace}/${metadata.labels?.['kubernetes.io/service-name']}` === key)
      client.remove(endpointSliceKind, `${metadata.namespace}/${metadata.name}`);
}

process.on('message', ({ id, request }: { id: number; request: ProxyRequest }) => {
  answer(request).then(
    (result) => process.send?.({ id, result }),
    (error: Error) => process.send?.({ id, error: error.message }),
  );
});
process.on('disconnect', () => process.exit(0));
process.send?.({ id: 0 });
