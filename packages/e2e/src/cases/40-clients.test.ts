import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { after, before, describe, test } from 'node:test';
import { eventually } from '@coxswain/foundation/testing';
import { AppsV1Api, CoreV1Api, KubeConfig, makeInformer, Watch } from '@kubernetes/client-node';
import { ComposeCluster } from '../harness/compose-cluster.ts';
import { KubectlRunner, oldestAndNewest } from '../harness/kubectl.ts';
import { readyPods, webManifest } from '../harness/workload.ts';

let cluster: ComposeCluster;
before(async () => {
  cluster = await ComposeCluster.up(2);
});

for (const each of oldestAndNewest()) {
  const namespace = `kubectl-${each.version.replace('.', '-')}`;
  describe(`kubectl ${each.version}`, () => {
    let kubectl: KubectlRunner;
    const run = (...args: string[]) => kubectl.run(['-n', namespace, ...args]);

    before(async () => {
      kubectl = new KubectlRunner(cluster.kubeconfig, each);
      await kubectl.try(['delete', 'namespace', namespace, '--ignore-not-found'], { timeoutMs: 120_000 });
      await kubectl.run(['create', 'namespace', namespace]);
      await eventually(() => run('get', 'serviceaccount', 'default'), { timeout: 30_000 });
      await kubectl.apply(namespace, webManifest({ replicas: 2 }));
      await readyPods(kubectl, namespace, 'app=web', 2);
    });
    after(() => kubectl.try(['delete', 'namespace', namespace, '--wait=false']));

    test('get -o wide, yaml, json, jsonpath', async () => {
      assert.match(await run('get', 'pods', '-o', 'wide'), /^NAME +READY +STATUS +RESTARTS +AGE +IP +NODE /);
      assert.match(await run('get', 'deployment', 'web'), /^NAME +READY +UP-TO-DATE +AVAILABLE +AGE\nweb +2\/2 +2 +2 /);
      assert.match(await run('get', 'service', 'web'), /web +NodePort +10\.96\.\d+\.\d+ +<none> +80:3\d{4}\/TCP/);
      assert.match(await run('get', 'deployment', 'web', '-o', 'yaml'), /^apiVersion: apps\/v1\nkind: Deployment\n/);
      const json = JSON.parse(await run('get', 'deployment', 'web', '-o', 'json')) as { spec: { replicas: number } };
      assert.equal(json.spec.replicas, 2);
      assert.equal(
        await run('get', 'deployment', 'web', '-o', 'jsonpath={.spec.template.spec.containers[*].name}'),
        'nginx',
      );
      assert.match(await kubectl.run(['get', 'nodes']), /^NAME +STATUS +ROLES +AGE +VERSION\nnode-1 +Ready /);
    });

    test('describe pod, get events', async () => {
      const [pod] = await readyPods(kubectl, namespace, 'app=web', 2);
      const text = await run('describe', 'pod', pod?.metadata.name ?? '');
      for (const line of [
        /^Status: +Running$/m,
        /^ +Ready: +True$/m,
        /Successfully assigned/,
        /Started container|Container started/,
      ])
        assert.match(text, line);
      assert.match(await run('get', 'events'), /^LAST SEEN +TYPE +REASON +OBJECT +MESSAGE\n/);
      assert.match(await run('get', 'events'), /Scheduled/);
    });

    test('logs and logs -f', async () => {
      await kubectl.apply(
        namespace,
        `
apiVersion: v1
kind: Pod
metadata: { name: talker }
spec:
  terminationGracePeriodSeconds: 0
  containers:
    - name: talker
      image: busybox:1.36
      command: [sh, -c, 'i=0; while true; do i=$((i+1)); echo line $i; sleep 0.2; done']
`,
      );
      await run('wait', '--for=condition=Ready', 'pod/talker', '--timeout=60s');
      await eventually(async () => assert.match(await run('logs', 'talker', '--tail=100'), /^line 1\nline 2\n/));
      const [program, args] = kubectl.command(['-n', namespace, 'logs', '-f', 'talker', '--tail=1']);
      const child = spawn(program, args);
      let text = '';
      child.stdout.on('data', (chunk) => {
        text += chunk;
      });
      try {
        await eventually(() => text.split('\n').length > 5);
      } finally {
        child.kill();
      }
      const numbers = text
        .trim()
        .split('\n')
        .map((line) => Number(line.split(' ')[1]));
      numbers.slice(1).forEach((number, i) => {
        assert.equal(number, (numbers[i] ?? 0) + 1, 'no line lost or repeated');
      });
      await run('delete', 'pod', 'talker', '--wait=true');
    });

    test('get -w sees a scale, scale and delete work', async () => {
      const [program, args] = kubectl.command(['-n', namespace, 'get', 'deployment', 'web', '-w']);
      const child = spawn(program, args);
      let text = '';
      child.stdout.on('data', (chunk) => {
        text += chunk;
      });
      try {
        await eventually(() => /web +2\/2/.test(text));
        await run('scale', 'deployment/web', '--replicas=3');
        await eventually(() => /web +3\/3/.test(text), { timeout: 60_000 });
      } finally {
        child.kill();
      }
      await readyPods(kubectl, namespace, 'app=web', 3);
      await run('rollout', 'restart', 'deployment/web');
      await kubectl.run(['-n', namespace, 'rollout', 'status', 'deployment/web', '--timeout=90s'], {
        timeoutMs: 100_000,
      });
      assert.match(await run('delete', 'deployment', 'web'), /deployment.apps "web" deleted/);
      await readyPods(kubectl, namespace, 'app=web', 0);
      assert.match(await run('delete', 'service,configmap', 'web'), /service "web" deleted/);
    });
  });
}

describe('@kubernetes/client-node', () => {
  const namespace = 'client-node';
  let config: KubeConfig;
  before(async () => {
    config = new KubeConfig();
    config.loadFromFile(cluster.kubeconfig);
    await cluster.kubectl().try(['delete', 'namespace', namespace, '--ignore-not-found'], { timeoutMs: 120_000 });
    await config.makeApiClient(CoreV1Api).createNamespace({ body: { metadata: { name: namespace } } });
  });
  after(() => cluster.kubectl().try(['delete', 'namespace', namespace, '--wait=false']));

  test('create, informer, patch, scale, list, delete', async () => {
    const core = config.makeApiClient(CoreV1Api);
    const apps = config.makeApiClient(AppsV1Api);
    const seen: string[] = [];
    const informer = makeInformer(config, `/api/v1/namespaces/${namespace}/configmaps`, () =>
      core.listNamespacedConfigMap({ namespace }),
    );
    informer.on('add', (object) => void seen.push(`add ${object.metadata?.name}`));
    informer.on('update', (object) => void seen.push(`update ${object.metadata?.name}`));
    informer.on('delete', (object) => void seen.push(`delete ${object.metadata?.name}`));
    await informer.start();
    try {
      await core.createNamespacedConfigMap({ namespace, body: { metadata: { name: 'a' }, data: { k: 'v' } } });
      await eventually(() => seen.includes('add a'));
      await core.patchNamespacedConfigMap({
        namespace,
        name: 'a',
        body: [{ op: 'replace', path: '/data/k', value: 'w' }],
      });
      await eventually(() => seen.includes('update a'));
      assert.equal((await core.readNamespacedConfigMap({ namespace, name: 'a' })).data?.['k'], 'w');
      await core.deleteNamespacedConfigMap({ namespace, name: 'a' });
      await eventually(() => seen.includes('delete a'));
    } finally {
      await informer.stop();
    }
    await apps.createNamespacedDeployment({
      namespace,
      body: {
        metadata: { name: 'sleeper' },
        spec: {
          replicas: 1,
          selector: { matchLabels: { app: 'sleeper' } },
          template: {
            metadata: { labels: { app: 'sleeper' } },
            spec: {
              terminationGracePeriodSeconds: 0,
              containers: [{ name: 's', image: 'busybox:1.36', command: ['sleep', 'infinity'] }],
            },
          },
        },
      },
    });
    await readyPods(cluster.kubectl(), namespace, 'app=sleeper', 1);
    assert.equal((await core.listNamespacedPod({ namespace, labelSelector: 'app=sleeper' })).items.length, 1);
  });

  test('a watch delivers events in order', async () => {
    const core = config.makeApiClient(CoreV1Api);
    const events: string[] = [];
    const controller = await new Watch(config).watch(
      `/api/v1/namespaces/${namespace}/secrets`,
      {},
      (phase: string, object: { metadata: { name: string } }) => void events.push(`${phase} ${object.metadata.name}`),
      () => {},
    );
    try {
      for (const name of ['x', 'y', 'z'])
        await core.createNamespacedSecret({ namespace, body: { metadata: { name } } });
      await eventually(() => events.length === 3);
      assert.deepEqual(events, ['ADDED x', 'ADDED y', 'ADDED z']);
    } finally {
      controller.abort();
    }
  });
});
