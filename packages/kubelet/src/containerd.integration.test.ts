import assert from 'node:assert/strict';
import { mkdir, readdir, readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { configMapKind, nodeKind, type Pod, podKind, secretKind } from '@coxswain/api';
import { startContainerd, type TestContainerd } from '@coxswain/cri/testing';
import { silentLogger } from '@coxswain/foundation';
import { eventually } from '@coxswain/foundation/testing';
import { connectSpdy } from '@coxswain/streaming/testing';
import { serveStreams } from './server/serve-streams.ts';
import { buildPod } from './testing/build-pod.ts';
import { startTestKubelet, type TestKubelet } from './testing/start-test-kubelet.ts';
import { systemMounter } from './volumes/mounter.ts';

const BRIDGE = `ctrk${process.pid % 100_000}`;
/** Not that of a run that was killed and left its bridge. */
const PREFIX = `10.251.${process.pid % 256}.`;
const isReady = (pod: Pod) => pod.status?.conditions?.find(({ type }) => type === 'Ready')?.status === 'True';
const statusOf = (pod: Pod, name: string) =>
  [...(pod.status?.initContainerStatuses ?? []), ...(pod.status?.containerStatuses ?? [])].find(
    (status) => status.name === name,
  );

describe("a kubelet over containerd's own CRI", { timeout: 120_000 }, () => {
  let containerd: TestContainerd;
  let kubelet: TestKubelet;
  let streams: Server;
  let base = '';
  const stop = new AbortController();
  const shell = (name: string, script: string, more: object = {}) => ({
    name,
    image: containerd.image,
    imagePullPolicy: 'IfNotPresent',
    terminationMessagePath: '/dev/termination-log',
    command: ['sh', '-c', script],
    ...more,
  });
  /** Generous: the machine may be busy with others. */
  const until = (key: string, probe: (pod: Pod) => boolean) =>
    eventually(() => kubelet.until(key, probe), { timeout: 60_000 });

  before(async () => {
    containerd = await startContainerd({ network: { bridge: BRIDGE, subnet: `${PREFIX}0/24` } });
    const root = join(containerd.dir, 'kubelet');
    await mkdir(root);
    kubelet = await startTestKubelet({ root, cri: containerd.client, mounter: systemMounter });
    streams = createServer();
    const options = { cri: containerd.client, log: silentLogger(), pods: () => kubelet.kubelet.pods() };
    streams.on('upgrade', (request, socket, head) => void serveStreams(options, request, socket, head, stop.signal));
    await new Promise<void>((resolve) => streams.listen(0, '127.0.0.1', resolve));
    base = `http://127.0.0.1:${(streams.address() as AddressInfo).port}`;
  });
  after(async () => {
    stop.abort();
    streams?.close();
    await kubelet?.stop();
    try {
      // What the kubelet was about to remove itself is removed by two at once, and one of them is told so.
      await eventually(async () => {
        for (const { id } of (await containerd.client.listPodSandbox({})).items)
          await containerd.client.removePodSandbox({ podSandboxId: id });
      });
    } finally {
      await containerd?.stop();
    }
  });

  async function exec(pod: string, container: string, ...command: string[]): Promise<string> {
    const query = command.map((word) => `command=${encodeURIComponent(word)}`).join('&');
    const { spdy } = await connectSpdy(`${base}/exec/default/${pod}/${container}?${query}&output=1`, [
      'v4.channel.k8s.io',
    ]);
    const error = spdy.open(new Map([['streamtype', 'error']]));
    const stdout = spdy.open(new Map([['streamtype', 'stdout']]));
    const [out] = await Promise.all([untilReset(stdout), untilReset(error)]);
    return out;
  }

  /** All that comes; containerd ends its streams by resetting them. */
  async function untilReset(stream: AsyncIterable<unknown>): Promise<string> {
    let all = '';
    try {
      for await (const part of stream) all += String(part);
    } catch (error) {
      assert.match((error as Error).message, /stream was reset/);
    }
    return all;
  }

  it('says what runs its containers', async () => {
    const node = await eventually(() => {
      const found = kubelet.api.object(nodeKind, 'node-1');
      assert.equal(found?.status?.conditions?.find(({ type }) => type === 'Ready')?.status, 'True');
      return found;
    });
    assert.match(node?.status?.nodeInfo?.containerRuntimeVersion ?? '', /^containerd:\/\/[\d.]+/);
  });

  it('runs a pod with init container, volumes, hooks and probes; exec, logs, restarts; and leaves nothing', async () => {
    const { api } = kubelet;
    api.add(configMapKind, {
      metadata: { name: 'files', namespace: 'default' },
      data: { page: 'of the map' },
    } as never);
    api.add(secretKind, { metadata: { name: 'key', namespace: 'default' }, data: { k: 'aHVzaA==' } } as never);
    const volumeMounts = [
      { name: 'v', mountPath: '/v' },
      { name: 'c', mountPath: '/c' },
      { name: 's', mountPath: '/s' },
    ];
    const serve = 'mkdir /www; cp /c/page /v/index.html; exec /bin/busybox httpd -f -p 8080 -h /v';
    const pod = buildPod('whole', {
      terminationGracePeriodSeconds: 2,
      initContainers: [shell('first', 'echo ready > /v/first', { volumeMounts })],
      volumes: [
        { name: 'v', emptyDir: {} },
        { name: 'c', configMap: { name: 'files', defaultMode: 0o644 } },
        { name: 's', secret: { secretName: 'key', defaultMode: 0o400 } },
      ],
      containers: [
        shell(
          'web',
          serve
            .replace('cp /c/page /v/index.html', '/bin/busybox cp /c/page /v/index.html')
            .replace('mkdir /www; ', ''),
          {
            volumeMounts,
            readinessProbe: {
              httpGet: { path: '/', port: 8080, scheme: 'HTTP' },
              periodSeconds: 1,
              timeoutSeconds: 5,
              failureThreshold: 30,
            },
            livenessProbe: {
              exec: { command: ['cat', '/v/index.html'] },
              periodSeconds: 1,
              timeoutSeconds: 5,
              failureThreshold: 2,
            },
            resources: { limits: { cpu: '500m', memory: '64Mi' }, requests: { cpu: '100m', memory: '16Mi' } },
          },
        ),
        shell('talks', 'cat /v/first; echo "$WHO"; echo done > /dev/termination-log; exec sleep 1000', {
          volumeMounts,
          env: [{ name: 'WHO', valueFrom: { fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.name' } } }],
          lifecycle: { postStart: { exec: { command: ['sh', '-c', 'echo hooked > /v/hook'] } } },
        }),
      ],
    });
    api.add(podKind, pod);
    const ready = await until('default/whole', isReady);
    assert.ok(ready.status?.podIP?.startsWith(PREFIX));
    assert.match(statusOf(ready, 'web')?.containerID ?? '', /^containerd:\/\/[0-9a-f]{64}$/);
    assert.equal(statusOf(ready, 'first')?.state?.terminated?.reason, 'Completed');
    const page = await fetch(`http://${ready.status?.podIP}:8080/`, { signal: AbortSignal.timeout(5000) });
    assert.equal(await page.text(), 'of the map');

    assert.equal(
      await exec('whole', 'talks', 'cat', '/v/hook', '/s/k', '/proc/sys/kernel/hostname'),
      'hooked\nhushwhole\n',
    );
    const logs = join(kubelet.root, 'log/pods', `default_whole_${pod.metadata.uid}`, 'talks/0.log');
    await eventually(async () => assert.match(await readFile(logs, 'utf8'), /stdout F ready\n.* stdout F whole\n/));

    // What its probe finds broken is started again, and what it wrote last is kept.
    await exec('whole', 'talks', 'sh', '-c', '/bin/busybox rm /v/index.html');
    const again = await until('default/whole', (found) => statusOf(found, 'web')?.restartCount === 1 && isReady(found));
    assert.ok(statusOf(again, 'web')?.lastState?.terminated);
    assert.equal(statusOf(again, 'talks')?.restartCount, 0);

    await api.resource(podKind).delete('whole', { namespace: 'default' });
    await eventually(() => assert.equal(kubelet.pod('default/whole'), undefined), { timeout: 30_000 });
    await eventually(
      async () => {
        const { items } = await containerd.client.listPodSandbox({});
        assert.deepEqual([items.length, await readdir(join(kubelet.root, 'pods'))], [0, []]);
      },
      { timeout: 30_000 },
    );
  });

  it('shows how what fails fails', async () => {
    kubelet.api.add(
      podKind,
      buildPod('fails', {
        restartPolicy: 'Never',
        containers: [shell('main', 'echo why > /dev/termination-log; exit 3')],
      }),
      buildPod('wrong', { containers: [{ ...shell('main', ''), command: ['/no/such/program'] }] }),
    );
    const failed = await until('default/fails', ({ status }) => status?.phase === 'Failed');
    const { exitCode, reason, message } = statusOf(failed, 'main')?.state?.terminated ?? {};
    assert.deepEqual([exitCode, reason, message], [3, 'Error', 'why\n']);
    await until('default/wrong', (pod) => /no such file/.test(JSON.stringify(statusOf(pod, 'main'))));
  });
});
