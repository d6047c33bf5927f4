import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { eventually } from '@coxswain/foundation/testing';
import { ComposeCluster } from '../harness/compose-cluster.ts';
import { restartKubelet } from '../harness/kubelet-flags.ts';
import { containerStatus, Lab } from '../harness/lab.ts';
import { busybox, podManifest as pod, sleeper } from '../harness/manifests.ts';
import { curl } from '../harness/workload.ts';

const NAMESPACE = 'containers';
const PROFILES = '/var/lib/kubelet/seccomp/coxswain-e2e';

const SOURCES = `
apiVersion: v1
kind: Service
metadata: { name: front-desk }
spec: { ports: [{ name: web, port: 8080 }, { name: admin, port: 9090, protocol: UDP }] }
---
apiVersion: v1
kind: ConfigMap
metadata: { name: settings }
data: { colour: blue, "no.shell.name": dots }
---
apiVersion: v1
kind: Secret
metadata: { name: keys }
stringData: { token: hush }
`;

const ENVIRONMENT = pod(
  'environment',
  `
  hostname: elsewhere
  containers:
    - name: main
      image: busybox:1.36
      command: [sh, -c, 'tr "\\0" "\\n" < /proc/1/environ; pwd; echo "$@"; sleep 86400', sh]
      args: [$(COLOUR)-$(UNKNOWN), $$(COLOUR), $(JOINED)]
      workingDir: /tmp/work
      resources: { requests: { cpu: 100m, memory: 16Mi }, limits: { cpu: 1500m, memory: 64Mi } }
      envFrom:
        - { configMapRef: { name: settings }, prefix: CM_ }
        - { secretRef: { name: keys } }
        - { configMapRef: { name: not-there, optional: true } }
      env:
        - { name: PLAIN, value: text }
        - { name: COLOUR, valueFrom: { configMapKeyRef: { name: settings, key: colour } } }
        - { name: TOKEN, valueFrom: { secretKeyRef: { name: keys, key: token } } }
        - { name: MISSING, valueFrom: { configMapKeyRef: { name: settings, key: none, optional: true } } }
        - { name: JOINED, value: "$(PLAIN)/$(COLOUR)" }
        - { name: LATER, value: "$(TOO_LATE)" }
        - { name: TOO_LATE, value: x }
        - { name: MY_NAME, valueFrom: { fieldRef: { fieldPath: metadata.name } } }
        - { name: MY_NAMESPACE, valueFrom: { fieldRef: { fieldPath: metadata.namespace } } }
        - { name: MY_UID, valueFrom: { fieldRef: { fieldPath: metadata.uid } } }
        - { name: MY_LABEL, valueFrom: { fieldRef: { fieldPath: "metadata.labels['app']" } } }
        - { name: MY_NOTE, valueFrom: { fieldRef: { fieldPath: "metadata.annotations['note']" } } }
        - { name: MY_NODE, valueFrom: { fieldRef: { fieldPath: spec.nodeName } } }
        - { name: MY_ACCOUNT, valueFrom: { fieldRef: { fieldPath: spec.serviceAccountName } } }
        - { name: MY_IP, valueFrom: { fieldRef: { fieldPath: status.podIP } } }
        - { name: NODE_IP, valueFrom: { fieldRef: { fieldPath: status.hostIP } } }
        - { name: CPU_LIMIT, valueFrom: { resourceFieldRef: { resource: limits.cpu } } }
        - { name: CPU_MILLI, valueFrom: { resourceFieldRef: { resource: requests.cpu, divisor: 1m } } }
        - { name: MEMORY_MI, valueFrom: { resourceFieldRef: { resource: limits.memory, divisor: 1Mi } } }
`,
  'annotations: { note: from an annotation }',
);

const WEB_CONFIG = `
---
apiVersion: v1
kind: ConfigMap
metadata: { name: probed }
data:
  default.conf: |
    server {
      listen 80;
      location /healthz { if ($http_x_probe != "yes") { return 500; } return 200 ok; }
    }
    server {
      listen 8443 ssl;
      ssl_certificate /etc/nginx/conf.d/tls.crt;
      ssl_certificate_key /etc/nginx/conf.d/tls.key;
      location / { return 200 ok; }
    }
    server {
      listen 9000 http2;
      location / { types {} default_type application/grpc; add_trailer grpc-status 0; error_page 404 405 =200 /serving; root /etc/nginx/conf.d; }
    }
binaryData: { serving: AAAAAAIIAQ== }
`;

const probe = (fields: string) => `{ ${fields}, periodSeconds: 1, timeoutSeconds: 5 }`;

const MANIFEST = [
  ENVIRONMENT,
  WEB_CONFIG,
  pod(
    'users',
    `
  securityContext: { runAsUser: 1000, runAsGroup: 3000, fsGroup: 2000, supplementalGroups: [4000] }
  volumes: [{ name: v, emptyDir: {} }, { name: c, configMap: { name: settings } }, { name: m, emptyDir: { medium: Memory } }]
  containers:
    - ${sleeper('pods', 'volumeMounts: [{ name: v, mountPath: /v }, { name: c, mountPath: /c }, { name: m, mountPath: /m }]')}
    - ${sleeper('own', 'securityContext: { runAsUser: 1001, runAsGroup: 3001, runAsNonRoot: true }')}
`,
  ),
  pod(
    'powers',
    `
  containers:
    - ${sleeper('usual')}
    - ${sleeper('fewer', 'securityContext: { capabilities: { drop: [ALL] } }')}
    - ${sleeper('more', 'securityContext: { capabilities: { add: [NET_ADMIN], drop: [CHOWN] } }')}
    - ${sleeper('all', 'securityContext: { privileged: true }')}
    - ${sleeper('read-only', 'securityContext: { readOnlyRootFilesystem: true }')}
    - ${sleeper('no-new', 'securityContext: { allowPrivilegeEscalation: false }')}
    - ${sleeper('filtered', 'securityContext: { seccompProfile: { type: RuntimeDefault } }')}
    - ${sleeper('profiled', 'securityContext: { seccompProfile: { type: Localhost, localhostProfile: coxswain-e2e/no-mkdir.json } }')}
`,
  ),
  pod(
    'tuned',
    `securityContext: { sysctls: [{ name: net.ipv4.ip_local_port_range, value: "20000 30000" }, { name: kernel.shm_rmid_forced, value: "1" }] }
  containers: [${sleeper()}]`,
  ),
  pod(
    'untunable',
    `securityContext: { sysctls: [{ name: kernel.msgmax, value: "65536" }] }\n  containers: [${sleeper()}]`,
  ),
  pod(
    'reader',
    `restartPolicy: Never\n  containers: [${busybox('main', 'tty; while read line; do echo "read $line"; done; echo closed', 'stdin: true, stdinOnce: true')}]`,
  ),
  pod('terminal', `containers: [${busybox('main', 'tty; sleep 86400', 'tty: true, stdin: true')}]`),
  pod(
    'ports',
    `nodeName: node-1\n  containers: [{ name: web, image: "nginx:1.27", ports: [{ containerPort: 80, hostPort: 18046 }] }]`,
  ),
  pod(
    'local-port',
    `nodeName: node-1\n  containers: [{ name: web, image: "nginx:1.27", ports: [{ containerPort: 80, hostPort: 18047, hostIP: 127.0.0.1 }] }]`,
  ),
  pod(
    'probed',
    `
  volumes: [{ name: c, projected: { sources: [{ configMap: { name: probed } }, { secret: { name: probed-tls } }] } }]
  containers:
    - name: web
      image: nginx:1.27
      ports: [{ name: http, containerPort: 80 }]
      volumeMounts: [{ name: c, mountPath: /etc/nginx/conf.d }]
      startupProbe: ${probe('httpGet: { path: /healthz, port: http, httpHeaders: [{ name: X-Probe, value: "yes" }] }, failureThreshold: 60')}
      readinessProbe: ${probe('httpGet: { path: /, port: 8443, scheme: HTTPS }')}
      livenessProbe: ${probe('grpc: { port: 9000 }')}
    - ${sleeper('tcp', `readinessProbe: ${probe('tcpSocket: { port: 80 }')}`)}
`,
  ),
  pod(
    'slow-start',
    `
  volumes: [{ name: v, emptyDir: {} }]
  containers:
    - ${sleeper('main', `volumeMounts: [{ name: v, mountPath: /v }], startupProbe: ${probe('exec: { command: [test, -f, /v/up] }, failureThreshold: 300')}, livenessProbe: ${probe('exec: { command: [test, -f, /v/up] }, failureThreshold: 1')}`)}
`,
  ),
  pod(
    'dies',
    `
  terminationGracePeriodSeconds: 600
  volumes: [{ name: v, emptyDir: {} }]
  containers:
    - ${busybox('main', 'trap "" TERM; echo run >> /v/runs; rm -f /v/sick; while true; do sleep 1; done', `volumeMounts: [{ name: v, mountPath: /v }], livenessProbe: ${probe('exec: { command: [sh, -c, "! test -f /v/sick || { echo feeling sick; false; }"] }, failureThreshold: 2, terminationGracePeriodSeconds: 1')}`)}
`,
  ),
  pod(
    'flickers',
    `
  volumes: [{ name: v, emptyDir: {} }]
  containers:
    - ${sleeper('main', `volumeMounts: [{ name: v, mountPath: /v }], readinessProbe: ${probe('exec: { command: [test, -f, /v/ready] }, successThreshold: 2, failureThreshold: 2')}`)}
`,
  ),
  pod(
    'grows',
    `
  containers:
    - ${sleeper('main', 'resources: { requests: { cpu: 100m, memory: 32Mi }, limits: { cpu: 200m, memory: 64Mi } }')}
    - ${sleeper('restarts', 'resources: { requests: { memory: 32Mi }, limits: { memory: 64Mi } }, resizePolicy: [{ resourceName: memory, restartPolicy: RestartContainer }]')}
`,
  ),
].join('');

let lab: Lab;
before(async () => {
  const cluster = await ComposeCluster.up(2);
  lab = await Lab.open(cluster, NAMESPACE);
  const profile = {
    defaultAction: 'SCMP_ACT_ALLOW',
    syscalls: [{ names: ['mkdir', 'mkdirat'], action: 'SCMP_ACT_ERRNO' }],
  };
  const store = `mkdir -p ${PROFILES}; echo '${JSON.stringify(profile)}' > ${PROFILES}/no-mkdir.json`;
  await Promise.all(['node-1', 'node-2'].map((node) => cluster.inNode(node, ['sh', '-c', store])));
  await lab.apply(SOURCES);
  await lab.selfSigned('probed-tls');
  await lab.apply(MANIFEST);
});
after(async () => {
  await Promise.all(['node-1', 'node-2'].map((node) => lab.cluster.inNode(node, ['rm', '-rf', PROFILES])));
  await lab.close();
});

describe('containers', { concurrency: true }, () => {
  test('the environment from every source, arguments, working directory', async () => {
    const [ready] = await lab.untilReady('environment');
    const lines = (await lab.logs('environment')).trimEnd().split('\n');
    const wanted = {
      PLAIN: 'text',
      COLOUR: 'blue',
      TOKEN: 'hush',
      token: 'hush',
      CM_colour: 'blue',
      'CM_no.shell.name': 'dots',
      JOINED: 'text/blue',
      LATER: '$(TOO_LATE)',
      MY_NAME: 'environment',
      MY_NAMESPACE: NAMESPACE,
      MY_UID: ready?.metadata.uid,
      MY_LABEL: 'environment',
      MY_NOTE: 'from an annotation',
      MY_NODE: ready?.spec.nodeName,
      MY_ACCOUNT: 'default',
      MY_IP: ready?.status?.podIP,
      NODE_IP: ready?.status?.hostIP,
      CPU_LIMIT: '2',
      CPU_MILLI: '100',
      MEMORY_MI: '64',
      HOSTNAME: 'elsewhere',
      KUBERNETES_SERVICE_HOST: '10.96.0.1',
      FRONT_DESK_SERVICE_PORT: '8080',
      FRONT_DESK_SERVICE_PORT_WEB: '8080',
      FRONT_DESK_PORT_9090_UDP_PROTO: 'udp',
    };
    for (const [name, value] of Object.entries(wanted))
      assert.ok(lines.includes(`${name}=${value}`), `${name}=${value}`);
    assert.ok(!lines.some((line) => line.startsWith('MISSING=')));
    const { clusterIP } = JSON.parse(await lab.run('get', 'service', 'front-desk', '-o', 'jsonpath={.spec}')) as {
      clusterIP: string;
    };
    assert.ok(lines.includes(`FRONT_DESK_PORT=tcp://${clusterIP}:8080`));
    assert.deepEqual(lines.slice(-2), ['/tmp/work', 'blue-$(UNKNOWN) $(COLOUR) text/blue']);
  });

  test('users, groups, and volumes that belong to the fsGroup', async () => {
    const [users] = await lab.untilReady('users');
    assert.ok(users);
    const groups = (text: string) =>
      text
        .split(' ')
        .map(Number)
        .sort((a, b) => a - b);
    assert.equal(await lab.sh('users/pods', 'id -u; id -g'), '1000\n3000');
    assert.deepEqual(groups(await lab.sh('users/pods', 'id -G')), [2000, 3000, 4000]);
    assert.equal(await lab.sh('users/own', 'id -u; id -g'), '1001\n3001');
    const { uid, gid, supplementalGroups } = containerStatus(users, 'pods').user?.linux ?? {};
    assert.deepEqual([uid, gid, groups((supplementalGroups ?? []).join(' '))], [1000, 3000, [2000, 3000, 4000]]);
    const script =
      'echo x > /v/mine; echo y > /m/mine; stat -c "%g %a" /v /m /c/..data/colour; stat -c "%u %g" /v/mine /m/mine';
    assert.deepEqual((await lab.sh('users/pods', script)).split('\n'), [
      '2000 2777',
      '2000 2777',
      '2000 644',
      '1000 2000',
      '1000 2000',
    ]);
  });

  test('capabilities, privileged, read-only root, no new privileges, seccomp, masked paths', async () => {
    await lab.untilReady('powers');
    const status = async (name: string, field: string) =>
      (await lab.sh(`powers/${name}`, `sed -n 's/^${field}:[[:space:]]*//p' /proc/self/status`)).trim();
    const has = async (name: string, bit: number) =>
      ((BigInt(`0x${await status(name, 'CapEff')}`) >> BigInt(bit)) & 1n) === 1n;
    const [CHOWN, NET_ADMIN, SYS_ADMIN] = [0, 12, 21];
    assert.deepEqual([await has('usual', CHOWN), await has('usual', NET_ADMIN)], [true, false]);
    assert.equal(await status('fewer', 'CapEff'), '0000000000000000');
    assert.deepEqual([await has('more', CHOWN), await has('more', NET_ADMIN)], [false, true]);
    assert.equal((await lab.trySh('powers/more', 'touch /tmp/f; chown 5 /tmp/f')).code, 1);
    await lab.sh('powers/more', 'ip link add probe0 type dummy 2>/dev/null || ip addr add 10.99.99.1/32 dev lo');
    assert.equal(await has('all', SYS_ADMIN), true);
    await lab.sh('powers/all', 'mkdir -p /tmp/m && mount -t tmpfs none /tmp/m && umount /tmp/m');
    assert.match(
      (await lab.trySh('powers/usual', 'mount -t tmpfs none /mnt')).stderr,
      /permission denied|not permitted|No such/,
    );
    assert.match((await lab.trySh('powers/read-only', 'touch /tmp/x')).stderr, /Read-only file system/);
    assert.equal(await status('no-new', 'NoNewPrivs'), '1');
    assert.equal(await status('usual', 'NoNewPrivs'), '0');
    assert.deepEqual([await status('usual', 'Seccomp'), await status('filtered', 'Seccomp')], ['0', '2']);
    assert.match((await lab.trySh('powers/profiled', 'mkdir /tmp/forbidden')).stderr, /not permitted/);
    // Masked and read-only parts of /proc, and their absence for the privileged.
    assert.equal((await lab.sh('powers/usual', 'wc -c < /proc/timer_list')).trim(), '0');
    assert.match(
      (await lab.trySh('powers/usual', 'echo 1 > /proc/sys/kernel/domainname')).stderr,
      /Read-only file system/,
    );
    assert.equal(await lab.sh('powers/all', 'grep -c " /proc/sys " /proc/mounts || true'), '0');
  });

  test('sysctls: safe ones are set, others are forbidden', async () => {
    await lab.untilReady('tuned');
    assert.equal(await lab.sh('tuned', 'cat /proc/sys/net/ipv4/ip_local_port_range'), '20000\t30000');
    assert.equal(await lab.sh('tuned', 'cat /proc/sys/kernel/shm_rmid_forced'), '1');
    const refused = await lab.untilPhase('untunable', 'Failed');
    assert.equal(refused.status?.reason, 'SysctlForbidden');
    assert.match(refused.status?.message ?? '', /forbidden sysctl: "kernel\.msgmax" not allowlisted/);
  });

  test('stdin and terminals', async () => {
    await lab.until('reader', (seen) => assert.ok(containerStatus(seen, 'main').state?.running));
    await lab.try(['attach', '-i', 'reader'], { input: 'one\ntwo\n' });
    await lab.untilPhase('reader', 'Succeeded');
    assert.equal(await lab.logs('reader'), 'not a tty\nread one\nread two\nclosed\n');
    await lab.untilReady('terminal');
    assert.match(await lab.logs('terminal'), /^\/dev\/(pts\/\d+|console)\r?\n/);
  });

  test('host ports on all addresses or on one', async () => {
    await lab.untilReady('ports', 'local-port');
    const address = await lab.cluster.nodeAddress('node-1');
    await eventually(async () => assert.match(await curl(`http://${address}:18046/`), /Welcome to nginx/));
    const local = (url: string) => lab.cluster.tryInNode('node-1', ['curl', '-sS', '--max-time', '3', url]);
    assert.match((await local('http://127.0.0.1:18047/')).stdout, /Welcome to nginx/);
    await assert.rejects(curl(`http://${address}:18047/`));
  });

  test('probes by HTTP with headers, HTTPS, gRPC and TCP succeed', async () => {
    await lab.untilReady('probed');
    const log = await lab.logs('probed/web');
    assert.match(log, /"GET \/healthz HTTP\/1\.1" 200 .*"kube-probe\/1\./);
    await eventually(async () => {
      const text = await lab.logs('probed/web');
      assert.match(text, /"POST \/grpc\.health\.v1\.Health\/Check HTTP\/2\.0" 200 /);
      assert.match(text, /"GET \/ HTTP\/1\.1" 200 2 .*"kube-probe\//);
    });
    assert.equal(containerStatus(await lab.pod('probed'), 'web').restartCount, 0);
  });

  test('a startup probe holds liveness and readiness back', async () => {
    await lab.untilEvent('slow-start', /^Unhealthy Startup probe failed: /);
    const waiting = containerStatus(await lab.pod('slow-start'), 'main');
    assert.deepEqual([waiting.started, waiting.ready, waiting.restartCount], [false, false, 0]);
    await lab.sh('slow-start', 'touch /v/up');
    const [ready] = await lab.untilReady('slow-start');
    assert.ok(ready);
    assert.deepEqual([containerStatus(ready, 'main').started, containerStatus(ready, 'main').restartCount], [true, 0]);
  });

  test("a failing liveness probe restarts the container within the probe's own grace period", async () => {
    await lab.untilReady('dies');
    await lab.sh('dies', 'touch /v/sick');
    await lab.untilEvent('dies', /^Unhealthy Liveness probe failed: feeling sick/);
    await lab.untilEvent('dies', /^Killing Container main failed liveness probe, will be restarted/);
    await lab.until('dies', (seen) => {
      const { restartCount, state, lastState } = containerStatus(seen, 'main');
      assert.equal(restartCount, 1);
      assert.ok(state?.running);
      assert.equal(lastState?.terminated?.exitCode, 137);
    });
    assert.equal(await lab.sh('dies', 'cat /v/runs'), 'run\nrun');
  });

  test('readiness follows its thresholds both ways', async () => {
    await lab.untilEvent('flickers', /^Unhealthy Readiness probe failed: /);
    assert.equal(containerStatus(await lab.pod('flickers'), 'main').ready, false);
    await lab.sh('flickers', 'touch /v/ready');
    await lab.untilReady('flickers');
    await lab.sh('flickers', 'rm /v/ready');
    await lab.until('flickers', (seen) => assert.equal(containerStatus(seen, 'main').ready, false));
    assert.equal(containerStatus(await lab.pod('flickers'), 'main').restartCount, 0);
  });

  test('CPU and memory change in the cgroup of the running container, or with a restart where the policy asks', async () => {
    const [before] = await lab.untilReady('grows');
    assert.ok(before);
    const limits = () => lab.sh('grows/main', CGROUP);
    assert.equal(await limits(), `${64 * 2 ** 20} 20000 102`);
    const patch = {
      spec: {
        containers: [
          {
            name: 'main',
            resources: { requests: { cpu: '200m', memory: '48Mi' }, limits: { cpu: '400m', memory: '96Mi' } },
          },
          { name: 'restarts', resources: { requests: { memory: '48Mi' }, limits: { memory: '96Mi' } } },
        ],
      },
    };
    await lab.run('patch', 'pod', 'grows', '--subresource=resize', '-p', JSON.stringify(patch));
    await eventually(async () => assert.equal(await limits(), `${96 * 2 ** 20} 40000 204`), { timeout: 60_000 });
    const seen = await lab.until('grows', (pod) => {
      assert.equal(containerStatus(pod, 'main').resources?.limits?.['memory'], '96Mi');
      assert.equal(containerStatus(pod, 'restarts').restartCount, 1);
      assert.ok(containerStatus(pod, 'restarts').state?.running);
    });
    assert.equal(containerStatus(seen, 'main').containerID, containerStatus(before, 'main').containerID);
    assert.equal((await lab.sh('grows/restarts', CGROUP)).split(' ')[0], String(96 * 2 ** 20));
  });
});

test('a resize that does not fit waits, one that never will is infeasible, and a restarted kubelet remembers', async () => {
  const node = (await lab.pod('grows')).spec.nodeName ?? '';
  const cpus = Number(await lab.run('get', 'node', node, '-o', 'jsonpath={.status.allocatable.cpu}'));
  const quota = async () => (await lab.sh('grows/main', CGROUP)).split(' ')[2];
  const shares = await quota();
  const resize = (cpu: string) =>
    lab.run(
      ...['patch', 'pod', 'grows', '--subresource=resize', '-p'],
      JSON.stringify({ spec: { containers: [{ name: 'main', resources: { requests: { cpu }, limits: { cpu } } }] } }),
    );
  const pending = async (reason: string, message: RegExp) => {
    const seen = await lab.until('grows', ({ status }) =>
      assert.equal(status?.conditions?.find(({ type }) => type === 'PodResizePending')?.reason, reason),
    );
    assert.match(seen.status?.conditions?.find(({ type }) => type === 'PodResizePending')?.message ?? '', message);
    assert.equal(containerStatus(seen, 'main').allocatedResources?.['cpu'], '200m');
    assert.equal(await quota(), shares, 'nothing of it is in effect');
  };
  await resize(`${cpus * 50}`);
  await pending('Infeasible', /^Node didn't have enough resource: cpu, requested: \d+, used: \d+, capacity: \d+$/);
  await lab.untilEvent('grows', /^ResizeInfeasible Pod resize Infeasible: \{/);

  // All of the node: possible, but not beside the others that ask for CPU.
  await lab.apply(
    pod('beside', `nodeName: ${node}\n  containers: [${sleeper('main', 'resources: { requests: { cpu: 50m } }')}]`),
  );
  await lab.untilReady('beside');
  await resize(`${cpus}`);
  await pending('Deferred', /^Node didn't have enough resource: cpu/);

  await restartKubelet(lab.cluster, node);
  await pending('Deferred', /^Node didn't have enough resource: cpu/);

  await resize('300m');
  const granted = await lab.until('grows', (seen) =>
    assert.equal(containerStatus(seen, 'main').allocatedResources?.['cpu'], '300m'),
  );
  assert.equal(
    granted.status?.conditions?.find(({ type }) => type === 'PodResizePending'),
    undefined,
  );
  await eventually(async () => assert.equal(await quota(), '307'), { timeout: 30_000, interval: 500 });
  await lab.untilEvent('grows', /^ResizeCompleted Pod resize completed: \{/);
  assert.equal(containerStatus(granted, 'main').restartCount, 0);
});

/** Memory limit, CPU quota and shares (their weight's equivalent) as the container's own cgroup says, v1 or v2. */
const CGROUP = `cd /sys/fs/cgroup; if [ -f memory.max ]; then
  w=$(cat cpu.weight); echo "$(cat memory.max) $(cut -d' ' -f1 cpu.max) $(( (w - 1) * 262142 / 9999 + 2 ))"
else echo "$(cat memory/memory.limit_in_bytes) $(cat cpu/cpu.cfs_quota_us) $(cat cpu/cpu.shares)"; fi`;
