import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { eventually } from '@coxswain/foundation/testing';
import { ComposeCluster } from '../harness/compose-cluster.ts';
import { pods, readyPods, webManifest, withNamespace } from '../harness/workload.ts';

let cluster: ComposeCluster;
before(async () => {
  cluster = await ComposeCluster.up(2);
});

const SETTLED = { timeout: 120_000, interval: 500 };

const database = `
apiVersion: apps/v1
kind: StatefulSet
metadata: { name: db }
spec:
  replicas: 2
  serviceName: db
  selector: { matchLabels: { app: db } }
  template:
    metadata: { labels: { app: db } }
    spec:
      terminationGracePeriodSeconds: 0
      securityContext: { runAsUser: 1000, runAsNonRoot: true }
      containers:
        - name: db
          image: busybox:1.36
          command: [sh, -c, 'echo $(hostname) >> /data/starts; sleep 100000']
          volumeMounts: [{ name: data, mountPath: /data }]
  volumeClaimTemplates:
    - metadata: { name: data }
      spec: { accessModes: [ReadWriteOnce], resources: { requests: { storage: 1Mi } } }
`;

test('a StatefulSet that is not root keeps its data over its pods, on volumes of the default class, which go with it', async () => {
  const kubectl = cluster.kubectl();
  const starts = async (): Promise<string> => {
    const [pod] = (await pods(kubectl, 'stateful', 'app=db')).filter(({ metadata }) => metadata.name === 'db-0');
    const node = pod?.spec.nodeName ?? '';
    return cluster.inPod(node, 'stateful', 'db-0', 'db', ['cat', '/data/starts']);
  };
  await withNamespace(kubectl, 'stateful', async () => {
    await kubectl.apply('stateful', database);
    await readyPods(kubectl, 'stateful', 'app=db', 2);
    assert.equal(await starts(), 'db-0\n');
    await kubectl.run(['-n', 'stateful', 'delete', 'pod', 'db-0']);
    await readyPods(kubectl, 'stateful', 'app=db', 2);
    await eventually(async () => assert.equal(await starts(), 'db-0\ndb-0\n'), SETTLED);
  });
  await eventually(async () => assert.equal(await kubectl.run(['get', 'pv', '-o', 'name']), ''), SETTLED);
});

const job = `
apiVersion: batch/v1
kind: Job
metadata: { name: sum }
spec:
  completions: 6
  parallelism: 2
  completionMode: Indexed
  template:
    metadata: { labels: { app: sum } }
    spec:
      restartPolicy: Never
      containers: [{ name: work, image: "busybox:1.36", command: [sleep, "1"] }]
`;

const sleeping =
  '{ terminationGracePeriodSeconds: 0, containers: [{ name: main, image: "busybox:1.36", command: [sleep, "100000"] }] }';

const guarded = `
apiVersion: apps/v1
kind: Deployment
metadata: { name: guarded }
spec:
  replicas: 2
  selector: { matchLabels: { app: guarded } }
  template: { metadata: { labels: { app: guarded } }, spec: ${sleeping} }
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: { name: guarded }
spec: { minAvailable: 1, selector: { matchLabels: { app: guarded } } }
`;

test('controller-manager and scheduler killed in the middle of a rollout, a job and a drain: all end as they should', async () => {
  const kubectl = cluster.kubectl();
  const services = ['controller-manager', 'scheduler'];
  await withNamespace(kubectl, 'killed-control', async () => {
    await kubectl.apply('killed-control', webManifest({ replicas: 3 }));
    await kubectl.apply('killed-control', guarded);
    await readyPods(kubectl, 'killed-control', 'app=web', 3);
    await readyPods(kubectl, 'killed-control', 'app=guarded', 2);
    await kubectl.apply('killed-control', job);
    await kubectl.run(['-n', 'killed-control', 'set', 'image', 'deployment/web', 'nginx=nginx:1.28']);
    await eventually(async () => assert.ok((await pods(kubectl, 'killed-control', 'app=web')).length > 3), SETTLED);
    const drained = kubectl.run(['drain', 'node-2', '--pod-selector=app=guarded', '--timeout=150s'], {
      timeoutMs: 160_000,
    });
    drained.catch(() => {});
    try {
      for (const service of services) await cluster.docker('kill', service);
    } finally {
      for (const service of services) await cluster.docker('start', service);
    }
    await kubectl.run(['-n', 'killed-control', 'rollout', 'status', 'deployment/web', '--timeout=150s'], {
      timeoutMs: 160_000,
    });
    await kubectl.run(['-n', 'killed-control', 'wait', '--for=condition=Complete', 'job/sum', '--timeout=150s'], {
      timeoutMs: 160_000,
    });
    await readyPods(kubectl, 'killed-control', 'app=web', 3);
    assert.equal((await pods(kubectl, 'killed-control', 'app=sum')).length, 6, 'each index ran once');
    await drained.finally(() => kubectl.run(['uncordon', 'node-2']));
    for (const { spec } of await readyPods(kubectl, 'killed-control', 'app=guarded', 2))
      assert.equal(spec.nodeName, 'node-1', 'the drained node is left');
    const sets = await kubectl.run(['-n', 'killed-control', 'get', 'replicasets', '-l', 'app=web', '-o', 'name']);
    assert.equal(sets.trim().split('\n').length, 2, sets);
  });
});

const others = `
apiVersion: apps/v1
kind: DaemonSet
metadata: { name: everywhere }
spec:
  selector: { matchLabels: { app: everywhere } }
  template:
    metadata: { labels: { app: everywhere } }
    spec: ${sleeping}
---
apiVersion: v1
kind: ReplicationController
metadata: { name: controlled }
spec:
  replicas: 2
  selector: { app: controlled }
  template: { metadata: { labels: { app: controlled } }, spec: ${sleeping} }
---
apiVersion: apps/v1
kind: ReplicaSet
metadata: { name: set }
spec:
  replicas: 1
  selector: { matchLabels: { app: set } }
  template: { metadata: { labels: { app: set } }, spec: ${sleeping} }
---
apiVersion: batch/v1
kind: CronJob
metadata: { name: tick }
spec:
  schedule: "0 0 1 1 *"
  jobTemplate:
    spec:
      template:
        metadata: { labels: { app: tick } }
        spec:
          restartPolicy: Never
          containers: [{ name: main, image: "busybox:1.36", command: [echo, tick] }]
`;

test('a DaemonSet, a ReplicationController, a ReplicaSet and a CronJob do their work', async () => {
  const kubectl = cluster.kubectl();
  await withNamespace(kubectl, 'others', async () => {
    const run = (...words: string[]) => kubectl.run(['-n', 'others', ...words], { timeoutMs: 130_000 });
    const names = async (app: string, count: number) =>
      (await readyPods(kubectl, 'others', `app=${app}`, count)).map(({ metadata }) => metadata.name);
    await kubectl.apply('others', others);
    const daemons = await readyPods(kubectl, 'others', 'app=everywhere', 2);
    assert.deepEqual(daemons.map(({ spec }) => spec.nodeName).sort(), ['node-1', 'node-2']);
    const before = daemons.map(({ metadata }) => metadata.name);
    await run('rollout', 'restart', 'daemonset/everywhere');
    await run('rollout', 'status', 'daemonset/everywhere', '--timeout=120s');
    const after = await names('everywhere', 2);
    assert.ok(!after.some((name) => before.includes(name)), `${before} became ${after}`);

    await names('controlled', 2);
    await run('scale', 'rc/controlled', '--replicas=1');
    await names('controlled', 1);

    const [left] = await names('set', 1);
    await run('delete', 'replicaset/set', '--cascade=orphan');
    await kubectl.apply('others', others);
    await eventually(async () => {
      const [pod] = await pods(kubectl, 'others', 'app=set');
      assert.deepEqual([pod?.metadata.name, pod?.metadata.ownerReferences?.[0]?.name], [left, 'set']);
    }, SETTLED);

    await run('create', 'job', 'now', '--from=cronjob/tick');
    await run('wait', '--for=condition=Complete', 'job/now', '--timeout=120s');
    assert.equal(await run('logs', 'job/now'), 'tick\n');
  });
});

const busy = `
apiVersion: apps/v1
kind: Deployment
metadata: { name: busy }
spec:
  replicas: 1
  selector: { matchLabels: { app: busy } }
  template:
    metadata: { labels: { app: busy } }
    spec:
      terminationGracePeriodSeconds: 0
      containers:
        - name: busy
          image: busybox:1.36
          command: [sh, -c, 'while :; do i=0; while [ $i -lt 200 ]; do i=$((i+1)); done; sleep 0.02; done']
          resources: { requests: { cpu: 10m } }
`;

test('kubectl top says what is used, and autoscale scales by it', async () => {
  const kubectl = cluster.kubectl();
  await withNamespace(kubectl, 'scaled-by-load', async () => {
    await kubectl.apply('scaled-by-load', busy);
    await kubectl.run(['-n', 'scaled-by-load', 'autoscale', 'deployment', 'busy', '--max=2', '--cpu-percent=50']);
    await eventually(async () => assert.match(await kubectl.run(['top', 'nodes']), /^node-1 +\d+m +/m), SETTLED);
    await eventually(
      async () => assert.match(await kubectl.run(['-n', 'scaled-by-load', 'top', 'pods']), /^busy-\S+ +\d+m +/m),
      SETTLED,
    );
    await readyPods(kubectl, 'scaled-by-load', 'app=busy', 2, 120_000);
    const events = await kubectl.run([
      '-n',
      'scaled-by-load',
      'get',
      'events',
      '-o',
      'custom-columns=R:.reason,M:.message',
    ]);
    assert.match(events, /SuccessfulRescale +New size: 2; reason: cpu resource utilization/);
  });
});
