import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { eventually } from '@coxswain/foundation/testing';
import { isNotFound } from '../cri-error.ts';
import type { CriClient } from '../cri-service.ts';

export interface ContractRuntime {
  readonly client: CriClient;
  /** Has a shell, `sleep` and `cat`; is there already. */
  readonly image: string;
  /** Where logs may be written. */
  readonly dir: string;
  stop(): Promise<void>;
}

/**
 * What a kubelet relies on, of any CRI runtime. Sandboxes use the node's network, so that no CNI is needed.
 * @param options.runsProcesses false for a runtime that only keeps books
 */
export function criContract(
  name: string,
  options: { readonly runsProcesses: boolean },
  start: () => Promise<ContractRuntime>,
): void {
  describe(`CRI contract: ${name}`, () => {
    let runtime: ContractRuntime;
    let client: CriClient;
    const uid = `contract-${process.pid}`;
    const sandboxConfig = (attempt = 0) => ({
      metadata: { name: 'pod', namespace: 'default', uid, attempt },
      logDirectory: join(runtime.dir, 'logs'),
      labels: { 'io.kubernetes.pod.uid': uid },
      annotations: { note: 'kept' },
      linux: { securityContext: { namespaceOptions: { network: 'NODE' as const } } },
    });
    const labelSelector = { 'io.kubernetes.pod.uid': uid };
    const runSandbox = async (attempt = 0) =>
      (await client.runPodSandbox({ config: sandboxConfig(attempt) })).podSandboxId;
    const create = async (podSandboxId: string, containerName: string, ...command: string[]) => {
      const config = {
        metadata: { name: containerName, attempt: 0 },
        image: { image: runtime.image },
        command,
        labels: { 'io.kubernetes.pod.uid': uid, 'io.kubernetes.container.name': containerName },
        annotations: { hash: 'h1' },
        logPath: `${containerName}.log`,
        linux: {},
      };
      const { containerId } = await client.createContainer({ podSandboxId, config, sandboxConfig: sandboxConfig() });
      return containerId;
    };
    const stateOf = async (containerId: string) => (await client.containerStatus({ containerId })).status?.state;

    before(async () => {
      runtime = await start();
      client = runtime.client;
      mkdirSync(join(runtime.dir, 'logs'), { recursive: true });
    });
    after(async () => {
      if (!runtime) return;
      for (const { id } of (await client.listPodSandbox({ filter: { labelSelector } })).items) {
        await client.stopPodSandbox({ podSandboxId: id });
        await client.removePodSandbox({ podSandboxId: id });
      }
      await runtime.stop();
    });

    it('says who it is and that it is ready', async () => {
      const version = await client.version({});
      assert.notEqual(version.runtimeApiVersion, '');
      assert.notEqual(version.runtimeName, '');
      const { status } = await client.status({});
      assert.equal(status?.conditions.find(({ type }) => type === 'RuntimeReady')?.status, true);
    });

    it('knows its images by name and by id', async () => {
      const { image } = await client.imageStatus({ image: { image: runtime.image } });
      assert.ok(image?.id);
      assert.equal((await client.imageStatus({ image: { image: image.id } })).image?.id, image.id);
      const { images } = await client.listImages({});
      assert.ok(images.some(({ id }) => id === image.id));
      assert.equal((await client.imageStatus({ image: { image: 'example.com/none:1' } })).image, undefined);
      await client.removeImage({ image: { image: 'example.com/none:1' } });
      assert.ok((await client.imageFsInfo({})).imageFilesystems.length > 0);
    });

    it('takes a pod through its life', async () => {
      const podSandboxId = await runSandbox();
      const { status: sandbox } = await client.podSandboxStatus({ podSandboxId });
      assert.equal(sandbox?.state, 'SANDBOX_READY');
      assert.equal(sandbox.metadata?.uid, uid);
      assert.equal(sandbox.annotations['note'], 'kept');
      assert.ok(sandbox.createdAt > 0n);

      const containerId = await create(podSandboxId, 'main', '/bin/sleep', '1000');
      assert.equal(await stateOf(containerId), 'CONTAINER_CREATED');
      await client.startContainer({ containerId });
      const { status } = await client.containerStatus({ containerId });
      assert.equal(status?.state, 'CONTAINER_RUNNING');
      assert.equal(status.metadata?.name, 'main');
      assert.equal(status.annotations['hash'], 'h1');
      assert.ok(status.startedAt > 0n);
      assert.notEqual(status.imageRef, '');

      const byPod = await client.listContainers({ filter: { podSandboxId } });
      assert.deepEqual(
        byPod.containers.map(({ id }) => id),
        [containerId],
      );
      const byLabel = await client.listContainers({ filter: { labelSelector } });
      assert.deepEqual(
        byLabel.containers.map(({ id }) => id),
        [containerId],
      );
      const ready = { labelSelector, state: { state: 'SANDBOX_READY' as const } };
      assert.deepEqual(
        (await client.listPodSandbox({ filter: ready })).items.map(({ id }) => id),
        [podSandboxId],
      );

      const { stats } = await client.listContainerStats({ filter: { labelSelector } });
      assert.deepEqual(
        stats.map(({ attributes }) => attributes?.id),
        [containerId],
      );

      await client.stopContainer({ containerId, timeout: 0 });
      const { status: ended } = await client.containerStatus({ containerId });
      assert.equal(ended?.state, 'CONTAINER_EXITED');
      assert.notEqual(ended.exitCode, 0);
      assert.ok(ended.finishedAt >= ended.startedAt);
      await client.removeContainer({ containerId });
      await assert.rejects(client.containerStatus({ containerId }), isNotFound);

      await client.stopPodSandbox({ podSandboxId });
      assert.equal((await client.podSandboxStatus({ podSandboxId })).status?.state, 'SANDBOX_NOTREADY');
      await client.removePodSandbox({ podSandboxId });
      await assert.rejects(client.podSandboxStatus({ podSandboxId }), isNotFound);
    });

    it('does what is done already without complaint', async () => {
      const podSandboxId = await runSandbox(1);
      const containerId = await create(podSandboxId, 'again', '/bin/sleep', '1000');
      await client.startContainer({ containerId });
      for (const _ of [1, 2]) await client.stopContainer({ containerId, timeout: 0 });
      for (const _ of [1, 2]) await client.removeContainer({ containerId });
      for (const _ of [1, 2]) await client.stopPodSandbox({ podSandboxId });
      for (const _ of [1, 2]) await client.removePodSandbox({ podSandboxId });
      await client.removeContainer({ containerId: 'f'.repeat(64) });
    });

    it('removes a sandbox with all that is in it', async () => {
      const podSandboxId = await runSandbox(2);
      const containerId = await create(podSandboxId, 'inside', '/bin/sleep', '1000');
      await client.startContainer({ containerId });
      await client.stopPodSandbox({ podSandboxId });
      assert.equal(await stateOf(containerId), 'CONTAINER_EXITED');
      await client.removePodSandbox({ podSandboxId });
      await assert.rejects(client.containerStatus({ containerId }), isNotFound);
    });

    it('refuses what it does not know as NOT_FOUND', async () => {
      const missing = 'e'.repeat(64);
      await assert.rejects(client.containerStatus({ containerId: missing }), isNotFound);
      await assert.rejects(client.podSandboxStatus({ podSandboxId: missing }), isNotFound);
      await assert.rejects(client.startContainer({ containerId: missing }), isNotFound);
    });

    if (!options.runsProcesses) return;
    it('runs processes: output, exit codes, exec', async () => {
      const podSandboxId = await runSandbox(3);
      const failing = await create(podSandboxId, 'failing', '/bin/sh', '-c', 'exit 7');
      await client.startContainer({ containerId: failing });
      await eventually(async () => assert.equal(await stateOf(failing), 'CONTAINER_EXITED'));
      assert.equal((await client.containerStatus({ containerId: failing })).status?.exitCode, 7);

      const containerId = await create(podSandboxId, 'main', '/bin/sleep', '1000');
      await client.startContainer({ containerId });
      const exec = (...cmd: string[]) => client.execSync({ containerId, cmd, timeout: 20 });
      const answer = await exec('/bin/sh', '-c', 'echo out; echo err >&2; exit 3');
      assert.deepEqual([answer.exitCode, answer.stdout.toString(), answer.stderr.toString()], [3, 'out\n', 'err\n']);
      const { url } = await client.exec({ containerId, cmd: ['/bin/cat'], stdin: true, stdout: true });
      assert.match(url, /^https?:\/\//);
      await client.removePodSandbox({ podSandboxId });
    });
  });
}
