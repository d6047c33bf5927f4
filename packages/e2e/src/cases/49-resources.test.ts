import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { eventually } from '@coxswain/foundation/testing';
import { ComposeCluster } from '../harness/compose-cluster.ts';
import { withKubeletFlags } from '../harness/kubelet-flags.ts';
import { containerStatus, Lab } from '../harness/lab.ts';
import { busybox, podManifest as pod, sleeper } from '../harness/manifests.ts';

const NAMESPACE = 'resources';
/** The node whose kubelet gets other flags. */
const NODE = 'node-2';
const MI = 2 ** 20;

const MANIFEST = [
  pod(
    'guaranteed',
    `nodeName: ${NODE}\n  containers: [${sleeper('main', 'resources: { limits: { cpu: 250m, memory: 48Mi } }')}]`,
  ),
  pod(
    'burstable',
    `nodeName: ${NODE}\n  containers: [${sleeper('main', 'resources: { requests: { cpu: 100m, memory: 16Mi }, limits: { memory: 64Mi } }')}, ${sleeper('free')}]`,
  ),
  pod(
    'pod-level',
    `nodeName: ${NODE}\n  resources: { limits: { cpu: 500m, memory: 96Mi }, requests: { cpu: 300m } }\n  containers: [${sleeper('main')}, ${sleeper('own', 'resources: { limits: { memory: 48Mi } }')}]`,
  ),
  pod('best-effort', `nodeName: ${NODE}\n  containers: [${sleeper()}]`),
  pod(
    'hungry',
    `restartPolicy: OnFailure\n  containers: [${busybox('main', 'echo eating; tail /dev/zero', 'resources: { limits: { memory: 16Mi } }')}, ${sleeper('beside')}]`,
  ),
  pod(
    'busy',
    `containers: [${busybox('main', 'while true; do :; done', 'resources: { limits: { cpu: 100m, memory: 16Mi } }')}]`,
  ),
  pod(
    'writes',
    `containers: [${busybox('main', 'dd if=/dev/zero of=/some bs=1M count=3; trap "exit 0" TERM; sleep 86400 & wait', 'resources: { limits: { ephemeral-storage: 5Mi } }')}]`,
  ),
  pod(
    'fills',
    `
  volumes: [{ name: v, emptyDir: { sizeLimit: 1Mi } }]
  containers: [${busybox('main', 'dd if=/dev/zero of=/v/big bs=1M count=4; sleep 86400', 'volumeMounts: [{ name: v, mountPath: /v }]')}]
`,
  ),
].join('');

/** Of whichever cgroup version: memory limit, CPU quota, CPU shares of a cgroup below the given folders. */
const CGROUP = (below: string) => `if [ -f /sys/fs/cgroup/cgroup.controllers ]; then cd /sys/fs/cgroup${below}
  w=$(cat cpu.weight); echo "$(cat memory.max | sed s/max/-1/) $(cut -d' ' -f1 cpu.max | sed s/max/-1/) $(( (w - 1) * 262142 / 9999 + 2 ))"
else m=$(cat /sys/fs/cgroup/memory${below}/memory.limit_in_bytes); [ $m -lt 9000000000000000000 ] || m=-1
  echo "$m $(cat /sys/fs/cgroup/cpu${below}/cpu.cfs_quota_us) $(cat /sys/fs/cgroup/cpu${below}/cpu.shares)"; fi`;

let lab: Lab;

/** A field of a condition of the node whose kubelet gets other flags. */
const condition = (type: string, field = 'status') =>
  lab.run('get', 'node', NODE, '-o', `jsonpath={.status.conditions[?(@.type=="${type}")].${field}}`);

before(async () => {
  lab = await Lab.open(await ComposeCluster.up(2), NAMESPACE);
  await lab.apply(MANIFEST);
});
after(async () => {
  // Pods of the cluster's own that the pressure took; their Deployments have made others.
  await lab.kubectl.try([
    '-n',
    'kube-system',
    'delete',
    'pods',
    '--field-selector=status.phase=Failed',
    '--wait=false',
  ]);
  await lab.close();
});

const kubelet = (path: string) => lab.kubectl.run(['get', '--raw', `/api/v1/nodes/${NODE}/proxy${path}`]);

const images = () => lab.cluster.inNode(NODE, ['docker', 'images', '--format', '{{.Repository}}:{{.Tag}}']);

describe('resources', { concurrency: true }, () => {
  test('each QoS class has its cgroups, limits and shares', async () => {
    const pods = await lab.untilReady('guaranteed', 'burstable', 'best-effort', 'pod-level');
    assert.deepEqual(
      pods.map(({ status }) => status?.qosClass),
      ['Guaranteed', 'Burstable', 'BestEffort', 'Burstable'],
    );
    assert.equal(await lab.sh('guaranteed', CGROUP('')), `${48 * MI} 25000 256`);
    assert.equal(await lab.sh('burstable/main', CGROUP('')), `${64 * MI} -1 102`);
    assert.equal(await lab.sh('best-effort', CGROUP('')), '-1 -1 2');
    const ofPod = async (i: number, parent: string) =>
      (await lab.cluster.inNode(NODE, ['sh', '-c', CGROUP(`/kubepods${parent}/pod${pods[i]?.metadata.uid}`)])).trim();
    assert.equal(await ofPod(0, ''), `${48 * MI} 25000 256`);
    assert.equal(await ofPod(1, '/burstable'), '-1 -1 102', 'a container without limits leaves the pod unbounded');
    assert.equal(await ofPod(2, '/besteffort'), '-1 -1 2');
    assert.equal(await ofPod(3, '/burstable'), `${96 * MI} 50000 307`);
    assert.equal(await lab.sh('pod-level/main', CGROUP('')), `${96 * MI} 50000 2`);
    assert.equal(await lab.sh('pod-level/own', CGROUP('')), `${48 * MI} 50000 2`);
    const score = async (place: string) => Number(await lab.sh(place, 'cat /proc/1/oom_score_adj'));
    assert.ok((await score('guaranteed')) <= 0);
    assert.equal(await score('best-effort'), 1000);
    assert.ok((await score('burstable/main')) > 2 && (await score('burstable/main')) < 1000);
  });

  test('a container that takes more memory than its limit is OOMKilled, alone', async () => {
    // Now and then Docker tells of an end before it hears why: such a container ends more than once.
    const seen = await lab.until('hungry', (each) => {
      const { state, lastState } = containerStatus(each, 'main');
      const ends = [state?.terminated, lastState?.terminated].map((end) => `${end?.reason} ${end?.exitCode}`);
      assert.ok(ends.includes('OOMKilled 137'), ends.join());
    });
    assert.ok(containerStatus(seen, 'beside').state?.running);
    await eventually(async () => assert.equal(await lab.logs('hungry/main'), 'eating\n'));
  });

  test('a CPU limit throttles', async () => {
    await lab.untilReady('busy');
    const throttled = async () =>
      Number(
        await lab.sh(
          'busy',
          'cat /sys/fs/cgroup/cpu.stat /sys/fs/cgroup/cpu/cpu.stat 2>/dev/null | sed -n "s/^nr_throttled //p"',
        ),
      );
    await eventually(async () => assert.ok((await throttled()) > 5), { timeout: 60_000, interval: 500 });
  });

  test('an emptyDir over its limit evicts its pod', async () => {
    const seen = await lab.untilPhase('fills', 'Failed');
    assert.equal(seen.status?.reason, 'Evicted');
    assert.equal(seen.status?.message, 'Usage of EmptyDir volume "v" exceeds the limit "1Mi". ');
    await lab.untilEvent('fills', /^Evicted Usage of EmptyDir volume "v" exceeds the limit "1Mi"/);
  });

  test('what a container writes into its own layer counts, and evicts beyond its limit', async () => {
    const { nodeName = '', uid } = await lab.untilReady('writes').then(([ready]) => ({
      nodeName: ready?.spec.nodeName,
      uid: ready?.metadata.uid,
    }));
    await eventually(
      async () => {
        const text = await lab.kubectl.run(['get', '--raw', `/api/v1/nodes/${nodeName}/proxy/stats/summary`]);
        const { pods } = JSON.parse(text) as {
          pods: { podRef: { uid: string }; containers: { rootfs?: { usedBytes: number } }[] }[];
        };
        const used = pods.find(({ podRef }) => podRef.uid === uid)?.containers[0]?.rootfs?.usedBytes ?? 0;
        assert.ok(used >= 3 * MI && used < 4 * MI, String(used));
      },
      { timeout: 60_000, interval: 1000 },
    );
    await lab.sh('writes', 'dd if=/dev/zero of=/more bs=1M count=4');
    const seen = await lab.untilPhase('writes', 'Failed');
    assert.equal(seen.status?.reason, 'Evicted');
    assert.equal(seen.status?.message, 'Pod ephemeral local storage usage exceeds the total limit of containers 5Mi. ');
  });

  test('the kubelet lets in whom the API knows, as far as it allows', async () => {
    const role = 'e2e-49-metrics';
    await lab.run('create', 'serviceaccount', 'reader');
    await lab.kubectl.try(['delete', 'clusterrole,clusterrolebinding', role]);
    await lab.kubectl.run(['create', 'clusterrole', role, '--verb=get', '--resource=nodes/metrics']);
    const subject = `--serviceaccount=${NAMESPACE}:reader`;
    await lab.kubectl.run(['create', 'clusterrolebinding', role, `--clusterrole=${role}`, subject]);
    try {
      const ask = async (path: string, account?: string) => {
        const token = account && (await lab.run('create', 'token', account)).trim();
        const words = ['curl', '-sk', '--max-time', '20', '-w', ' %{http_code}'];
        const header = token ? ['-H', `Authorization: Bearer ${token}`] : [];
        return lab.cluster.inNode(NODE, [...words, ...header, `https://127.0.0.1:10250${path}`]);
      };
      assert.equal(await ask('/metrics'), 'Unauthorized 401');
      const forbidden = (account: string, resources: string) =>
        `Forbidden (user=system:serviceaccount:${NAMESPACE}:${account}, verb=get, resource=nodes, subresource(s)=[${resources}])\n 403`;
      assert.equal(await ask('/metrics', 'default'), forbidden('default', 'metrics'));
      assert.match(await ask('/metrics', 'reader'), /^kubelet_running_pods .* 200$/ms);
      assert.equal(await ask('/pods', 'reader'), forbidden('reader', 'pods proxy'));
    } finally {
      await lab.kubectl.try(['delete', 'clusterrole,clusterrolebinding', role]);
    }
  });

  test("the kubelet's own pages through the node's proxy", async () => {
    await lab.untilReady('guaranteed');
    for (const page of ['', '/ping', '/log', '/syncloop']) assert.equal(await kubelet(`/healthz${page}`), 'ok');
    assert.match(await kubelet('/runningpods/'), /"name":"guaranteed","namespace":"resources"/);
    assert.match(await kubelet('/logs/coxswain/kubelet/current'), /"msg":/);
    const { items } = JSON.parse(await kubelet('/pods')) as {
      items: { metadata: { name: string }; status: { phase: string } }[];
    };
    assert.equal(items.find(({ metadata }) => metadata.name === 'guaranteed')?.status.phase, 'Running');
    const { kubeletconfig } = JSON.parse(await kubelet('/configz')) as {
      kubeletconfig: { maxPods: number; clusterDomain: string };
    };
    assert.deepEqual([kubeletconfig.maxPods, kubeletconfig.clusterDomain], [110, 'cluster.local']);
    const metrics = await kubelet('/metrics');
    for (const name of ['active_pods', 'running_pods', 'running_containers\\{container_state="running"\\}'])
      assert.match(metrics, new RegExp(`^kubelet_${name} [1-9]`, 'm'));
    assert.match(await kubelet('/metrics/probes'), /^# HELP prober_probe_total /m);
    await eventually(
      async () => {
        const stats = JSON.parse(await kubelet('/stats/summary')) as {
          node: { memory: { workingSetBytes: number } };
          pods: { podRef: { name: string }; containers: { name: string; memory: { workingSetBytes: number } }[] }[];
        };
        assert.ok(stats.node.memory.workingSetBytes > MI);
        const [main] = stats.pods.find(({ podRef }) => podRef.name === 'guaranteed')?.containers ?? [];
        assert.ok(main && main.memory.workingSetBytes > 0 && main.memory.workingSetBytes < 48 * MI);
        assert.match(
          await kubelet('/metrics/resource'),
          /^container_memory_working_set_bytes\{container="main",namespace="resources",pod="guaranteed"\} [1-9]/m,
        );
      },
      { timeout: 60_000, interval: 1000 },
    );
  });
});

// One after another from here: each runs the node's kubelet with flags of its own.

test('logs are rotated, pods beyond the maximum refused, unused images go above the threshold', async () => {
  const flags = [
    ...['--image-gc-high-threshold=1', '--image-gc-low-threshold=0', '--minimum-image-ttl-duration=0s'],
    ...['--container-log-max-size=20Ki', '--container-log-max-files=2', '--container-log-monitor-interval=1s'],
    ...['--kube-reserved=cpu=500m,memory=1Gi', '--max-pods=12', '--node-status-update-frequency=1s'],
  ];
  await withKubeletFlags(lab.cluster, NODE, flags, async () => {
    await lab.apply(
      pod(
        'talks',
        `nodeName: ${NODE}\n  containers: [${busybox('main', 'i=0; while true; do i=$((i+1)); echo "line $i of a log that grows"; [ $((i % 50)) = 0 ] && sleep 0.2; done')}]`,
      ),
    );
    const allocatable = async () => {
      const text = await lab.run(
        'get',
        'node',
        NODE,
        '-o',
        'jsonpath={.status.capacity.cpu} {.status.allocatable.cpu} {.status.allocatable.pods}',
      );
      const [capacity = '', cpu = '', pods = ''] = text.split(' ');
      return [Number(capacity) * 1000 - (cpu.endsWith('m') ? Number.parseInt(cpu, 10) : Number(cpu) * 1000), pods];
    };
    await eventually(async () => assert.deepEqual(await allocatable(), [500, '12']), {
      timeout: 60_000,
      interval: 1000,
    });
    await lab.untilReady('talks');
    const rotated = async () => {
      const files = (await lab.cluster.inNode(NODE, ['sh', '-c', `ls /var/log/pods/${NAMESPACE}_talks_*/main/`]))
        .trim()
        .split('\n');
      assert.ok(
        files.some((file) => /^0\.log\.\d{8}-\d{6}/.test(file)),
        files.join(' '),
      );
      assert.ok(files.length <= 3, files.join(' '));
    };
    await eventually(rotated, { timeout: 60_000, interval: 1000 });
    // Right after a rotation the newest file, which is all that logs are read from, is empty.
    await eventually(async () => assert.match(await lab.logs('talks', '--tail=3'), /^line \d+ of a log that grows\n/));
    // More pods than the node may have: what is over is refused by the kubelet.
    await lab.apply(
      Array.from({ length: 12 }, (_, i) => pod(`crowd-${i}`, `nodeName: ${NODE}\n  containers: [${sleeper()}]`)).join(
        '',
      ),
    );
    await eventually(
      async () => {
        const reasons = await lab.run('get', 'pods', '-o', 'jsonpath={.items[*].status.reason}');
        assert.match(reasons, /OutOfpods/);
      },
      { timeout: 90_000, interval: 1000 },
    );
    // The disk is always fuller than the threshold, and what is used must stay.
    await eventually(async () => assert.doesNotMatch(await images(), /nginx:1\.28/), {
      timeout: 60_000,
      interval: 500,
    });
    assert.match(await images(), /busybox:1\.36/);
    await lab.run('delete', 'pods', '--all', '--wait=true', '--timeout=90s');
  }).finally(() => lab.cluster.inNode(NODE, ['coxswain-load-images']));
});

test('memory pressure: the node says so, is tainted, evicts, and recovers', { timeout: 300_000 }, async () => {
  const keeper = pod(
    'keeper',
    `nodeName: ${NODE}\n  tolerations: [{ operator: Exists }]\n  containers: [${sleeper('main', 'resources: { requests: { memory: 1Gi } }')}]`,
  );
  const victim = pod('victim', `nodeName: ${NODE}\n  containers: [${sleeper()}]`);
  await lab.apply(victim + keeper);
  await lab.untilReady('victim', 'keeper');
  // As much as the node has: whatever little runs there is too much.
  const all = await lab.run('get', 'node', NODE, '-o', 'jsonpath={.status.capacity.memory}');
  const flags = [
    `--eviction-hard=memory.available<${all}`,
    '--eviction-pressure-transition-period=1s',
    '--node-status-update-frequency=1s',
  ];
  await withKubeletFlags(lab.cluster, NODE, flags, async () => {
    await eventually(async () => assert.equal(await condition('MemoryPressure'), 'True'), {
      timeout: 60_000,
      interval: 500,
    });
    const evicted = await lab.untilPhase('victim', 'Failed');
    assert.equal(evicted.status?.reason, 'Evicted');
    assert.match(
      evicted.status?.message ?? '',
      /^The node was low on resource: memory\. Threshold quantity: \S+, available: \S+\. Container main was using \S+, request is 0, has larger consumption of memory\. /,
    );
    assert.equal(
      evicted.status?.conditions?.find(({ type }) => type === 'DisruptionTarget')?.reason,
      'TerminationByKubelet',
    );
    await eventually(
      async () =>
        assert.match(
          await lab.run('get', 'node', NODE, '-o', 'jsonpath={.spec.taints[*].key}'),
          /node\.kubernetes\.io\/memory-pressure/,
        ),
      { timeout: 30_000, interval: 500 },
    );
    await lab.apply(pod('late', `nodeName: ${NODE}\n  containers: [${sleeper()}]`));
    const refused = await lab.untilPhase('late', 'Failed');
    assert.equal(refused.status?.reason, 'Evicted');
    assert.match(refused.status?.message ?? '', /The node had condition: \[MemoryPressure\]/);
  });
  await eventually(async () => assert.equal(await condition('MemoryPressure'), 'False'), {
    timeout: 60_000,
    interval: 500,
  });
});

test('PID pressure: the node says so, takes no more, evicts, and recovers', { timeout: 300_000 }, async () => {
  await lab.apply(pod('forks', `nodeName: ${NODE}\n  containers: [${sleeper()}]`));
  await lab.untilReady('forks');
  const most = (await lab.cluster.inNode(NODE, ['cat', '/proc/sys/kernel/pid_max'])).trim();
  const pressure = () => condition('PIDPressure');
  const flags = [
    `--eviction-hard=pid.available<${most}`,
    '--eviction-pressure-transition-period=1s',
    '--node-status-update-frequency=1s',
  ];
  await withKubeletFlags(lab.cluster, NODE, flags, async () => {
    await eventually(async () => assert.equal(await pressure(), 'True'), { timeout: 60_000, interval: 500 });
    const evicted = await lab.untilPhase('forks', 'Failed');
    assert.equal(evicted.status?.reason, 'Evicted');
    assert.match(
      evicted.status?.message ?? '',
      /^The node was low on resource: pids\. Threshold quantity: \S+, available: \S+\. $/,
    );
    await lab.apply(
      pod(
        'one-more',
        `nodeName: ${NODE}\n  containers: [${sleeper('main', 'resources: { requests: { memory: 1Mi } }')}]`,
      ),
    );
    const refused = await lab.untilPhase('one-more', 'Failed');
    assert.match(refused.status?.message ?? '', /The node had condition: \[PIDPressure\]/);
  });
  await eventually(async () => assert.equal(await pressure(), 'False'), { timeout: 60_000, interval: 500 });
});

test('graceful node shutdown: pods end by priority, each within its part', { timeout: 300_000 }, async () => {
  const notes = '/var/lib/coxswain-e2e-49';
  const ends = (name: string, script: string, more = '') =>
    pod(
      name,
      `nodeName: ${NODE}\n  terminationGracePeriodSeconds: 300${more}
  volumes: [{ name: v, hostPath: { path: ${notes}, type: DirectoryOrCreate } }]
  containers: [${busybox('main', `trap '${script}' TERM; while true; do sleep 0.2; done`, 'volumeMounts: [{ name: v, mountPath: /v }]')}]`,
    );
  const notesThenEnds = 'echo $(hostname) >> /v/order; sleep 1; exit 0';
  await lab.apply(
    [
      `apiVersion: scheduling.k8s.io/v1\nkind: PriorityClass\nmetadata: { name: e2e-49 }\nvalue: 1000\n`,
      ends('ordinary', notesThenEnds),
      ends('stubborn', 'true'),
      ends('important', notesThenEnds, '\n  priorityClassName: e2e-49'),
      ends('critical', notesThenEnds, '\n  priorityClassName: system-node-critical'),
    ].join(''),
  );
  const names = ['ordinary', 'stubborn', 'important', 'critical'];
  await lab.untilReady(...names);
  try {
    const flags = ['--shutdown-grace-period-by-pod-priority=0=5,1000=60,2000000000=60'];
    await withKubeletFlags(lab.cluster, NODE, flags, async () => {
      await lab.cluster.inNode(NODE, ['sv', 'term', 'kubelet']);
      await eventually(
        async () => {
          assert.deepEqual(
            [await condition('Ready'), await condition('Ready', 'message')],
            ['False', 'node is shutting down'],
          );
        },
        { timeout: 30_000, interval: 200 },
      );
      await lab.apply(
        pod('too-late', `nodeName: ${NODE}\n  tolerations: [{ operator: Exists }]\n  containers: [${sleeper()}]`),
      );
      const refused = await lab.untilPhase('too-late', 'Failed');
      assert.deepEqual(
        [refused.status?.reason, refused.status?.message],
        ['NodeShutdown', 'Pod was rejected as the node is shutting down.'],
      );
      for (const name of names) {
        const ended = await lab.untilPhase(name, 'Failed');
        assert.deepEqual(
          [ended.status?.reason, ended.status?.message],
          ['Terminated', 'Pod was terminated in response to imminent node shutdown.'],
        );
        const { reason } = ended.status?.conditions?.find(({ type }) => type === 'DisruptionTarget') ?? {};
        assert.equal(reason, 'TerminationByKubelet');
      }
      const codes = await Promise.all(
        names.map(async (name) => containerStatus(await lab.pod(name), 'main').state?.terminated?.exitCode),
      );
      assert.deepEqual(codes, [0, 137, 0, 0], 'who goes on beyond its part is killed');
      const order = await lab.cluster.inNode(NODE, ['cat', `${notes}/order`]);
      assert.equal(order, 'ordinary\nimportant\ncritical\n');
      await lab.cluster.waitForNodes(2);
    });
  } finally {
    await lab.cluster.inNode(NODE, ['rm', '-rf', notes]);
    await lab.kubectl.try(['delete', 'priorityclass', 'e2e-49']);
  }
});

test('disk pressure: unused images go first', { timeout: 300_000 }, async () => {
  assert.match(await images(), /nginx:1\.28/);
  await lab.apply(
    pod('uses', `nodeName: ${NODE}\n  priorityClassName: system-node-critical\n  containers: [${sleeper()}]`),
  );
  await lab.untilReady('uses');
  const flags = [
    '--eviction-hard=imagefs.available<99%',
    '--eviction-pressure-transition-period=1s',
    '--minimum-image-ttl-duration=0s',
    '--node-status-update-frequency=1s',
  ];
  try {
    await withKubeletFlags(lab.cluster, NODE, flags, async () => {
      await eventually(
        async () => {
          assert.equal(await condition('DiskPressure'), 'True');
          assert.ok(!(await images()).includes('nginx:1.28'), 'an unused image is gone');
        },
        { timeout: 90_000, interval: 1000 },
      );
      assert.match(await images(), /busybox:1\.36/, 'what a pod uses stays');
    });
  } finally {
    await lab.cluster.inNode(NODE, ['coxswain-load-images']);
  }
});
