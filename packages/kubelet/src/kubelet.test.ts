import assert from 'node:assert/strict';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { it } from 'node:test';
import { configMapKind, leaseKind, nodeKind, type Pod, podKind, runtimeClassKind } from '@coxswain/api';
import { FakeApiClient } from '@coxswain/client/testing';
import { CriError } from '@coxswain/cri';
import { FakeRuntime } from '@coxswain/cri/testing';
import { eventually } from '@coxswain/foundation/testing';
import { buildContainer, buildPod } from './testing/build-pod.ts';
import { startTestKubelet, type TestKubelet, type TestKubeletOptions } from './testing/start-test-kubelet.ts';

const isReady = (pod: Pod) => pod.status?.conditions?.find(({ type }) => type === 'Ready')?.status === 'True';
const readyNode = (api: FakeApiClient) =>
  api.object(nodeKind, 'node-1')?.status?.conditions?.find(({ type }) => type === 'Ready');
const stateOf = (pod: Pod, at = 0) => pod.status?.containerStatuses?.[at];

async function withKubelet(options: TestKubeletOptions, body: (kubelet: TestKubelet) => Promise<void>) {
  const kubelet = await startTestKubelet(options);
  try {
    await body(kubelet);
  } finally {
    await kubelet.stop();
  }
}

it('registers its node, makes it ready and keeps its lease', () =>
  withKubelet({}, async ({ api, events }) => {
    const node = await eventually(() => {
      const found = api.object(nodeKind, 'node-1');
      assert.equal(found?.status?.conditions?.find(({ type }) => type === 'Ready')?.status, 'True');
      return found;
    });
    assert.equal(node?.metadata.labels?.['kubernetes.io/hostname'], 'node-1');
    assert.equal(node?.status?.nodeInfo?.containerRuntimeVersion, 'fake://1.0.0');
    await eventually(() => api.object(leaseKind, 'kube-node-lease/node-1') !== undefined);
    assert.ok(events.includes('NodeReady Node node-1 status is now: NodeReady'));
  }));

it('runs a pod, and takes it away when it is deleted', () =>
  withKubelet({}, async ({ api, runtime, until, events, root, pod }) => {
    const made = buildPod('web');
    api.add(podKind, made);
    const running = await until('default/web', isReady);
    assert.equal(running.status?.phase, 'Running');
    assert.match(running.status?.podIP ?? '', /^10\.244\./);
    assert.match(stateOf(running)?.containerID ?? '', /^fake:\/\/c/);
    for (const text of [
      'Pulled Container image "busybox:1.36" already present on machine',
      'Created Created container: main',
      'Started Started container main',
    ])
      assert.ok(events.includes(text), text);
    await api.resource(podKind).delete('web', { namespace: 'default' });
    await eventually(() => pod('default/web') === undefined);
    await eventually(() => runtime.sandboxes.size === 0 && runtime.containers.size === 0);
    assert.ok(events.includes('Killing Stopping container main'));
    await eventually(() =>
      stat(join(root, 'pods', made.metadata.uid ?? '')).then(
        () => false,
        () => true,
      ),
    );
  }));

it('runs init containers one after the other', () =>
  withKubelet(
    { runtimeOptions: { process: ({ config }) => (config.metadata?.name === 'main' ? {} : { exitAfterMs: 20 }) } },
    async ({ api, until, runtime }) => {
      api.add(podKind, buildPod('web', { initContainers: [buildContainer('i1'), buildContainer('i2')] }));
      const pod = await until('default/web', isReady);
      assert.deepEqual(
        pod.status?.initContainerStatuses?.map(({ state, ready }) => [state?.terminated?.reason, ready]),
        [
          ['Completed', true],
          ['Completed', true],
        ],
      );
      assert.deepEqual(
        [...runtime.containers.values()].map(({ config }) => config.metadata?.name),
        ['i1', 'i2', 'main'],
      );
    },
  ));

it('finishes a job', () =>
  withKubelet({ runtimeOptions: { process: () => ({ exitAfterMs: 20, exitCode: 3 }) } }, async ({ api, until }) => {
    api.add(podKind, buildPod('job', { restartPolicy: 'Never' }));
    const pod = await until('default/job', ({ status }) => status?.phase === 'Failed');
    assert.equal(stateOf(pod)?.state?.terminated?.exitCode, 3);
    assert.equal(pod.status?.conditions?.find(({ type }) => type === 'Ready')?.reason, 'PodFailed');
  }));

it('restarts what ends, and backs off from what keeps ending', () =>
  withKubelet(
    { runtimeOptions: { process: () => ({ exitAfterMs: 20, exitCode: 1 }) } },
    async ({ api, until, events }) => {
      api.add(podKind, buildPod('loop'));
      const pod = await until('default/loop', (each) => stateOf(each)?.state?.waiting?.reason === 'CrashLoopBackOff');
      const status = stateOf(pod);
      assert.equal(status?.restartCount, 1);
      assert.equal(status?.lastState?.terminated?.exitCode, 1);
      assert.match(
        status?.state?.waiting?.message ?? '',
        /^back-off 10s restarting failed container=main pod=loop_default\(/,
      );
      assert.ok(
        events.some((text) =>
          text.startsWith('BackOff Back-off restarting failed container main in pod loop_default('),
        ),
      );
    },
  ));

it('waits for what is missing and goes on when it comes', () =>
  withKubelet({}, async ({ api, until, events, root }) => {
    const pod = buildPod('web', {
      volumes: [{ name: 'cfg', configMap: { name: 'cm' } }],
      containers: [
        buildContainer('main', {
          volumeMounts: [{ name: 'cfg', mountPath: '/etc/cfg' }],
          env: [{ name: 'A', valueFrom: { configMapKeyRef: { name: 'cm', key: 'a' } } }],
        }),
      ],
    });
    api.add(podKind, pod);
    await eventually(() =>
      events.includes('FailedMount MountVolume.SetUp failed for volume "cfg" : configmap "cm" not found'),
    );
    api.add(configMapKind, { metadata: { name: 'cm', namespace: 'default' }, data: { a: '1' } });
    await until('default/web', isReady);
    const file = join(root, 'pods', pod.metadata.uid ?? '', 'volumes/kubernetes.io~configmap/cfg/a');
    assert.equal(await readFile(file, 'utf8'), '1');
    api.change(configMapKind, 'default/cm', (cm) => {
      cm.data = { a: '2' };
    });
    await eventually(async () => assert.equal(await readFile(file, 'utf8'), '2'));
  }));

it("runs a pod by its class's handler, or not at all", () => {
  const handlers: unknown[] = [];
  const before = (rpc: string, request: object) => {
    if (rpc === 'runPodSandbox') handlers.push((request as { runtimeHandler?: string }).runtimeHandler);
  };
  return withKubelet({ runtimeOptions: { before } }, async ({ api, events, until }) => {
    api.add(podKind, buildPod('boxed', { runtimeClassName: 'tight' }));
    await eventually(() =>
      events.some((text) => /^FailedCreatePodSandBox .*RuntimeClass "tight" not found/.test(text)),
    );
    assert.deepEqual(handlers, []);
    api.add(runtimeClassKind, { metadata: { name: 'tight' }, handler: 'vm' });
    await until('default/boxed', isReady);
    assert.deepEqual(handlers, ['vm']);
  });
});

it('says that an image can not be pulled', () =>
  withKubelet({}, async ({ api, runtime, until, events }) => {
    runtime.images.fail('nope:1');
    api.add(podKind, buildPod('web', { containers: [buildContainer('main', { image: 'nope:1' })] }));
    const reasons = ['ErrImagePull', 'ImagePullBackOff'];
    await until('default/web', (pod) => reasons.includes(stateOf(pod)?.state?.waiting?.reason ?? ''));
    await eventually(() => events.includes('Failed Error: ErrImagePull'));
    await api.resource(podKind).delete('web', { namespace: 'default' });
    await eventually(() => api.object(podKind, 'default/web') === undefined);
  }));

it('keeps a pod unready until its probe passes, and restarts it when liveness fails', () => {
  let healthy = false;
  let alive = true;
  const execSync = (_: unknown, [command]: readonly string[]) => ({
    exitCode: (command === 'ready' ? healthy : alive) ? 0 : 1,
    stdout: 'nope',
  });
  return withKubelet({ runtimeOptions: { execSync } }, async ({ api, until, events }) => {
    const probe = (command: string) => ({ exec: { command: [command] }, periodSeconds: 1, failureThreshold: 1 });
    const container = buildContainer('main', { readinessProbe: probe('ready'), livenessProbe: probe('live') });
    api.add(podKind, buildPod('web', { containers: [container] }));
    await eventually(() => events.includes('Unhealthy Readiness probe failed: nope'));
    assert.equal(isReady(await until('default/web', (pod) => stateOf(pod)?.state?.running !== undefined)), false);
    healthy = true;
    await until('default/web', isReady);
    alive = false;
    await eventually(() => events.includes('Killing Container main failed liveness probe, will be restarted'));
    alive = true;
    await until('default/web', (pod) => isReady(pod) && (stateOf(pod)?.restartCount ?? 0) > 0);
  });
});

it('makes a new sandbox when the old one dies', () =>
  withKubelet({}, async ({ api, runtime, until, events }) => {
    api.add(podKind, buildPod('web'));
    await until('default/web', isReady);
    runtime.killSandbox([...runtime.sandboxes.keys()][0] as string);
    await until('default/web', (pod) => isReady(pod) && stateOf(pod)?.restartCount === 1);
    assert.ok(events.includes('SandboxChanged Pod sandbox changed, it will be killed and re-created.'));
  }));

it('adopts running pods after a restart and removes those that are gone', async () => {
  const api = new FakeApiClient();
  const runtime = new FakeRuntime({ images: ['busybox:1.36'] });
  const first = await startTestKubelet({ api, runtime });
  api.add(podKind, buildPod('stays'), buildPod('goes'));
  await first.until('default/stays', isReady);
  await first.until('default/goes', isReady);
  await first.stop();
  api.remove(podKind, 'default/goes');
  const before = stateOf(api.object(podKind, 'default/stays') as Pod)?.containerID;
  await withKubelet({ api, runtime }, async ({ until, events }) => {
    await eventually(() => runtime.sandboxes.size === 1);
    const pod = await until('default/stays', isReady);
    assert.equal(stateOf(pod)?.containerID, before);
    assert.equal(stateOf(pod)?.restartCount, 0);
    assert.equal(
      events.some((text) => text.startsWith('Started')),
      false,
    );
  });
});

it('removes what pods left behind though the runtime can not end one of them', async () => {
  const api = new FakeApiClient();
  let stuck: string | undefined;
  const runtime = new FakeRuntime({
    images: ['busybox:1.36'],
    before: (rpc, request) => {
      if (rpc === 'stopContainer' && (request as { containerId?: string }).containerId === stuck)
        throw new CriError('DEADLINE_EXCEEDED', 'it hangs');
    },
  });
  const first = await startTestKubelet({ api, runtime });
  const names = ['one', 'stuck', 'two'];
  for (const name of names) {
    api.add(podKind, buildPod(name));
    const pod = await first.until(`default/${name}`, isReady);
    if (name === 'stuck') stuck = stateOf(pod)?.containerID?.replace('fake://', '');
  }
  await first.stop();
  for (const name of names) api.remove(podKind, `default/${name}`);
  await withKubelet({ api, runtime }, async () => {
    await eventually(() => assert.equal(runtime.sandboxes.size, 1));
  });
});

it("gives containers their runtime's name, also while the runtime does not say how it is", async () => {
  let silent = true;
  const runtime = new FakeRuntime({
    images: ['busybox:1.36'],
    before: (rpc) => {
      if (silent && (rpc === 'version' || rpc === 'status')) throw new CriError('DEADLINE_EXCEEDED', 'busy');
    },
  });
  const hostNetwork = { hostNetwork: true };
  await withKubelet({ runtime, kubelet: { nodeStatusUpdateFrequency: 100 } }, async ({ api, until, pod }) => {
    api.add(podKind, buildPod('early', hostNetwork));
    await eventually(() => assert.ok(runtime.calls.filter(({ rpc }) => rpc === 'version').length > 3));
    assert.deepEqual(pod('default/early')?.status?.containerStatuses ?? [], []);
    silent = false;
    const early = await until('default/early', isReady);
    await eventually(() => assert.equal(readyNode(api)?.status, 'True'));
    silent = true;
    const asked = () => runtime.calls.filter(({ rpc }) => rpc === 'status' || rpc === 'version').length;
    const before = asked();
    await eventually(() => assert.ok(asked() > before), { timeout: 60_000 });
    api.add(podKind, buildPod('late', hostNetwork));
    const late = await until('default/late', isReady);
    for (const found of [early, late]) assert.match(stateOf(found)?.containerID ?? '', /^fake:\/\/c/);
  });
});

it('tells of a pod that the runtime does not show or end, and goes on when it does', async () => {
  let failing: string | undefined;
  const before = (rpc: string) => {
    if (rpc === failing) throw new CriError('DEADLINE_EXCEEDED', 'it hangs');
  };
  await withKubelet({ runtimeOptions: { before } }, async ({ api, until, events, pod }) => {
    const told = (text: string) =>
      eventually(() =>
        assert.ok(
          events.some((event) => event.startsWith(text) && event.includes('it hangs')),
          text,
        ),
      );
    failing = 'listContainers';
    api.add(podKind, buildPod('stuck'));
    await told('FailedSync error determining status: ');
    failing = undefined;
    await until('default/stuck', isReady);
    failing = 'stopContainer';
    await api.resource(podKind).delete('stuck', { namespace: 'default' });
    await told('FailedKillPod error killing pod: ');
    failing = undefined;
    await eventually(() => assert.equal(pod('default/stuck'), undefined));
  });
});

it('ends a pod whose deadline is over', () =>
  withKubelet({}, async ({ api, until }) => {
    api.add(podKind, buildPod('slow', { activeDeadlineSeconds: 1 }));
    const pod = await until('default/slow', ({ status }) => status?.phase === 'Failed');
    assert.equal(pod.status?.reason, 'DeadlineExceeded');
  }));

it('turns away what does not fit', () =>
  withKubelet({}, async ({ api, until }) => {
    const container = buildContainer('main', { resources: { requests: { cpu: '64' } } });
    api.add(podKind, buildPod('big', { containers: [container] }));
    const pod = await until('default/big', ({ status }) => status?.phase === 'Failed');
    assert.equal(pod.status?.reason, 'OutOfcpu');
  }));

it('starts thirty pods side by side', () => {
  let underWay = 0;
  let most = 0;
  const before = async (rpc: string) => {
    if (rpc !== 'runPodSandbox') return;
    most = Math.max(most, ++underWay);
    await new Promise((resolve) => setTimeout(resolve, 50));
    underWay -= 1;
  };
  return withKubelet({ runtimeOptions: { before } }, async ({ api, until }) => {
    const names = Array.from({ length: 30 }, (_, index) => `p${index}`);
    api.add(podKind, ...names.map((name) => buildPod(name)));
    for (const name of names) await until(`default/${name}`, isReady);
    assert.ok(most > 1, `${most} at a time`);
  });
});

it('runs an ephemeral container once, in the processes of its target', () =>
  withKubelet({}, async ({ api, runtime, until }) => {
    api.add(podKind, buildPod('debugged'));
    const running = await until('default/debugged', isReady);
    const uid = running.metadata.uid as string;
    api.change(podKind, 'default/debugged', (pod) => {
      pod.spec.ephemeralContainers = [
        { ...buildContainer('debugger'), targetContainerName: 'main', stdin: true, tty: true },
      ];
    });
    await until('default/debugged', (pod) => !!pod.status?.ephemeralContainerStatuses?.[0]?.state?.running);
    const [debug, main] = runtime.containersOfPod(uid);
    assert.deepEqual(
      [debug?.config.tty, debug?.config.linux?.securityContext?.namespaceOptions?.pid],
      [true, 'TARGET'],
    );
    assert.equal(debug?.config.linux?.securityContext?.namespaceOptions?.targetId, main?.id);
    runtime.exit(debug?.id as string, 3);
    const after = await until(
      'default/debugged',
      (pod) => pod.status?.ephemeralContainerStatuses?.[0]?.state?.terminated?.exitCode === 3,
    );
    assert.ok(isReady(after));
    assert.equal(runtime.containersOfPod(uid).length, 2);
  }));

it('resizes a running container in place, or says why not', () =>
  withKubelet({}, async ({ api, runtime, until }) => {
    const sized = (cpu: string) => ({ requests: { cpu, memory: '64Mi' }, limits: { cpu, memory: '64Mi' } });
    const resize = (cpu: string) =>
      api.change(podKind, 'default/sized', ({ spec }) => {
        for (const container of spec.containers) container.resources = sized(cpu);
      });
    const pod = buildPod('sized', { containers: [buildContainer('main', { resources: sized('500m') })] });
    api.add(podKind, pod);
    await until('default/sized', isReady);
    const cpuOf = (found: Pod) => stateOf(found)?.resources?.limits?.['cpu'];
    const pending = (found: Pod) => found.status?.conditions?.find(({ type }) => type === 'PodResizePending');
    resize('1');
    await until('default/sized', (found) => cpuOf(found) === '1');
    const [container, ...others] = runtime.containersOfPod(pod.metadata.uid as string);
    assert.deepEqual([container?.config.linux?.resources?.cpuQuota, others.length], [100_000, 0]);
    resize('64');
    const refused = await until('default/sized', (found) => pending(found)?.reason === 'Infeasible');
    assert.equal(cpuOf(refused), '1');
    resize('2');
    const granted = await until('default/sized', (found) => cpuOf(found) === '2' && !pending(found));
    assert.equal(stateOf(granted)?.restartCount, 0);
  }));
