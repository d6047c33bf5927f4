import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Pod } from '@coxswain/api';
import { eventually } from '@coxswain/foundation/testing';
import { ComposeCluster } from '../harness/compose-cluster.ts';
import { condition, containerStatus, Lab } from '../harness/lab.ts';
import { busybox, podManifest as pod, sleeper } from '../harness/manifests.ts';
import { curl } from '../harness/workload.ts';

const NAMESPACE = 'life-cycle';
/** On the nodes, for what outlives containers. */
const FOLDER = '/var/lib/coxswain-e2e-46';

const MANIFEST = [
  pod(
    'init',
    `
  volumes: [{ name: v, emptyDir: {} }]
  initContainers:
    - ${busybox('one', 'sleep 1; echo one >> /v/steps', 'volumeMounts: [{ name: v, mountPath: /v }]')}
    - ${busybox('two', 'echo two >> /v/steps', 'volumeMounts: [{ name: v, mountPath: /v }]')}
  containers:
    - ${sleeper('main', 'volumeMounts: [{ name: v, mountPath: /v }]')}
`,
  ),
  pod(
    'sidecars',
    `
  restartPolicy: Never
  terminationGracePeriodSeconds: 10
  volumes: [{ name: v, emptyDir: {} }]
  initContainers:
    - ${busybox('first', 'trap "cat /proc/uptime; exit 0" TERM; sleep 1; touch /v/up; sleep 3600 & wait', 'restartPolicy: Always, startupProbe: { exec: { command: [test, -f, /v/up] }, periodSeconds: 1 }, volumeMounts: [{ name: v, mountPath: /v }]')}
    - ${busybox('between', 'test -f /v/up && echo first is up', 'volumeMounts: [{ name: v, mountPath: /v }]')}
    - ${busybox('last', 'trap "cat /proc/uptime; exit 0" TERM; sleep 3600 & wait', 'restartPolicy: Always')}
  containers:
    - ${busybox('job', 'sleep 1; cat /proc/uptime')}
`,
  ),
  pod(
    'hooks',
    `
  terminationGracePeriodSeconds: 20
  volumes: [{ name: v, hostPath: { path: ${FOLDER}/hooks, type: DirectoryOrCreate } }]
  containers:
    - ${sleeper(
      'exec',
      `volumeMounts: [{ name: v, mountPath: /v }], lifecycle: { postStart: { exec: { command: [sh, -c, 'hostname > /v/post-start'] } }, preStop: { exec: { command: [sh, -c, 'test -d /proc/1 && hostname > /v/pre-stop'] } } }`,
    )}
    - { name: web, image: "nginx:1.27", volumeMounts: [{ name: v, mountPath: /var/log/nginx }], lifecycle: { preStop: { httpGet: { path: /going-down, port: 80, httpHeaders: [{ name: X-Why, value: hook }] } } } }
    - ${busybox('sleep', 'trap "date +%s > /v/term; exit 0" TERM; sleep 3600 & wait', 'volumeMounts: [{ name: v, mountPath: /v }], lifecycle: { preStop: { sleep: { seconds: 3 } } }')}
`,
  ),
  pod(
    'messages',
    `
  restartPolicy: Never
  containers:
    - ${busybox('file', 'echo from the file > /tmp/why; exit 3', 'terminationMessagePath: /tmp/why')}
    - ${busybox('logs', 'for i in $(seq 100); do echo line $i; done; exit 4', 'terminationMessagePolicy: FallbackToLogsOnError')}
    - ${busybox('fine', 'echo said nothing', 'terminationMessagePolicy: FallbackToLogsOnError')}
`,
  ),
  pod(
    'stubborn',
    `
  terminationGracePeriodSeconds: 600
  volumes: [{ name: v, hostPath: { path: ${FOLDER}, type: DirectoryOrCreate } }]
  containers: [${busybox('main', "trap 'echo asked >> /v/stubborn' TERM; while true; do sleep 1; done", 'volumeMounts: [{ name: v, mountPath: /v }]')}]
`,
  ),
  pod(
    'again',
    `
  restartPolicy: OnFailure
  volumes: [{ name: v, emptyDir: {} }]
  containers:
    - ${busybox('main', 'date +%s >> /v/runs; cat /v/runs; test $(wc -l < /v/runs) -ge 3', 'volumeMounts: [{ name: v, mountPath: /v }]')}
`,
  ),
  pod(
    'rules',
    `
  restartPolicy: Never
  volumes: [{ name: v, emptyDir: {} }]
  containers:
    - ${busybox('retried', 'echo run >> /v/runs; cat /v/runs; test $(wc -l < /v/runs) -ge 2 || exit 42', 'restartPolicy: Never, restartPolicyRules: [{ action: Restart, exitCodes: { operator: In, values: [42] } }], volumeMounts: [{ name: v, mountPath: /v }]')}
    - ${busybox('not', 'exit 43', 'restartPolicy: Never, restartPolicyRules: [{ action: Restart, exitCodes: { operator: In, values: [42] } }]')}
`,
  ),
  pod(
    'init-again',
    `
  restartPolicy: Never
  volumes: [{ name: v, emptyDir: {} }]
  initContainers: [${busybox('retried', 'echo run >> /v/runs; test $(wc -l < /v/runs) -ge 2', 'restartPolicy: OnFailure, volumeMounts: [{ name: v, mountPath: /v }]')}]
  containers: [${busybox('main', 'cat /v/runs', 'volumeMounts: [{ name: v, mountPath: /v }]')}]
`,
  ),
  pod(
    'init-once',
    `initContainers: [${busybox('only', 'exit 3', 'restartPolicy: Never')}]\n  containers: [${sleeper()}]`,
  ),
  pod(
    'signals',
    `
  os: { name: linux }
  terminationGracePeriodSeconds: 60
  volumes: [{ name: v, hostPath: { path: ${FOLDER}/signals, type: DirectoryOrCreate } }]
  containers:
    - ${busybox('named', 'trap "touch /v/usr1; exit 0" USR1; trap "touch /v/term" TERM; while true; do sleep 0.2; done', 'lifecycle: { stopSignal: SIGUSR1, postStart: { sleep: { seconds: 0 } } }, volumeMounts: [{ name: v, mountPath: /v }]')}
    - ${busybox('real-time', 'trap "touch /v/rtmin+3; exit 0" 37; trap "touch /v/term" TERM; while true; do sleep 0.2; done', 'lifecycle: { stopSignal: SIGRTMIN+3 }, volumeMounts: [{ name: v, mountPath: /v }]')}
`,
  ),
  pod('deadline', `activeDeadlineSeconds: 3\n  containers: [${sleeper()}]`),
  pod('done', `restartPolicy: OnFailure\n  containers: [${busybox('main', 'exit 0')}]`),
  pod(
    'gated',
    `readinessGates: [{ conditionType: example.com/open }]\n  containers: [{ name: web, image: "nginx:1.27" }]`,
  ),
  `
---
apiVersion: v1
kind: Service
metadata: { name: gated }
spec: { type: NodePort, selector: { app: gated }, ports: [{ port: 80 }] }
`,
  pod('host', `nodeName: node-1\n  hostNetwork: true\n  hostPID: true\n  hostIPC: true\n  containers: [${sleeper()}]`),
  pod('own', `nodeName: node-1\n  containers: [${sleeper()}]`),
  pod(
    'shared',
    `
  shareProcessNamespace: true
  containers:
    - ${busybox('secretive', 'echo of the other > /tmp/note; sleep 3600')}
    - ${sleeper('curious', 'securityContext: { capabilities: { add: [SYS_PTRACE] } }')}
`,
  ),
  pod(
    'names',
    `
  hostname: bow
  subdomain: boat
  setHostnameAsFQDN: true
  hostAliases: [{ ip: 10.1.2.3, hostnames: [oar.example, rudder.example] }]
  dnsPolicy: None
  dnsConfig: { nameservers: [10.9.8.7], searches: [one.example, two.example], options: [{ name: ndots, value: "3" }, { name: rotate }] }
  containers: [${sleeper()}]
`,
  ),
  pod(
    'dns-host',
    `nodeName: node-1\n  hostNetwork: true\n  dnsPolicy: ClusterFirstWithHostNet\n  containers: [${sleeper()}]`,
  ),
  pod('dns-default', `dnsPolicy: Default\n  containers: [${sleeper()}]`),
  pod(
    'dns-cluster',
    `dnsConfig: { searches: [more.example], options: [{ name: ndots, value: "2" }] }\n  containers: [${sleeper()}]`,
  ),
].join('');

let lab: Lab;
before(async () => {
  const cluster = await ComposeCluster.up(2);
  lab = await Lab.open(cluster, NAMESPACE);
  await lab.apply(MANIFEST);
});
after(async () => {
  for (const node of ['node-1', 'node-2']) await lab.cluster.inNode(node, ['rm', '-rf', FOLDER]);
  await lab.close();
});

const nodeOf = async (name: string) => (await lab.pod(name)).spec.nodeName ?? '';
const onNode = async (node: string, path: string) => (await lab.cluster.inNode(node, ['cat', path])).trim();

describe('pods', { concurrency: true }, () => {
  test('init containers run to their end one after another, before the others', async () => {
    const [ready] = await lab.untilReady('init');
    assert.equal(await lab.sh('init/main', 'cat /v/steps'), 'one\ntwo');
    const [one, two] = ready?.status?.initContainerStatuses ?? [];
    assert.ok((one?.state?.terminated?.finishedAt ?? 'z') <= (two?.state?.terminated?.startedAt ?? ''));
    assert.deepEqual(conditionsOf(ready), {
      PodReadyToStartContainers: 'True',
      Initialized: 'True',
      Ready: 'True',
      ContainersReady: 'True',
      PodScheduled: 'True',
    });
  });

  test('sidecars start in order, hold back what follows, and end in reverse after the main container', async () => {
    const ended = await lab.untilPhase('sidecars', 'Succeeded');
    assert.match(await lab.logs('sidecars/between'), /first is up/);
    const times = await Promise.all(['job', 'last', 'first'].map((name) => lab.logs(`sidecars/${name}`)));
    const [job, last, first] = times.map(Number.parseFloat);
    assert.ok(job !== undefined && last !== undefined && first !== undefined && job < last && last < first, `${times}`);
    for (const name of ['first', 'last']) assert.equal(containerStatus(ended, name).state?.terminated?.exitCode, 0);
  });

  test('postStart and preStop hooks by exec, httpGet and sleep', async () => {
    await lab.untilReady('hooks');
    const node = await nodeOf('hooks');
    assert.equal(await onNode(node, `${FOLDER}/hooks/post-start`), 'hooks');
    const asked = Math.floor(Date.now() / 1000);
    await lab.run('delete', 'pod', 'hooks', '--wait=false');
    await lab.untilGone('hooks');
    assert.equal(await onNode(node, `${FOLDER}/hooks/pre-stop`), 'hooks');
    assert.match(await onNode(node, `${FOLDER}/hooks/access.log`), /"GET \/going-down HTTP\/1\.1".*"kube-lifecycle\//);
    assert.ok(Number(await onNode(node, `${FOLDER}/hooks/term`)) >= asked + 3, 'told to end only after the sleep');
  });

  test('termination messages from the file and, after failures, from the logs', async () => {
    const ended = await lab.untilPhase('messages', 'Failed');
    const terminated = (name: string) => containerStatus(ended, name).state?.terminated;
    assert.deepEqual(
      ['file', 'logs', 'fine'].map((name) => [terminated(name)?.exitCode, terminated(name)?.reason]),
      [
        [3, 'Error'],
        [4, 'Error'],
        [0, 'Completed'],
      ],
    );
    assert.equal(terminated('file')?.message, 'from the file\n');
    const lines = (terminated('logs')?.message ?? '').trim().split('\n');
    assert.deepEqual([lines.length, lines.at(-1)], [80, 'line 100']);
    assert.equal(terminated('fine')?.message, undefined);
  });

  test('a deletion may shorten the grace period of one already under way', async () => {
    await lab.untilReady('stubborn');
    const node = await nodeOf('stubborn');
    await lab.run('delete', 'pod', 'stubborn', '--wait=false');
    await eventually(async () => assert.equal(await onNode(node, `${FOLDER}/stubborn`), 'asked'), { timeout: 30_000 });
    assert.equal((await lab.pod('stubborn')).metadata.deletionGracePeriodSeconds, 600);
    await lab.run('delete', 'pod', 'stubborn', '--grace-period=1', '--wait=false');
    await lab.untilGone('stubborn', 30_000);
  });

  test('what fails starts again after a back-off: at once, then 10 s', async () => {
    await lab.untilEvent('again', /^BackOff Back-off restarting failed container main in pod again_life-cycle/);
    await lab.until('again', (seen) => {
      const { state, lastState } = containerStatus(seen, 'main');
      assert.equal(state?.waiting?.reason, 'CrashLoopBackOff');
      assert.match(
        state?.waiting?.message ?? '',
        /^back-off 10s restarting failed container=main pod=again_life-cycle\(/,
      );
      assert.equal(lastState?.terminated?.exitCode, 1);
    });
    const ended = await lab.untilPhase('again', 'Succeeded');
    assert.equal(containerStatus(ended, 'main').restartCount, 2);
    const kept = await lab.cluster.inNode(ended.spec.nodeName ?? '', [
      ...['docker', 'ps', '-aq', '--filter', `label=io.kubernetes.pod.uid=${ended.metadata.uid}`],
      ...['--filter', 'label=io.kubernetes.container.name=main'],
    ]);
    assert.ok(kept.trim().split('\n').length <= 2, 'of its containers that ended the newest stay');
    const [first = 0, second = 0, third = 0] = (await lab.logs('again')).trim().split('\n').map(Number);
    assert.ok(third - second >= 10 && third - second < 30 && second - first < 10, `${first} ${second} ${third}`);
  });

  test("a container's own restart rules by exit code", async () => {
    const ended = await lab.untilPhase('rules', 'Failed');
    assert.equal(await lab.logs('rules/retried'), 'run\nrun\n');
    assert.equal(containerStatus(ended, 'retried').restartCount, 1);
    assert.deepEqual([containerStatus(ended, 'not').restartCount, ended.spec.restartPolicy], [0, 'Never']);
  });

  test("an init container's own restart policy", async () => {
    await lab.untilPhase('init-again', 'Succeeded');
    assert.equal(await lab.logs('init-again/main'), 'run\nrun\n');
    const failed = await lab.untilPhase('init-once', 'Failed');
    assert.equal(containerStatus(failed, 'only').restartCount, 0);
    assert.equal(containerStatus(failed, 'main').state?.waiting?.reason, 'PodInitializing');
  });

  test('containers are told to end by the signal that they want', async () => {
    const [ready] = await lab.untilReady('signals');
    assert.ok(ready);
    assert.deepEqual(
      ['named', 'real-time'].map((name) => containerStatus(ready, name).stopSignal),
      ['SIGUSR1', 'SIGRTMIN+3'],
    );
    await lab.run('delete', 'pod', 'signals', '--wait=false');
    await lab.untilGone('signals', 45_000);
    const told = await lab.cluster.inNode(ready.spec.nodeName ?? '', ['ls', `${FOLDER}/signals`]);
    assert.equal(told, 'rtmin+3\nusr1\n');
  });

  test('a pod ends at its deadline, and one whose work is done succeeds', async () => {
    const ended = await lab.untilPhase('deadline', 'Failed');
    assert.equal(ended.status?.reason, 'DeadlineExceeded');
    assert.equal(ended.status?.message, 'Pod was active on the node longer than the specified deadline');
    await lab.until('deadline', (seen) => assert.ok(containerStatus(seen, 'main').state?.terminated));
    const running = await lab.cluster.inNode(ended.spec.nodeName ?? '', [
      ...['docker', 'ps', '-q', '--filter', 'label=io.kubernetes.pod.name=deadline'],
      ...['--filter', `label=io.kubernetes.pod.uid=${ended.metadata.uid}`],
      ...['--filter', 'label=io.kubernetes.container.name=main'],
    ]);
    assert.equal(running, '');
    const done = await lab.untilPhase('done', 'Succeeded');
    const ready = done.status?.conditions?.find(({ type }) => type === 'Ready');
    assert.deepEqual([ready?.status, ready?.reason], ['False', 'PodCompleted']);
  });

  test('a readiness gate keeps the traffic away until its condition is true', async () => {
    const waiting = await lab.until('gated', (seen) => assert.equal(condition(seen, 'ContainersReady'), 'True'));
    const ready = waiting.status?.conditions?.find(({ type }) => type === 'Ready');
    assert.deepEqual([ready?.status, ready?.reason], ['False', 'ReadinessGatesNotReady']);
    const port = await lab.run('get', 'service', 'gated', '-o', 'jsonpath={.spec.ports[0].nodePort}');
    const url = `http://${await lab.cluster.nodeAddress('node-1')}:${port}/`;
    await assert.rejects(curl(url));
    const patch = { status: { conditions: [{ type: 'example.com/open', status: 'True' }] } };
    await lab.run('patch', 'pod', 'gated', '--subresource=status', '-p', JSON.stringify(patch));
    await lab.untilReady('gated');
    await eventually(async () => assert.match(await curl(url), /Welcome to nginx/), { timeout: 30_000 });
  });

  test("the node's network, processes and IPC, or the pod's own", async () => {
    await lab.untilReady('host', 'own');
    const look = 'hostname; for n in net ipc pid; do readlink /proc/self/ns/$n; done; cat /proc/1/comm';
    const [host, own, node] = await Promise.all([
      lab.sh('host', look),
      lab.sh('own', look),
      lab.cluster.inNode('node-1', ['sh', '-c', look]),
    ]);
    assert.equal(host, node.trim());
    const [name, ...namespaces] = own.split('\n');
    assert.equal(name, 'own');
    for (const namespace of namespaces) assert.ok(!node.includes(`${namespace}\n`), `${namespace} is the node's`);
    const address = await lab.cluster.nodeAddress('node-1');
    assert.deepEqual((await lab.pod('host')).status?.podIPs, [{ ip: address }]);
    const podIP = (await lab.pod('own')).status?.podIP ?? '';
    assert.match(podIP, /^10\.244\./);
    assert.match(await lab.sh('own', 'ip -4 -o addr show eth0'), new RegExp(` ${podIP}/`));
  });

  test('containers that share processes see each other', async () => {
    await lab.untilReady('shared');
    const script = 'for p in /proc/[0-9]*; do cat $p/root/tmp/note 2>/dev/null && break; done; cat /proc/1/comm';
    assert.equal(await lab.sh('shared/curious', script), 'of the other\npause');
  });

  test('names: hostname, subdomain, aliases, resolv.conf by every dnsPolicy', async () => {
    await lab.untilReady('names', 'dns-default', 'dns-cluster', 'dns-host', 'host');
    const fqdn = `bow.boat.${NAMESPACE}.svc.cluster.local`;
    assert.equal(await lab.sh('names', 'hostname'), fqdn);
    const hosts = await lab.sh('names', 'cat /etc/hosts');
    const { podIP } = (await lab.pod('names')).status ?? {};
    assert.match(hosts, new RegExp(`^${podIP}\\t${fqdn}\\tbow$`, 'm'));
    assert.match(hosts, /^10\.1\.2\.3\toar\.example\trudder\.example$/m);
    assert.equal(
      await lab.sh('names', 'cat /etc/resolv.conf'),
      'nameserver 10.9.8.7\nsearch one.example two.example\noptions ndots:3 rotate',
    );
    const cluster = await lab.sh('dns-cluster', 'cat /etc/resolv.conf');
    assert.match(cluster, /^nameserver 10\.96\.0\.10$/m);
    assert.match(
      cluster,
      new RegExp(`^search ${NAMESPACE}.svc.cluster.local svc.cluster.local cluster.local.* more.example$`, 'm'),
    );
    assert.match(cluster, /^options .*ndots:2/m);
    assert.match(await lab.sh('dns-host', 'cat /etc/resolv.conf'), /^nameserver 10\.96\.0\.10$/m);
    assert.doesNotMatch(await lab.sh('host', 'cat /etc/resolv.conf'), /^nameserver 10\.96\.0\.10$/m);
    const node = await lab.cluster.inNode(await nodeOf('dns-default'), [
      'grep',
      '^nameserver',
      '/run/coxswain/resolv.conf',
    ]);
    assert.match(await lab.sh('dns-default', 'cat /etc/resolv.conf'), new RegExp(`^${node.trim()}$`, 'm'));
  });
});

function conditionsOf(seen: Pod | undefined): Record<string, string> {
  return Object.fromEntries((seen?.status?.conditions ?? []).map(({ type, status }) => [type, status]));
}
