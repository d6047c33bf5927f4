import assert from 'node:assert/strict';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, beforeEach, describe, it } from 'node:test';
import { type CriClient, createCriClient, isCriError, isNotFound } from '@coxswain/cri';
import { silentLogger } from '@coxswain/foundation';
import { eventually } from '@coxswain/foundation/testing';
import { runCriDocker } from './run-cri-docker.ts';
import { FakeDocker } from './testing/fake-docker.ts';

/** A CNI plugin that notes its calls; it fails while a file named `fail` lies beside it. */
const PLUGIN = `#!/bin/sh
here=$(dirname "$0")
echo "$CNI_COMMAND $(basename "$0") $CNI_IFNAME $CNI_NETNS" >> "$here/calls"
cat >> "$here/stdin"; echo >> "$here/stdin"
[ -e "$here/fail" ] && [ "$(basename "$0")" = bridge ] && { echo '{"code":11,"msg":"no bridge today"}'; exit 1; }
[ "$CNI_COMMAND" = ADD ] && echo '{"cniVersion":"1.0.0","ips":[{"address":"10.1.0.9/24"},{"address":"fd00::9/64"}]}'
exit 0
`;
const CONF = JSON.stringify({
  name: 'pods',
  cniVersion: '1.0.0',
  plugins: [{ type: 'bridge' }, { type: 'portmap', capabilities: { portMappings: true } }],
});
const pod = {
  metadata: { name: 'web', namespace: 'default', uid: 'u1' },
  hostname: 'web',
  labels: { app: 'web' },
  annotations: { note: 'x' },
  portMappings: [{ hostPort: 8080, containerPort: 80 }],
  dnsConfig: { servers: ['10.96.0.10'] },
};
const main = { metadata: { name: 'main' }, image: { image: 'docker.io/library/nginx:1.27' }, labels: { l: '1' } };

describe('CRI over a Docker that keeps books', () => {
  let docker: FakeDocker;
  let client: CriClient;
  let dir: string;
  let stop: AbortController;
  let running: Promise<void>;
  const dirs: string[] = [];

  const calls = async () => (await readFile(join(dir, 'bin/calls'), 'utf8').catch(() => '')).trim().split('\n');
  const start = async () => {
    stop = new AbortController();
    const listen = `unix://${dir}/cri.sock`;
    running = runCriDocker(
      {
        listen,
        dockerHost: '',
        cniBinDir: join(dir, 'bin'),
        cniConfDir: join(dir, 'net.d'),
        podInfraContainerImage: 'coxswain/pause:1',
        streamingBindAddr: '127.0.0.1:0',
        rootDir: join(dir, 'root'),
        log: silentLogger(),
        engine: docker,
        capabilities: new Set(['NET_ADMIN']),
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

  beforeEach(async (t) => {
    docker = new FakeDocker();
    dir = await mkdtemp(join(tmpdir(), 'cri-docker-'));
    dirs.push(dir);
    await mkdir(join(dir, 'bin'));
    await mkdir(join(dir, 'net.d'));
    for (const name of ['loopback', 'bridge', 'portmap']) {
      await writeFile(join(dir, 'bin', name), PLUGIN);
      await chmod(join(dir, 'bin', name), 0o755);
    }
    await writeFile(join(dir, 'net.d/10-pods.conflist'), CONF);
    await start();
    (t as { after?: (fn: () => Promise<void>) => void }).after?.(end);
  });
  after(async () => {
    for (const path of dirs) await rm(path, { recursive: true, force: true });
  });

  it('gives a sandbox its network and takes it away again', async () => {
    const { podSandboxId } = await client.runPodSandbox({ config: pod });
    const { status } = await client.podSandboxStatus({ podSandboxId });
    assert.equal(status?.state, 'SANDBOX_READY');
    assert.deepEqual(status?.network, { ip: '10.1.0.9', additionalIps: [{ ip: 'fd00::9' }] });
    assert.deepEqual([status?.labels, status?.annotations], [pod.labels, pod.annotations]);
    assert.match(
      await readFile(join(dir, 'bin/stdin'), 'utf8'),
      /"portMappings":\[{"hostPort":8080,"containerPort":80,"protocol":"tcp"}\]/,
    );
    await client.stopPodSandbox({ podSandboxId });
    await client.stopPodSandbox({ podSandboxId });
    assert.equal((await client.podSandboxStatus({ podSandboxId })).status?.state, 'SANDBOX_NOTREADY');
    await client.removePodSandbox({ podSandboxId });
    await client.removePodSandbox({ podSandboxId });
    await assert.rejects(client.podSandboxStatus({ podSandboxId }), isNotFound);
    const netns = '/proc/4242/ns/net';
    assert.deepEqual(
      (await calls()).filter((line) => !line.includes('loopback')),
      [
        `ADD bridge eth0 ${netns}`,
        `ADD portmap eth0 ${netns}`,
        `DEL portmap eth0 ${netns}`,
        `DEL bridge eth0 ${netns}`,
      ],
    );
    assert.deepEqual(await readdir(join(dir, 'root/sandboxes')), []);
  });

  it('makes a folder where the source of a mount is not there', async () => {
    const { podSandboxId } = await client.runPodSandbox({ config: pod });
    const hostPath = join(dir, 'not/there');
    const config = { ...main, mounts: [{ hostPath, containerPath: '/m' }] };
    await client.createContainer({ podSandboxId, config, sandboxConfig: pod });
    assert.ok((await stat(hostPath)).isDirectory());
  });

  it('gives the engine what the source of a mount leads to', async () => {
    const { podSandboxId } = await client.runPodSandbox({ config: pod });
    await mkdir(join(dir, 'real'));
    await symlink('real', join(dir, 'link'));
    const config = { ...main, mounts: [{ hostPath: join(dir, 'link'), containerPath: '/m' }] };
    const { containerId } = await client.createContainer({ podSandboxId, config, sandboxConfig: pod });
    const mounts = docker.containers.get(containerId)?.body.HostConfig?.Mounts;
    assert.equal(mounts?.find(({ Target }) => Target === '/m')?.Source, join(dir, 'real'));
  });

  it('takes over a whole sandbox of the same name and replaces a broken one', async () => {
    const first = await client.runPodSandbox({ config: pod });
    assert.deepEqual(await client.runPodSandbox({ config: pod }), first);
    docker.die(first.podSandboxId, 255);
    const second = await client.runPodSandbox({ config: pod });
    assert.notEqual(second.podSandboxId, first.podSandboxId);
    assert.equal(docker.containers.size, 1);
  });

  it('leaves nothing when the network fails, and says why', async () => {
    await writeFile(join(dir, 'bin/fail'), '');
    await assert.rejects(
      client.runPodSandbox({ config: pod }),
      /failed to setup network for sandbox ".*no bridge today/,
    );
    assert.equal(docker.containers.size, 0);
    await rm(join(dir, 'net.d/10-pods.conflist'));
    await assert.rejects(client.runPodSandbox({ config: pod }), /cni plugin not initialized/);
    const { status } = await client.status({});
    const network = status?.conditions.find(({ type }) => type === 'NetworkReady');
    assert.deepEqual([network?.status, network?.reason], [false, 'NetworkPluginNotReady']);
    const linux = { securityContext: { namespaceOptions: { network: 'NODE' as const } } };
    const { podSandboxId } = await client.runPodSandbox({ config: { ...pod, linux } });
    assert.equal((await client.podSandboxStatus({ podSandboxId })).status?.state, 'SANDBOX_READY');
  });

  it('tears a failed network down later, when the plugin works again', async () => {
    const { podSandboxId } = await client.runPodSandbox({ config: pod });
    await writeFile(join(dir, 'bin/fail'), '');
    await client.removePodSandbox({ podSandboxId });
    assert.equal((await readdir(join(dir, 'root/sandboxes'))).length, 1);
    await rm(join(dir, 'bin/fail'));
    await end();
    await start();
    await eventually(async () => (await readdir(join(dir, 'root/sandboxes'))).length === 0);
    assert.equal((await calls()).at(-1), 'DEL bridge eth0');
  });

  it('takes a container through its life', async () => {
    const { podSandboxId } = await client.runPodSandbox({ config: pod });
    const create = { podSandboxId, sandboxConfig: pod, config: main };
    const first = await client.createContainer(create);
    const { containerId } = await client.createContainer(create);
    assert.notEqual(containerId, first.containerId, 'a leftover that never ran is replaced');
    await client.startContainer({ containerId });
    await client.startContainer({ containerId });
    assert.equal((await client.createContainer(create)).containerId, containerId, 'a running one is taken over');
    const { containers } = await client.listContainers({ filter: { podSandboxId, labelSelector: { l: '1' } } });
    assert.deepEqual(
      containers.map(({ id, state, imageRef, imageId, labels, metadata }) => ({
        id,
        state,
        imageRef,
        imageId,
        labels,
        metadata,
      })),
      [
        {
          id: containerId,
          state: 'CONTAINER_RUNNING',
          imageRef: 'nginx@sha256:abc',
          imageId: 'sha256:nginx',
          labels: { l: '1' },
          metadata: { name: 'main', attempt: 0 },
        },
      ],
    );
    docker.die(containerId, 3);
    await eventually(async () => {
      const { status } = await client.containerStatus({ containerId });
      assert.deepEqual([status?.state, status?.exitCode, status?.reason], ['CONTAINER_EXITED', 3, 'Error']);
      assert.equal(status?.image?.image, 'docker.io/library/nginx:1.27');
    });
    await assert.rejects(client.startContainer({ containerId }), (e) => isCriError(e, 'FAILED_PRECONDITION'));
    await client.removeContainer({ containerId });
    await client.removeContainer({ containerId });
    await client.stopContainer({ containerId, timeout: 5 });
    await assert.rejects(client.containerStatus({ containerId }), isNotFound);
  });

  it('reports a command that cannot run', async () => {
    const { podSandboxId } = await client.runPodSandbox({ config: pod });
    const { containerId } = await client.createContainer({ podSandboxId, config: main });
    docker.startFailure = 'exec: "/nope": no such file';
    await assert.rejects(client.startContainer({ containerId }), /\/nope/);
    const { status } = await client.containerStatus({ containerId });
    assert.deepEqual(
      [status?.state, status?.exitCode, status?.reason],
      ['CONTAINER_EXITED', 127, 'ContainerCannotRun'],
    );
    assert.match(status?.message ?? '', /no such file/);
  });

  it('never sees or touches a container that is not ours', async () => {
    const id = await docker.createContainer('someone', { Image: 'nginx:1.27', Labels: {}, HostConfig: {} });
    await docker.startContainer(id);
    assert.deepEqual((await client.listContainers({})).containers, []);
    await assert.rejects(client.containerStatus({ containerId: id }), isNotFound);
    await client.stopContainer({ containerId: id });
    await client.removeContainer({ containerId: id });
    await client.removePodSandbox({ podSandboxId: id });
    assert.equal(docker.containers.get(id)?.state.Running, true);
  });

  it('serves lists from memory while nothing changes', async () => {
    const { podSandboxId } = await client.runPodSandbox({ config: pod });
    await client.createContainer({ podSandboxId, config: main });
    await client.listContainers({});
    const before = docker.inspections;
    for (let i = 0; i < 20; i++) await client.listContainers({});
    assert.equal(docker.inspections, before);
  });

  it('streams events, also of what happened while Docker was away', async () => {
    const events: string[] = [];
    const reading = (async () => {
      for await (const event of client.getContainerEvents()) {
        const { containerEventType: type, containersStatuses, podSandboxStatus } = event;
        events.push(
          `${type.slice(10, -6)} ${podSandboxStatus?.state ?? '-'} ${containersStatuses.map((s) => s.state)}`,
        );
      }
    })().catch(() => {});
    // Subscribing has no answer of its own: an event that comes shows that it has happened.
    const probe = { ...pod, metadata: { ...pod.metadata, uid: 'u0' } };
    await eventually(async () => {
      const { podSandboxId } = await client.runPodSandbox({ config: probe });
      await client.removePodSandbox({ podSandboxId });
      return events.some((event) => event.startsWith('DELETED'));
    });
    events.length = 0;
    const { podSandboxId } = await client.runPodSandbox({ config: pod });
    const { containerId } = await client.createContainer({ podSandboxId, config: main });
    await client.startContainer({ containerId });
    await eventually(() => events.length >= 4);
    assert.deepEqual(events.slice(0, 2), ['CREATED SANDBOX_READY ', 'STARTED SANDBOX_READY ']);
    assert.match(events[2] ?? '', /^CREATED SANDBOX_READY CONTAINER_/);
    assert.equal(events[3], 'STARTED SANDBOX_READY CONTAINER_RUNNING');
    events.length = 0;
    docker.crash();
    await assert.rejects(client.listContainers({}), (e) => isCriError(e, 'UNAVAILABLE'));
    docker.down = false;
    // Who asks before the events are caught up with must not hide what is to be told.
    assert.deepEqual(
      (await client.listContainers({})).containers.map(({ state }) => state),
      ['CONTAINER_EXITED'],
    );
    await eventually(() => events.length === 2);
    assert.deepEqual(events, Array(2).fill('STOPPED SANDBOX_NOTREADY CONTAINER_EXITED'));
    await end();
    await reading;
    await start();
  });

  it('finds images by their spellings and says when one is missing', async () => {
    for (const image of ['nginx:1.27', 'docker.io/library/nginx:1.27', 'sha256:nginx']) {
      const found = await client.imageStatus({ image: { image } });
      assert.deepEqual(
        [found.image?.id, found.image?.uid, found.image?.pinned],
        ['sha256:nginx', { value: 101 }, false],
      );
    }
    assert.equal((await client.imageStatus({ image: { image: 'absent' } })).image, undefined);
    await assert.rejects(client.pullImage({ image: { image: 'absent' } }), isNotFound);
    await assert.rejects(client.exec({}), isNotFound);
  });
});
