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

test('controller-manager and scheduler killed in the middle of a rollout and a job: both end as they should', async () => {
  const kubectl = cluster.kubectl();
  const services = ['controller-manager', 'scheduler'];
  await withNamespace(kubectl, 'killed-control', async () => {
    await kubectl.apply('killed-control', webManifest({ replicas: 3 }));
    await readyPods(kubectl, 'killed-control', 'app=web', 3);
    await kubectl.apply('killed-control', job);
    await kubectl.run(['-n', 'killed-control', 'set', 'image', 'deployment/web', 'nginx=nginx:1.28']);
    await eventually(async () => assert.ok((await pods(kubectl, 'killed-control', 'app=web')).length > 3), SETTLED);
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
    const sets = await kubectl.run(['-n', 'killed-control', 'get', 'replicasets', '-o', 'name']);
    assert.equal(sets.trim().split('\n').length, 2, sets);
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
