import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '@coxswain/foundation/testing';
import Docker from 'dockerode';

const APPLETS = ['sh', 'sleep', 'cat', 'echo', 'ls', 'ip', 'wget', 'httpd', 'ps', 'kill', 'true', 'dd', 'hostname'];

/** A Docker engine of a test's own, apart from any other on the machine. */
export interface TestDockerd {
  readonly host: string;
  /** For everything that belongs to the test; removed with it. */
  readonly dir: string;
  /** Kills the engine and starts it again. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

/** Fails with the name of what is missing. */
export function needPrograms(...names: string[]): void {
  for (const name of names) {
    const found = name.startsWith('/') ? existsSync(name) : spawnSync('sh', ['-c', `command -v ${name}`]).status === 0;
    if (!found) throw new Error(`this test needs ${name}, which is not installed`);
  }
}

/** Starts dockerd in a temporary directory, with the images `busybox:test` and `coxswain/pause:1`. */
export async function startDockerd(): Promise<TestDockerd> {
  needPrograms('dockerd', 'containerd', 'busybox', 'tar', 'ip');
  const dir = mkdtempSync(join(tmpdir(), 'crid-'));
  const host = `unix://${dir}/docker.sock`;
  const docker = new Docker({ socketPath: `${dir}/docker.sock` });
  let child = await launch(dir, host, docker);
  await importImages(dir, docker);
  return {
    host,
    dir,
    async restart() {
      await end(child, 'SIGKILL');
      await containerdGone(dir);
      rmSync(join(dir, 'docker.pid'), { force: true });
      child = await launch(dir, host, docker);
    },
    async stop() {
      await end(child, 'SIGTERM');
      for (const mount of ['data', 'exec/netns/default']) spawnSync('umount', ['-l', join(dir, mount)]);
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

async function launch(dir: string, host: string, docker: Docker): Promise<ChildProcess> {
  const log = openSync(join(dir, 'dockerd.log'), 'a');
  const child = spawn(
    'dockerd',
    [
      '-H',
      host,
      `--data-root=${dir}/data`,
      `--exec-root=${dir}/exec`,
      `--pidfile=${dir}/docker.pid`,
      '--bridge=none',
      '--iptables=false',
      '--shutdown-timeout=2',
    ],
    { stdio: ['ignore', log, log] },
  );
  await eventually(() => docker.ping().then(() => true));
  return child;
}

/** The engine's containerd dies with it, but a moment later; a new engine would still try to use it. */
async function containerdGone(dir: string): Promise<void> {
  const pid = Number(readFileSync(join(dir, 'exec/containerd/containerd.pid'), 'utf8'));
  await eventually(() => !existsSync(`/proc/${pid}`));
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill(signal);
  await ended;
}

async function importImages(dir: string, docker: Docker): Promise<void> {
  const root = join(dir, 'rootfs');
  for (const sub of ['bin', 'etc', 'tmp', 'proc', 'www']) mkdirSync(join(root, sub), { recursive: true });
  copyFileSync(spawnSync('sh', ['-c', 'command -v busybox']).stdout.toString().trim(), join(root, 'bin/busybox'));
  for (const applet of APPLETS) symlinkSync('busybox', join(root, 'bin', applet));
  // User 1000 is one more of group 50000.
  writeFileSync(join(root, 'etc/passwd'), 'root:x:0:0:root:/:/bin/sh\nalice:x:1000:1000::/:/bin/sh\n');
  writeFileSync(join(root, 'etc/group'), 'root:x:0:\nalice:x:1000:\nmore:x:50000:alice\n');
  const tar = join(dir, 'rootfs.tar');
  spawnSync('tar', ['-C', root, '-cf', tar, '.']);
  for (const [repo, tag, change] of [
    ['busybox', 'test', 'CMD ["sh"]'],
    ['coxswain/pause', '1', 'ENTRYPOINT ["/bin/sleep","2147483647"]'],
  ] as const) {
    const stream = await docker.importImage(tar, { repo, tag, changes: change });
    stream.resume();
    await once(stream, 'end');
  }
}
