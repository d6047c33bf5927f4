import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '@coxswain/foundation/testing';
import { createCriClient } from './create-cri-client.ts';
import { writeBusyboxArchive } from './testing/busybox-archive.ts';
import { criContract } from './testing/cri-contract.ts';

const IMAGE = 'docker.io/library/busybox:test';
const PAUSE = 'docker.io/coxswain/pause:test';

function configuration(dir: string): string {
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
  bin_dir = "${dir}/cni/bin"
  conf_dir = "${dir}/cni/net.d"
[plugins."io.containerd.internal.v1.opt"]
  path = "${dir}/opt"
`;
}

criContract("containerd's own CRI", { runsProcesses: true }, async () => {
  for (const program of ['containerd', 'ctr', 'runc', 'tar', 'busybox'])
    if (spawnSync('sh', ['-c', `command -v ${program}`]).status !== 0)
      throw new Error(`this test needs ${program}, which is not installed`);
  const dir = mkdtempSync(join(tmpdir(), 'ctrd-'));
  const socket = join(dir, 'containerd.sock');
  writeFileSync(join(dir, 'config.toml'), configuration(dir));
  const archive = writeBusyboxArchive(join(dir, 'busybox'), [IMAGE, PAUSE]);
  const log = openSync(join(dir, 'containerd.log'), 'a');
  const child = spawn('containerd', ['--config', join(dir, 'config.toml')], { stdio: ['ignore', log, log] });
  const client = createCriClient(`unix://${socket}`);
  const stop = async () => {
    client.close();
    child.kill('SIGTERM');
    await once(child, 'exit');
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
  return { client, image: IMAGE, dir, stop };
});
