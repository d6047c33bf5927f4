import { mkdir } from 'node:fs/promises';
import { podKind, serviceKind } from '@coxswain/api';
import { type ApiClient, createEventRecorder, createInformer } from '@coxswain/client';
import { loadCodecs } from '@coxswain/cri';
import {
  type Clock,
  childController,
  createMetrics,
  Gauge,
  type Logger,
  startHealthServer,
  systemClock,
} from '@coxswain/foundation';
import { type Kubelet, ObjectWatches, recorderEvents } from '@coxswain/kubelet';
import { hollowNode } from './hollow-node.ts';
import { limitClient } from './limit-client.ts';
import { limitEvents } from './limit-events.ts';
import { PodsByNode } from './pods-by-node.ts';
import type { SimOptions } from './sim-options.ts';

export interface SimDependencies {
  readonly client: ApiClient;
  /** Of connections of its own; `client` unless given. */
  readonly heartbeatClient?: ApiClient;
  readonly log: Logger;
  readonly clock?: Clock;
}

/** Requests under way at once, and those of nodes and leases beside them. */
const REQUESTS = 64;
const HEARTBEATS = 16;

/**
 * Runs the hollow nodes until the signal aborts. They share connections, informers and followed objects, and begin one
 * after another so that their heartbeats spread; their Nodes and pods stay in the API when it ends.
 */
export async function runSim(options: SimOptions, dependencies: SimDependencies, signal: AbortSignal): Promise<void> {
  const { log, clock = systemClock } = dependencies;
  const client = limitClient(dependencies.client, REQUESTS);
  await mkdir(options.rootDir, { recursive: true });
  const recorder = createEventRecorder({ client, component: 'kubelet', log });
  const bound = createInformer(client, podKind, { fieldSelector: 'spec.nodeName!=' }, { log, clock });
  const pods = new PodsByNode(bound);
  const services = createInformer(client, serviceKind, {}, { log, clock });
  const context = {
    options,
    client,
    heartbeatClient: limitClient(dependencies.heartbeatClient ?? dependencies.client, HEARTBEATS),
    codecs: loadCodecs(),
    events: limitEvents(recorderEvents(recorder), { qps: options.eventQps, burst: options.eventBurst, clock }),
    shared: {
      pods: (nodeName: string) => pods.for(nodeName),
      services,
      objects: new ObjectWatches({ client, log, clock }, signal),
    },
    clock,
    log,
  };
  const kubelets: Kubelet[] = [];
  if (options.healthzPort > 0)
    await startHealthServer({ port: options.healthzPort, metrics: simMetrics(kubelets), checks: [] }, signal);
  const running = [bound.run(signal), services.run(signal)];
  log.info({ nodes: options.nodes }, 'starting hollow nodes');
  for (let i = 0; i < options.nodes && !signal.aborted; i++) {
    const kubelet = hollowNode(i, context);
    kubelets.push(kubelet);
    // A signal looks through all its listeners to add one: each node gets its own.
    running.push(kubelet.run(childController(signal).signal));
    await clock.sleep(1000 / options.startRate, signal).catch(() => {});
  }
  log.info({ nodes: kubelets.length }, 'hollow nodes run');
  try {
    await Promise.all(running);
  } finally {
    recorder.close();
  }
}

function simMetrics(kubelets: readonly Kubelet[]) {
  const metrics = createMetrics();
  new Gauge({
    name: 'sim_hollow_nodes',
    help: 'Hollow nodes of this process',
    registers: [metrics],
    collect() {
      this.set(kubelets.length);
    },
  });
  new Gauge({
    name: 'sim_hollow_pods',
    help: 'Pods that hollow nodes of this process have',
    registers: [metrics],
    collect() {
      this.set(kubelets.reduce((sum, kubelet) => sum + kubelet.pods().length, 0));
    },
  });
  return metrics;
}
