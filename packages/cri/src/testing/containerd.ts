import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '@coxswain/foundation/testing';
import { createCriClient } from '../create-cri-client.ts';
import type { CriClient } from '../cri-service.ts';
import { writeBusyboxArchive } from './busybox-archive.ts';

const IMAGE = 'docker.io/library/busybox:test';
const PAUSE = 'docker.io/coxswain/pause:test';
const CNI = '/usr/lib/cni';

/** containerd with its own CRI, apart from any other on the machine. */
export interface TestContainerd {
  readonly client: CriClient;
  /** `unix://…` */
  readonly endpoint: string;
  /** The machine's busybox; it sleeps unless told. */
  readonly image: string;
  /** For everything that belongs to the test; removed with it. */
  readonly dir: string;
  stop(): Promise<void>;
}

function configuration(dir: string, cniBinDir: string): string {
  return `version = 2
root = "${dir}/root"
state = "${dir}/state"
[grpc]
  address = "${dir}/containerd.sock"
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "${PAUSE}"
  restrict_oom_score_adj = true
  stream_server_address = "127.0.0.1"
  stream_server_port = "0"
[plugins."io.containerd.grpc.v1.cri".containerd]
  snapshotter = "native"
[plugins."io.containerd.grpc.v1.cri".cni]
  bin_dir = "${cniBinDir}"
  conf_dir = "${dir}/cni/net.d"
[plugins."io.containerd.internal.v1.opt"]
  path = "${dir}/opt"
`;
}

/**
 * Starts containerd in a temporary directory. With `network` pods get addresses of that range behind a bridge of its own.
 * @throws when it, or what it needs, is not installed
 */
export async function startContainerd(
  options: { readonly network?: { readonly bridge: string; readonly subnet: string } } = {},
): Promise<TestContainerd> {
  const { network } = options;
  const plugins = network ? ['bridge', 'host-local', 'loopback'].map((name) => join(CNI, name)) : [];
  for (const program of ['containerd', 'ctr', 'runc', 'tar', 'busybox', ...plugins])
    if (spawnSync('sh', ['-c', `command -v ${program}`]).status !== 0)
      throw new Error(`this test needs ${program}, which is not installed`);
  const dir = mkdtempSync(join(tmpdir(), 'ctrd-'));
  const socket = join(dir, 'containerd.sock');
  if (network) writeNetwork(dir, network);
  writeFileSync(join(dir, 'config.toml'), configuration(dir, network ? CNI : `${dir}/cni/bin`));
  const archive = writeBusyboxArchive(join(dir, 'busybox'), [IMAGE, PAUSE]);
  const log = openSync(join(dir, 'containerd.log'), 'a');
  const child = spawn('containerd', ['--config', join(dir, 'config.toml')], { stdio: ['ignore', log, log] });
  const endpoint = `unix://${socket}`;
  const client = createCriClient(endpoint);
  const stop = async () => {
    client.close();
    child.kill('SIGTERM');
    await once(child, 'exit');
    if (network) spawnSync('ip', ['link', 'delete', network.bridge]);
    for (const path of mountsIn(dir)) spawnSync('umount', ['-l', path]);
    rmSync(dir, { recursive: true, force: true });
  };
  try {
    await eventually(() => existsSync(socket) && client.version({}).then(() => true), { timeout: 30_000 });
    execFileSync('ctr', ['-a', socket, '-n', 'k8s.io', 'images', 'import', archive]);
  } catch (cause) {
    const said = readFileSync(join(dir, 'containerd.log'), 'utf8').slice(-2000);
    await stop();
    throw new Error(`containerd could not be made ready: ${said}`, { cause });
  }
  return { client, endpoint, image: IMAGE, dir, stop };
}

/** What a failed test may leave, the innermost first. */
function mountsIn(dir: string): string[] {
  const paths = readFileSync('/proc/self/mountinfo', 'utf8')
    .split('\n')
    .map((line) => line.split(' ')[4] ?? '');
  return paths.filter((path) => path.startsWith(`${dir}/`)).reverse();
}

function writeNetwork(dir: string, { bridge, subnet }: { readonly bridge: string; readonly subnet: string }): void {
  const folder = join(dir, 'cni/net.d');
  mkdirSync(folder, { recursive: true });
  const ipam = { type: 'host-local', dataDir: join(dir, 'ipam'), ranges: [[{ subnet }]] };
  const plugins = [{ type: 'bridge', bridge, isGateway: true, ipam }];
  writeFileSync(join(folder, '10-test.conflist'), JSON.stringify({ name: bridge, cniVersion: '1.0.0', plugins }));
}
