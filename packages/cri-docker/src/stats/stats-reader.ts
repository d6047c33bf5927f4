import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type ContainerStats, type Input, type LinuxPodSandboxStats, msToNanos } from '@coxswain/cri';
import type { Clock } from '@coxswain/foundation';
import type { Entry } from '../container-store.ts';
import { type CgroupMount, cgroupDir, parseCgroupMounts } from './cgroup-paths.ts';
import { FILES, parseNetDev, parseUsage, type Usage } from './parse-usage.ts';
import { WritableLayers } from './writable-layers.ts';

interface Sample {
  readonly at: number;
  readonly cpuNanos: number;
  readonly nanoCores: number | undefined;
}

/** Shortest window that a rate is taken over, milliseconds. */
const WINDOW_MS = 1000;

/** Usage straight from the kernel's files: no call to Docker, a few small reads a container; disks now and then. */
export class StatsReader {
  readonly #clock: Clock;
  readonly #layers: WritableLayers;
  readonly #samples = new Map<string, Sample>();
  #mounts: CgroupMount[] | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#layers = new WritableLayers(clock);
  }

  async container(entry: Entry): Promise<Input<ContainerStats>> {
    const layer = this.#layers.of(entry);
    const usage = await this.#usage(entry);
    const timestamp = msToNanos(this.#clock.now());
    const { workingSetBytes, memoryBytes, rssBytes, pageFaults, majorPageFaults, limitBytes } = usage;
    const available = limitBytes === undefined ? undefined : Math.max(0, limitBytes - (workingSetBytes ?? 0));
    return {
      attributes: { id: entry.id, metadata: entry.container, labels: entry.labels, annotations: entry.annotations },
      cpu: {
        timestamp,
        usageCoreNanoSeconds: wrap(usage.cpuNanos),
        usageNanoCores: wrap(this.#rate(entry.id, usage.cpuNanos)),
      },
      memory: {
        timestamp,
        workingSetBytes: wrap(workingSetBytes),
        availableBytes: wrap(available),
        usageBytes: wrap(memoryBytes),
        rssBytes: wrap(rssBytes),
        pageFaults: wrap(pageFaults),
        majorPageFaults: wrap(majorPageFaults),
      },
      ...(layer ? { writableLayer: layer } : {}),
    };
  }

  /** The sandbox's sum over its containers, its network, and each container. */
  async sandbox(entry: Entry, members: readonly Entry[]): Promise<Input<LinuxPodSandboxStats>> {
    const timestamp = msToNanos(this.#clock.now());
    const running = members.filter(({ docker }) => docker.State.Running);
    const [containers, usages, network] = await Promise.all([
      Promise.all(running.map((member) => this.container(member))),
      Promise.all([entry, ...running].map((member) => this.#usage(member))),
      readText(`/proc/${entry.docker.State.Pid}/net/dev`),
    ]);
    const sum = (field: keyof Usage) => wrap(usages.reduce((total, usage) => total + (usage[field] ?? 0), 0));
    const interfaces = parseNetDev(network ?? '').map((dev) => ({
      name: dev.name,
      rxBytes: wrap(dev.rxBytes),
      rxErrors: wrap(dev.rxErrors),
      txBytes: wrap(dev.txBytes),
      txErrors: wrap(dev.txErrors),
    }));
    const onHost = entry.record.namespaces?.network === 'NODE';
    return {
      cpu: { timestamp, usageCoreNanoSeconds: sum('cpuNanos') },
      memory: {
        timestamp,
        workingSetBytes: sum('workingSetBytes'),
        usageBytes: sum('memoryBytes'),
        rssBytes: sum('rssBytes'),
      },
      ...(onHost
        ? {}
        : {
            network: {
              timestamp,
              defaultInterface: interfaces.find(({ name }) => name === 'eth0'),
              interfaces: interfaces.filter(({ name }) => name !== 'eth0'),
            },
          }),
      process: { timestamp, processCount: sum('processes') },
      containers,
    };
  }

  /** Forgets containers that are gone. */
  keep(ids: ReadonlySet<string>): void {
    for (const id of this.#samples.keys()) if (!ids.has(id)) this.#samples.delete(id);
    this.#layers.keep(ids);
  }

  async #usage({ docker }: Entry): Promise<Usage> {
    const { Pid } = docker.State;
    const cgroup = Pid > 0 ? await readText(`/proc/${Pid}/cgroup`) : undefined;
    if (cgroup === undefined) return {};
    this.#mounts ??= parseCgroupMounts((await readText('/proc/self/mountinfo')) ?? '');
    const mounts = this.#mounts;
    const version = mounts.some(({ controllers }) => controllers.includes('memory')) ? 'v1' : 'v2';
    const wanted = Object.entries<readonly string[]>(FILES[version]).flatMap(([controller, names]) => {
      const dir = cgroupDir(mounts, cgroup, controller);
      return dir === undefined ? [] : names.map((name) => [name, join(dir, name)] as const);
    });
    const read = await Promise.all(wanted.map(async ([name, path]) => [name, await readText(path)] as const));
    return parseUsage(Object.fromEntries(read));
  }

  #rate(id: string, cpuNanos: number | undefined): number | undefined {
    if (cpuNanos === undefined) return undefined;
    const at = this.#clock.now();
    const before = this.#samples.get(id);
    if (before && at - before.at < WINDOW_MS) return before.nanoCores;
    const nanoCores = before && Math.max(0, Math.round(((cpuNanos - before.cpuNanos) * 1000) / (at - before.at)));
    this.#samples.set(id, { at, cpuNanos, nanoCores });
    return nanoCores;
  }
}

function wrap(value: number | undefined): { value: number } | undefined {
  return value === undefined ? undefined : { value };
}

function readText(path: string): Promise<string | undefined> {
  return readFile(path, 'utf8').catch(() => undefined);
}
