import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { type ContainerConfig, type CriClient, createCriClient, type Input, isCriError } from '@coxswain/cri';
import { silentLogger, systemClock } from '@coxswain/foundation';
import { eventually } from '@coxswain/foundation/testing';
import { dockerodeEngine } from './docker/dockerode-engine.ts';
import { runCriDocker } from './run-cri-docker.ts';
import { needPrograms, startDockerd, type TestDockerd } from './testing/dockerd.ts';

const CNI = '/usr/lib/cni';
const BRIDGE = `crit${process.pid % 100_000}`;
/** Not that of a run that was killed and left its bridge. */
const SUBNET = `10.250.${process.pid % 256}.0/24`;

describe('CRI over a real Docker engine', () => {
  let dockerd: TestDockerd;
  let client: CriClient;
  let stop: AbortController;
  let running: Promise<void>;

  const start = async () => {
    stop = new AbortController();
    const { dir, host } = dockerd;
    const listen = `unix://${dir}/cri.sock`;
    running = runCriDocker(
      {
        listen,
        dockerHost: host,
        cniBinDir: CNI,
        cniConfDir: join(dir, 'net.d'),
        podInfraContainerImage: 'coxswain/pause:1',
        streamingBindAddr: '127.0.0.1:0',
        rootDir: join(dir, 'root'),
        log: silentLogger(),
      },
      stop.signal,
    );
    client = createCriClient(listen);
    await eventually(() => client.version({}).then(() => true));
  };
  const end = async () => {
    client.close();
    stop.abort();
    await running;
  };
  const podConfig = (uid: string, attempt = 0) => ({
    metadata: { name: uid, namespace: 'default', uid, attempt },
    hostname: uid,
    logDirectory: join(dockerd.dir, 'pods', uid),
    dnsConfig: { servers: ['10.96.0.10'], searches: ['svc.cluster.local'], options: ['ndots:5'] },
    linux: { cgroupParent: `/${BRIDGE}/pod${uid}` },
  });
  const launch = async (podSandboxId: string, uid: string, change: Input<ContainerConfig>) => {
    const name = change.metadata?.name ?? 'main';
    const config = { image: { image: 'busybox:test' }, logPath: `${name}/0.log`, ...change, metadata: { name } };
    const { containerId } = await client.createContainer({ podSandboxId, sandboxConfig: podConfig(uid), config });
    await client.startContainer({ containerId });
    return containerId;
  };
  const statusOf = async (containerId: string) => (await client.containerStatus({ containerId })).status;
  const output = async (containerId: string, ...cmd: string[]) => {
    const { stdout, exitCode } = await client.execSync({ containerId, cmd, timeout: 20 });
    return `${exitCode} ${stdout.toString().trim()}`;
  };
  const leases = () => readdirSync(join(dockerd.dir, 'ipam', BRIDGE)).filter((name) => name.startsWith('10.'));

  before(async () => {
    needPrograms(...['bridge', 'host-local', 'loopback'].map((name) => join(CNI, name)));
    dockerd = await startDockerd();
    mkdirSync(join(dockerd.dir, 'net.d'));
    const ipam = {
      type: 'host-local',
      dataDir: join(dockerd.dir, 'ipam'),
      ranges: [[{ subnet: SUBNET }]],
      routes: [{ dst: '0.0.0.0/0' }],
    };
    const plugins = [{ type: 'bridge', bridge: BRIDGE, isGateway: true, ipam }];
    writeFileSync(
      join(dockerd.dir, 'net.d/10-test.conflist'),
      JSON.stringify({ name: BRIDGE, cniVersion: '1.0.0', plugins }),
    );
    await start();
  });
  after(async () => {
    if (!dockerd) return;
    for (const { id } of (await client.listPodSandbox({})).items) await client.removePodSandbox({ podSandboxId: id });
    await end();
    await dockerd.stop();
    spawnSync('ip', ['link', 'delete', BRIDGE]);
    spawnSync('find', ['/sys/fs/cgroup', '-depth', '-type', 'd', '-path', `*/${BRIDGE}*`, '-exec', 'rmdir', '{}', '+']);
  });

  it('gives a pod its network, limits, name and resolver', async () => {
    const { podSandboxId } = await client.runPodSandbox({ config: podConfig('one') });
    const { status } = await client.podSandboxStatus({ podSandboxId });
    const serve = 'echo hi from one > /www/x; exec httpd -f -h /www';
    await launch(podSandboxId, 'one', { metadata: { name: 'web' }, command: ['sh', '-c', serve] });
    const limits = { memoryLimitInBytes: 64 << 20, cpuShares: 512, cpuQuota: 50_000, cpuPeriod: 100_000 };
    const id = await launch(podSandboxId, 'one', { command: ['sleep', '1000'], linux: { resources: limits } });
    const fetched = () => fetch(`http://${status?.network?.ip}/x`, { signal: AbortSignal.timeout(5000) });
    await eventually(async () => assert.equal(await (await fetched()).text(), 'hi from one\n'));
    assert.equal(await output(id, 'wget', '-qO-', 'http://127.0.0.1/x'), '0 hi from one');
    assert.equal(await output(id, 'hostname'), '0 one');
    assert.match(
      await output(id, 'cat', '/etc/resolv.conf'),
      /nameserver 10.96.0.10\nsearch svc.cluster.local\noptions ndots:5/,
    );
    const limit = 'cat /sys/fs/cgroup/memory/memory.limit_in_bytes /sys/fs/cgroup/memory.max 2>/dev/null; true';
    assert.equal(await output(id, 'sh', '-c', limit), `0 ${64 << 20}`);
    const { stats } = await client.containerStats({ containerId: id });
    assert.ok((stats?.cpu?.usageCoreNanoSeconds?.value ?? 0) > 0);
    assert.ok((stats?.memory?.availableBytes?.value ?? 0) < 64 << 20);
    await client.updateContainerResources({ containerId: id, linux: { memoryLimitInBytes: 96 << 20 } });
    assert.equal(await output(id, 'sh', '-c', limit), `0 ${96 << 20}`);
  });

  it('tells why a container ended', async () => {
    const { podSandboxId } = await client.runPodSandbox({ config: podConfig('ends') });
    const table: [string, string[], string, number][] = [
      ['done', ['true'], 'Completed', 0],
      ['fails', ['sh', '-c', 'exit 3'], 'Error', 3],
    ];
    const linux = { resources: { memoryLimitInBytes: 16 << 20 } };
    for (const [name, command, reason, code] of table) {
      const id = await launch(podSandboxId, 'ends', { metadata: { name }, command, linux });
      await eventually(async () => assert.equal((await statusOf(id))?.state, 'CONTAINER_EXITED'));
      const status = await statusOf(id);
      assert.deepEqual([status?.reason, status?.exitCode], [reason, code], name);
      assert.ok((status?.finishedAt ?? 0n) >= (status?.startedAt ?? 0n));
    }
    // Docker alone, without the mark that a node's image leaves, does not hear of each one.
    let tries = 0;
    await eventually(async () => {
      const metadata = { name: `oom-${tries++}` };
      const command = ['dd', 'if=/dev/zero', 'of=/dev/null', 'bs=200M', 'count=1'];
      const id = await launch(podSandboxId, 'ends', { metadata, command, linux });
      await eventually(async () => assert.equal((await statusOf(id))?.state, 'CONTAINER_EXITED'));
      const status = await statusOf(id);
      assert.deepEqual([status?.reason, status?.exitCode], ['OOMKilled', 137]);
    });
    await assert.rejects(launch(podSandboxId, 'ends', { metadata: { name: 'bad' }, command: ['/nope'] }), /\/nope/);
    const { containers } = await client.listContainers({ filter: { podSandboxId } });
    const bad = containers.find(({ metadata }) => metadata?.name === 'bad');
    const status = await statusOf(bad?.id ?? '');
    assert.deepEqual(
      [status?.state, status?.reason, status?.exitCode],
      ['CONTAINER_EXITED', 'ContainerCannotRun', 127],
    );
    const missing = { podSandboxId, config: { metadata: { name: 'x' }, image: { image: 'absent:1' } } };
    await assert.rejects(client.createContainer(missing), (error) => isCriError(error, 'NOT_FOUND'));
  });

  it('runs commands and kills those that take too long', async () => {
    const { podSandboxId } = await client.runPodSandbox({ config: podConfig('exec') });
    const containerId = await launch(podSandboxId, 'exec', { command: ['sleep', '1000'] });
    const both = await client.execSync({ containerId, cmd: ['sh', '-c', 'echo out; echo err >&2; exit 4'] });
    assert.deepEqual([both.stdout.toString(), both.stderr.toString(), both.exitCode], ['out\n', 'err\n', 4]);
    const slow = client.execSync({ containerId, cmd: ['sleep', '777'], timeout: 1 });
    await assert.rejects(slow, (error) => isCriError(error, 'DEADLINE_EXCEEDED'));
    await eventually(async () => assert.doesNotMatch(await output(containerId, 'ps'), /777/));
    const big = await client.execSync({ containerId, cmd: ['dd', 'if=/dev/zero', 'bs=1M', 'count=20'] });
    assert.equal(big.stdout.length, 16 << 20);
  });

  it("has the image's groups or none by the policy, and tells whom a container runs as", async () => {
    const { podSandboxId } = await client.runPodSandbox({ config: podConfig('users') });
    const launchAs = (name: string, runAsGroup: number | undefined, supplementalGroupsPolicy: 'Merge' | 'Strict') =>
      launch(podSandboxId, 'users', {
        metadata: { name },
        command: ['/bin/sleep', '1000'],
        linux: {
          securityContext: {
            runAsUser: { value: 1000 },
            ...(runAsGroup === undefined ? {} : { runAsGroup: { value: runAsGroup } }),
            supplementalGroups: [4000],
            supplementalGroupsPolicy,
          },
        },
      });
    for (const [name, group, policy, gid, groups] of [
      ['merged', 3000, 'Merge', 3000, [3000, 4000, 50_000]],
      ['strict', 3000, 'Strict', 3000, [3000, 4000]],
      ['own-merged', undefined, 'Merge', 1000, [1000, 4000, 50_000]],
      ['own-strict', undefined, 'Strict', 1000, [1000, 4000]],
    ] as const) {
      const id = await launchAs(name, group, policy);
      const { uid, gid: has, supplementalGroups = [] } = (await statusOf(id))?.user?.linux ?? {};
      const sorted = [...supplementalGroups].sort((a, b) => a - b);
      assert.deepEqual([uid, has, sorted], [1000, gid, groups], name);
      await client.stopContainer({ containerId: id, timeout: 0 });
      assert.equal((await statusOf(id))?.user?.linux?.uid, 1000, 'also after its end');
    }
  });

  it('writes every line of a log once, over restarts and rotation', async () => {
    const { podSandboxId } = await client.runPodSandbox({ config: podConfig('log') });
    const script = 'i=0; while [ $i -lt 20000 ]; do echo line-$i; i=$((i+1)); [ $((i % 500)) = 0 ] && sleep 0.05; done';
    const id = await launch(podSandboxId, 'log', { command: ['sh', '-c', script] });
    const file = join(dockerd.dir, 'pods/log/main/0.log');
    await eventually(() => readFileSync(file).length > 10_000);
    await end();
    await start();
    renameSync(file, `${file}.1`);
    await client.reopenContainerLog({ containerId: id });
    await end();
    await start();
    await eventually(async () => assert.equal((await statusOf(id))?.state, 'CONTAINER_EXITED'));
    // The last lines are still on their way when the container has ended.
    const lines = await eventually(() => {
      const written = (readFileSync(`${file}.1`, 'utf8') + readFileSync(file, 'utf8')).trimEnd().split('\n');
      assert.equal(written.length, 20_000);
      return written;
    });
    lines.forEach((line, i) => {
      assert.ok(line.endsWith(` stdout F line-${i}`), line);
    });
  });

  it('holds up no other pod while the runtime of one hangs, over a restart too', async () => {
    const { podSandboxId: stuck } = await client.runPodSandbox({ config: podConfig('stuck') });
    const id = await launch(stuck, 'stuck', { command: ['sleep', '1000'] });
    const engine = dockerodeEngine(dockerd.host);
    const pid = (await engine.inspectContainer(id))?.State.Pid;
    // The container's parent is the shim.
    const shim = Number(/\) \w (\d+)/.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))?.[1]);
    assert.ok(shim > 1);
    process.kill(shim, 'SIGSTOP');
    try {
      // From now on Docker does not answer for this container: its killing waits for the shim and holds its lock.
      const stopping = client.stopContainer({ containerId: id, timeout: 0 }).catch(() => {});
      await eventually(() => {
        const shown = engine.inspectContainer(id).then(() => false);
        return Promise.race([shown, systemClock.sleep(1000).then(() => true)]);
      });
      await end();
      await stopping;
      await start();
      const { podSandboxId } = await client.runPodSandbox({ config: podConfig('free') });
      const other = await launch(podSandboxId, 'free', { command: ['sleep', '1000'] });
      assert.equal((await statusOf(other))?.state, 'CONTAINER_RUNNING');
      assert.ok((await client.listContainers({})).containers.some((container) => container.id === other));
      await client.removePodSandbox({ podSandboxId });
    } finally {
      process.kill(shim, 'SIGCONT');
    }
    await eventually(async () => assert.equal((await statusOf(id))?.state, 'CONTAINER_EXITED'), { timeout: 90_000 });
    await client.removePodSandbox({ podSandboxId: stuck });
  });

  it('tells that everything ended with Docker, starts anew and leaks no address', async () => {
    const { podSandboxId } = await client.runPodSandbox({ config: podConfig('again') });
    const containerId = await launch(podSandboxId, 'again', { command: ['sleep', '1000'] });
    const seen = new Set<string>();
    const reading = (async () => {
      for await (const event of client.getContainerEvents())
        seen.add(`${event.containerEventType} ${event.containerId}`);
    })().catch(() => {});
    const taken = leases().length;
    await dockerd.restart();
    await eventually(async () => {
      const { status } = await client.podSandboxStatus({ podSandboxId });
      assert.equal(status?.state, 'SANDBOX_NOTREADY');
      assert.equal((await statusOf(containerId))?.state, 'CONTAINER_EXITED');
    });
    // Told although somebody asked before.
    await eventually(() => seen.has(`CONTAINER_STOPPED_EVENT ${podSandboxId}`));
    const { podSandboxId: next } = await client.runPodSandbox({ config: podConfig('again', 1) });
    assert.equal((await client.podSandboxStatus({ podSandboxId: next })).status?.state, 'SANDBOX_READY');
    for (const { id } of (await client.listPodSandbox({})).items) await client.removePodSandbox({ podSandboxId: id });
    assert.ok(taken > 0);
    assert.deepEqual(leases(), []);
    assert.deepEqual((await client.listContainers({})).containers, []);
    assert.deepEqual(readdirSync(join(dockerd.dir, 'root/sandboxes')), []);
    await end();
    await start();
    await reading;
  });
});
