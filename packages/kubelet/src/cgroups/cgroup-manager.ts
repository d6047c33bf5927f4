import { mkdir, readdir, readFile, rmdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { type Pod, qosClassOf } from '@coxswain/api';
import type { Logger } from '@coxswain/foundation';
import { uidOf } from '../container/pod-containers.ts';
import { milliCpuToShares, podRequests } from '../container/resources.ts';
import { type CgroupLimits, cgroupFiles, podCgroupLimits } from './pod-cgroup-limits.ts';

/** The control groups of pods: `kubepods`, below it one a QoS class and one a pod. */
export interface CgroupManager {
  /** Makes the pod's group so, with what it may use; quick when nothing changed. */
  setUp(pod: Pod): Promise<void>;
  /** Removes the pod's group; what is left of processes in it is killed. */
  remove(uid: string): Promise<void>;
  /** Uids that have a group. */
  present(): Promise<string[]>;
}

export interface CgroupManagerOptions {
  readonly log: Logger;
  /** `/sys/fs/cgroup` */
  readonly mountpoint: string;
  /** Below which `kubepods` is. */
  readonly root: string;
  /** What all pods together may use. */
  readonly allocatable: { readonly milliCpu: number; readonly memory: number };
}

const QOS_FOLDERS = { Guaranteed: 'kubepods', Burstable: 'kubepods/burstable', BestEffort: 'kubepods/besteffort' };
const CONTROLLERS: readonly string[] = ['cpu', 'memory', 'pids'];

/**
 * Makes the groups that all pods share.
 * @returns undefined where the kernel's files can't be written (no control groups of our own): then the runtime decides
 */
export async function createCgroupManager(options: CgroupManagerOptions): Promise<CgroupManager | undefined> {
  const { mountpoint, log } = options;
  const listed = await readFile(`${mountpoint}/cgroup.controllers`, 'utf8').catch(() => undefined);
  const controllers = listed === undefined ? CONTROLLERS : CONTROLLERS.filter((each) => words(listed).includes(each));
  if (controllers.length < CONTROLLERS.length)
    log.warn({ controllers }, 'not all control group controllers are at hand: what they bound is not bounded');
  const manager = new CgroupFsManager(options, listed === undefined ? 1 : 2, controllers);
  try {
    // Node's recursive mkdir never ends where the kernel says ENOENT to a folder of its own.
    await stat(mountpoint);
    await manager.initialise();
    return manager;
  } catch (err) {
    log.warn({ err }, 'no control groups for pods: the runtime places containers');
    return undefined;
  }
}

class CgroupFsManager implements CgroupManager {
  readonly #options: CgroupManagerOptions;
  readonly #version: 1 | 2;
  readonly #controllers: readonly string[];
  /** What was last written, by group. */
  readonly #written = new Map<string, string>();
  readonly #burstable = new Map<string, number>();

  constructor(options: CgroupManagerOptions, version: 1 | 2, controllers: readonly string[]) {
    this.#options = options;
    this.#version = version;
    this.#controllers = controllers;
  }

  async initialise(): Promise<void> {
    const { milliCpu, memory } = this.#options.allocatable;
    await this.#make('kubepods', { cpuShares: milliCpuToShares(milliCpu), memory });
    await this.#make(QOS_FOLDERS.Burstable, { cpuShares: 2 });
    await this.#make(QOS_FOLDERS.BestEffort, { cpuShares: 2 });
  }

  async setUp(pod: Pod): Promise<void> {
    const uid = uidOf(pod);
    const qos = qosClassOf(pod.spec);
    await this.#make(`${QOS_FOLDERS[qos]}/pod${uid}`, podCgroupLimits(pod));
    if (qos !== 'Burstable') return;
    this.#burstable.set(uid, podRequests(pod).cpu);
    await this.#weighBurstable();
  }

  async remove(uid: string): Promise<void> {
    for (const qos of Object.values(QOS_FOLDERS)) {
      const group = `${qos}/pod${uid}`;
      this.#written.delete(group);
      for (const base of await this.#hierarchies()) await removeTree(join(base, this.#options.root, group));
    }
    if (this.#burstable.delete(uid)) await this.#weighBurstable();
  }

  async present(): Promise<string[]> {
    const uids = new Set<string>();
    for (const base of await this.#hierarchies())
      for (const qos of Object.values(QOS_FOLDERS))
        for (const name of await readdir(join(base, this.#options.root, qos)).catch(() => []))
          if (name.startsWith('pod')) uids.add(name.slice('pod'.length));
    return [...uids];
  }

  /** All burstable pods together weigh what they ask for. */
  async #weighBurstable(): Promise<void> {
    const sum = [...this.#burstable.values()].reduce((total, milli) => total + milli, 0);
    await this.#make(QOS_FOLDERS.Burstable, { cpuShares: milliCpuToShares(sum) });
  }

  async #make(group: string, limits: CgroupLimits): Promise<void> {
    const { mountpoint, root } = this.#options;
    const key = JSON.stringify(limits);
    if (this.#written.get(group) === key) return;
    for (const folder of this.#version === 1 ? CONTROLLERS : [''])
      await mkdir(join(mountpoint, folder, root, group), { recursive: true });
    if (this.#version === 2) await this.#handDown(join(root, group));
    for (const { folder, file, value } of cgroupFiles(limits, this.#version))
      if (this.#controllers.includes(file.split('.')[0] ?? ''))
        await this.#write(join(mountpoint, folder, root, group, file), value);
    this.#written.set(group, key);
  }

  /** A group's children only have the controllers that all above hand down; the runtime does the same below the pod. */
  async #handDown(group: string): Promise<void> {
    let path = this.#options.mountpoint;
    for (const name of ['', ...group.split('/').filter((each) => each !== '')]) {
      path = join(path, name);
      for (const controller of this.#controllers)
        await writeFile(join(path, 'cgroup.subtree_control'), `+${controller}`).catch(() => {});
    }
  }

  /** A limit below what is in use is refused by the kernel; the next change tries again. */
  async #write(path: string, value: string): Promise<void> {
    await writeFile(path, value).catch((err: NodeJS.ErrnoException) => {
      if (err.code === 'ENOENT' || err.code === 'EACCES' || err.code === 'EROFS') throw err;
      this.#options.log.warn({ err, path }, 'failed to set control group');
    });
  }

  /** Where groups may be: of v1 every hierarchy, as the runtime makes its own in all. */
  async #hierarchies(): Promise<string[]> {
    const { mountpoint } = this.#options;
    if (this.#version === 2) return [mountpoint];
    const names = await readdir(mountpoint, { withFileTypes: true }).catch(() => []);
    return names.filter((entry) => entry.isDirectory()).map(({ name }) => join(mountpoint, name));
  }
}

const REMOVAL_TRIES = 10;
const REMOVAL_PAUSE_MS = 50;

/**
 * Groups are folders that only rmdir takes away, children first. What still runs in them is killed: an engine that died
 * between making a container's process and starting it leaves one that nobody else knows of.
 */
async function removeTree(path: string): Promise<void> {
  const entries = await readdir(path, { withFileTypes: true }).catch(() => undefined);
  if (!entries) return;
  for (const entry of entries) if (entry.isDirectory()) await removeTree(join(path, entry.name));
  for (let tries = 1; ; tries++) {
    try {
      await rmdir(path);
      return;
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'ENOENT') return;
      if (code !== 'EBUSY' || tries === REMOVAL_TRIES) throw error;
    }
    await killMembers(path);
    await setTimeout(REMOVAL_PAUSE_MS);
  }
}

async function killMembers(path: string): Promise<void> {
  // Version 2 has a file that kills all at once.
  const killed = await writeFile(join(path, 'cgroup.kill'), '1', { flag: 'r+' }).then(
    () => true,
    () => false,
  );
  if (killed) return;
  const text = await readFile(join(path, 'cgroup.procs'), 'utf8').catch(() => '');
  for (const pid of text.split('\n').map(Number))
    if (pid > 1 && pid !== process.pid)
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // It ended by itself.
      }
}

function words(text: string): string[] {
  return text.trim().split(/\s+/);
}
