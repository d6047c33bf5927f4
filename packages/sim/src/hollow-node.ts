import { join } from 'node:path';
import type { ApiClient } from '@coxswain/client';
import type { Codecs } from '@coxswain/cri';
import { FakeRuntime, loopbackClient } from '@coxswain/cri/testing';
import type { Clock, Logger } from '@coxswain/foundation';
import {
  bookMounter,
  DEFAULT_OPTIONS,
  Kubelet,
  type KubeletEvents,
  type NodeStats,
  type SharedSources,
} from '@coxswain/kubelet';
import { hollowAddresses } from './hollow-addresses.ts';
import type { SimOptions } from './sim-options.ts';

/** What all hollow nodes of a process have in common. */
export interface HollowContext {
  readonly options: SimOptions;
  readonly client: ApiClient;
  readonly heartbeatClient: ApiClient;
  readonly codecs: Codecs;
  readonly events: KubeletEvents;
  readonly shared: SharedSources;
  readonly clock: Clock;
  readonly log: Logger;
}

const NOTHING_USED: NodeStats = {
  memory: undefined,
  cpuNanos: undefined,
  nodefs: undefined,
  imagefs: undefined,
  imageBytes: 0,
  processes: undefined,
  maxProcesses: undefined,
};

/** The `index`-th hollow node: the kubelet as it is, over a runtime that only keeps books. */
export function hollowNode(index: number, context: HollowContext): Kubelet {
  const { options, client, heartbeatClient, codecs, events, shared, clock, log } = context;
  const nodeName = `${options.namePrefix}${index}`;
  const addresses = hollowAddresses(index);
  const rootDir = join(options.rootDir, nodeName);
  const runtime = new FakeRuntime({ clock, record: false, podIp: (n) => addresses.pod(n) });
  const zone: Record<string, string> =
    options.zones > 0 ? { 'topology.kubernetes.io/zone': `zone-${index % options.zones}` } : {};
  return new Kubelet({
    options: {
      ...DEFAULT_OPTIONS,
      kubeconfig: options.kubeconfig,
      containerRuntimeEndpoint: '',
      rootDir,
      podLogsDir: join(rootDir, 'log/pods'),
      containerLogsDir: join(rootDir, 'log/containers'),
      maxPods: options.maxPods,
      nodeLabels: { ...zone, ...options.nodeLabels },
    },
    nodeName,
    nodeIPs: [addresses.node],
    podCidrs: [addresses.podCidr],
    machine: {
      cpus: options.cpus,
      memory: options.memory,
      ephemeralStorage: 100 * 2 ** 30,
      machineID: nodeName,
      systemUUID: nodeName,
      bootID: nodeName,
      kernelVersion: '6.1.0',
      osImage: 'Hollow',
      architecture: 'amd64',
      swap: 0,
    },
    nodeDns: { servers: [], searches: [], options: [] },
    nodeStats: async () => NOTHING_USED,
    client,
    heartbeatClient,
    cri: loopbackClient(runtime.handlers, codecs),
    events,
    mounter: bookMounter(),
    shared,
    clock,
    log: log.child({ node: nodeName }),
  });
}
