import { readFile, statfs } from 'node:fs/promises';
import { arch, cpus, networkInterfaces, release, totalmem } from 'node:os';

export interface MachineInfo {
  readonly cpus: number;
  /** Bytes. */
  readonly memory: number;
  /** Bytes of the filesystem that holds the kubelet's folder. */
  readonly ephemeralStorage: number;
  readonly machineID: string;
  readonly systemUUID: string;
  readonly bootID: string;
  readonly kernelVersion: string;
  readonly osImage: string;
  /** Go's name: `amd64`, `arm64`. */
  readonly architecture: string;
  /** Bytes of swap. */
  readonly swap: number;
  /** Whether the kernel confines by AppArmor; no unless given. */
  readonly appArmor?: boolean;
}

const GO_ARCH: Record<string, string> = { x64: 'amd64', ia32: '386' };

export async function readMachineInfo(rootDir: string): Promise<MachineInfo> {
  const [machineID, productUUID, bootID, osRelease, meminfo, appArmor, disk] = await Promise.all([
    readText('/etc/machine-id'),
    readText('/sys/class/dmi/id/product_uuid'),
    readText('/proc/sys/kernel/random/boot_id'),
    readText('/etc/os-release'),
    readText('/proc/meminfo'),
    readText('/sys/module/apparmor/parameters/enabled'),
    statfs(rootDir).catch(() => undefined),
  ]);
  const kib = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(meminfo)?.[1] ?? 0) * 1024;
  return {
    cpus: cpus().length,
    memory: kib('MemTotal') || totalmem(),
    ephemeralStorage: disk ? disk.blocks * disk.bsize : 0,
    machineID,
    systemUUID: productUUID || machineID,
    bootID,
    kernelVersion: release(),
    osImage: /^PRETTY_NAME="?(.*?)"?$/m.exec(osRelease)?.[1] ?? 'Linux',
    architecture: GO_ARCH[arch()] ?? arch(),
    swap: kib('SwapTotal'),
    appArmor: appArmor === 'Y',
  };
}

async function readText(path: string): Promise<string> {
  return (await readFile(path, 'utf8').catch(() => '')).trim();
}

/** The address that the node is reached at: that of the interface with the default route, else the first. */
export async function findNodeIP(): Promise<string> {
  const routes = await readText('/proc/net/route');
  const device = routes
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .find(
      ([, destination, , flags]) => destination === '00000000' && (Number.parseInt(flags ?? '0', 16) & 2) !== 0,
    )?.[0];
  const all = networkInterfaces();
  const usable = (name: string) => all[name]?.find(({ family, internal }) => family === 'IPv4' && !internal)?.address;
  const own = device === undefined ? undefined : usable(device);
  return (
    own ??
    Object.keys(all)
      .map(usable)
      .find((address) => address !== undefined) ??
    '127.0.0.1'
  );
}
