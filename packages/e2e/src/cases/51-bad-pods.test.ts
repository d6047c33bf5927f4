import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { eventually } from '@coxswain/foundation/testing';
import { ComposeCluster } from '../harness/compose-cluster.ts';
import { Lab } from '../harness/lab.ts';
import { busybox, podManifest as pod, sleeper } from '../harness/manifests.ts';

const NAMESPACE = 'bad-pods';
const container = (fields: string) => `containers: [{ name: main, image: "busybox:1.36", ${fields} }]`;

interface BadPod {
  readonly spec: string;
  /** What `kubectl describe` must say, each somewhere. */
  readonly describe: readonly RegExp[];
  /** What the STATUS column of `kubectl get` says, some time. */
  readonly status: RegExp;
}

const PODS: Readonly<Record<string, BadPod>> = {
  'no-image': {
    spec: 'containers: [{ name: main, image: "registry.invalid/nothing/here:1" }]',
    describe: [
      /Reason: +(ErrImagePull|ImagePullBackOff)/,
      /Normal +Pulling .*Pulling image "registry\.invalid\/nothing\/here:1"/,
      /Warning +Failed .*Failed to pull image "registry\.invalid\/nothing\/here:1": /,
      /Warning +Failed .*Error: ErrImagePull/,
      /Normal +BackOff .*Back-off pulling image "registry\.invalid\/nothing\/here:1"/,
      /Warning +Failed .*Error: ImagePullBackOff/,
    ],
    status: /ErrImagePull|ImagePullBackOff/,
  },
  'never-pulled': {
    spec: 'containers: [{ name: main, image: "not-here:1", imagePullPolicy: Never }]',
    describe: [
      /Reason: +ErrImageNeverPull/,
      /Warning +ErrImageNeverPull .*Container image "not-here:1" is not present with pull policy of Never/,
    ],
    status: /ErrImageNeverPull/,
  },
  'bad-image-name': {
    spec: 'containers: [{ name: main, image: "NOT/A/Name:1" }]',
    describe: [
      /Reason: +InvalidImageName/,
      /Warning +InspectFailed .*Failed to apply default image tag "NOT\/A\/Name:1"/,
    ],
    status: /InvalidImageName/,
  },
  'no-user-namespace': {
    spec: `hostUsers: false\n  ${container('command: [sleep, "9"], securityContext: { procMount: Unmasked }')}`,
    describe: [
      /Warning +FailedCreatePodSandBox .*Failed to create pod sandbox: can't set `spec\.hostUsers: false`, runtime does not support user namespaces/,
    ],
    status: /ContainerCreating/,
  },
  'no-target': {
    spec: `volumes: [{ name: v, emptyDir: {} }]\n  containers: [${sleeper('main', 'volumeMounts: [{ name: v, mountPath: /v, subPathExpr: "$(NONE)" }]')}]`,
    describe: [/Reason: +CreateContainerConfigError/, /Warning +Failed .*Error: missing value for "NONE"/],
    status: /CreateContainerConfigError/,
  },
  escapes: {
    spec: `volumes: [{ name: v, emptyDir: {} }]\n  initContainers: [${busybox('link', 'ln -s / /v/out', 'volumeMounts: [{ name: v, mountPath: /v }]')}]
  containers: [${sleeper('main', 'volumeMounts: [{ name: v, mountPath: /v, subPath: out/etc }]')}]`,
    describe: [
      /Reason: +CreateContainerConfigError/,
      /Warning +Failed .*Error: failed to prepare subPath for volumeMount "v" of container "main"/,
    ],
    status: /CreateContainerConfigError/,
  },
  'no-command': {
    spec: container('command: [no-such-program]'),
    describe: [
      /Reason: +(RunContainerError|StartError|CrashLoopBackOff|ContainerCannotRun)/,
      /Warning +Failed .*Error: failed to start container "main": .*exec: "no-such-program": executable file not found in \$PATH/,
    ],
    status: /RunContainerError|CrashLoopBackOff|StartError/,
  },
  'no-such-capability': {
    spec: container('command: [sleep, "9"], securityContext: { capabilities: { add: [NO_SUCH] } }'),
    describe: [
      /Reason: +CreateContainerError/,
      /Warning +Failed .*Error: invalid CapAdd: unknown capability: "CAP_NO_SUCH"/,
    ],
    status: /CreateContainerError/,
  },
  'no-profile': {
    spec: container(
      'command: [sleep, "9"], securityContext: { seccompProfile: { type: Localhost, localhostProfile: none.json } }',
    ),
    describe: [
      /Reason: +CreateContainerError/,
      /Warning +Failed .*cannot load seccomp profile "\/var\/lib\/kubelet\/seccomp\/none\.json": open .*: no such file or directory/,
    ],
    status: /CreateContainerError/,
  },
  'unnamed-port': {
    spec: container('command: [sleep, "86400"], readinessProbe: { tcpSocket: { port: web }, periodSeconds: 1 }'),
    describe: [
      /Warning +Unhealthy .*Readiness probe errored and resulted in unknown state: strconv\.Atoi: parsing "web": invalid syntax/,
    ],
    status: /Running/,
  },
  'long-name': {
    spec: `hostname: ${'h'.repeat(40)}\n  subdomain: ${'s'.repeat(40)}\n  setHostnameAsFQDN: true\n  ${container('command: [sleep, "9"]')}`,
    describe: [
      /Warning +FailedCreatePodSandBox .*Failed to create pod sandbox: failed to construct FQDN from pod hostname and cluster domain, FQDN h+\.s+\.bad-pods\.svc\.cluster\.local is too long \(64 characters is the max, \d+ characters requested\)/,
    ],
    status: /ContainerCreating/,
  },
  'other-system': {
    spec: `nodeName: node-1\n  os: { name: windows }\n  ${container('command: [sleep, "9"]')}`,
    describe: [
      /^Reason: +PodOSNotSupported/m,
      /^Message: +Pod was rejected: Failed to admit pod as the OS field doesn't match node OS/m,
    ],
    status: /PodOSNotSupported/,
  },
  'no-handler': {
    spec: `nodeName: node-1\n  runtimeClassName: bad-pods-handler\n  ${container('command: [sleep, "9"]')}`,
    describe: [/Warning +FailedCreatePodSandBox .*Failed to create pod sandbox: RuntimeHandler "vm" not supported/],
    status: /ContainerCreating/,
  },
  'no-permission': {
    spec: container('command: [/etc/passwd]'),
    describe: [/Warning +Failed .*Error: .*exec: "\/etc\/passwd": permission denied/],
    status: /RunContainerError|CrashLoopBackOff|StartError/,
  },
  'failing-init': {
    spec: `restartPolicy: Never\n  initContainers: [${busybox('prepare', 'echo broken; exit 7')}]\n  containers: [${sleeper()}]`,
    describe: [/^Status: +Failed/m, /Exit Code: +7/, /Reason: +PodInitializing/],
    status: /Init:Error/,
  },
  'crashing-init': {
    spec: `initContainers: [${busybox('prepare', 'exit 7')}]\n  containers: [${sleeper()}]`,
    describe: [
      /Reason: +CrashLoopBackOff/,
      /Warning +BackOff .*Back-off restarting failed container prepare in pod crashing-init_bad-pods\(/,
    ],
    status: /Init:(Error|CrashLoopBackOff)/,
  },
  'no-volume': {
    spec: `volumes: [{ name: v, secret: { secretName: absent } }]\n  containers: [${sleeper('main', 'volumeMounts: [{ name: v, mountPath: /v }]')}]`,
    describe: [/Warning +FailedMount .*MountVolume\.SetUp failed for volume "v" : secret "absent" not found/],
    status: /ContainerCreating/,
  },
  'no-claim': {
    spec: `nodeName: node-1\n  volumes: [{ name: v, persistentVolumeClaim: { claimName: absent } }]\n  containers: [${sleeper('main', 'volumeMounts: [{ name: v, mountPath: /v }]')}]`,
    describe: [/Warning +FailedMount .*persistentvolumeclaim "absent" not found/],
    status: /ContainerCreating/,
  },
  'no-config': {
    spec: container('envFrom: [{ configMapRef: { name: absent } }]'),
    describe: [/Reason: +CreateContainerConfigError/, /Warning +Failed .*Error: configmap "absent" not found/],
    status: /CreateContainerConfigError/,
  },
  root: {
    spec: container('command: [sleep, "9"], securityContext: { runAsNonRoot: true }'),
    describe: [
      /Reason: +CreateContainerConfigError/,
      /Warning +Failed .*Error: container has runAsNonRoot and image will run as root/,
    ],
    status: /CreateContainerConfigError/,
  },
  greedy: {
    spec: `nodeName: node-1\n  ${container('command: [sleep, "9"], resources: { requests: { cpu: "1000" } }')}`,
    describe: [
      /^Status: +Failed/m,
      /^Reason: +OutOfcpu/m,
      /^Message: +Pod was rejected: Node didn't have enough resource: cpu, requested: 1000000, used: \d+, capacity: \d+/m,
      /Warning +OutOfcpu .*Node didn't have enough resource: cpu/,
    ],
    status: /OutOfcpu/,
  },
  misplaced: {
    spec: `nodeName: node-1\n  nodeSelector: { no-such: label }\n  ${container('command: [sleep, "9"]')}`,
    describe: [
      /^Reason: +NodeAffinity/m,
      /^Message: +Pod was rejected: Predicate NodeAffinity failed: node\(s\) didn't match Pod's node affinity\/selector/m,
    ],
    status: /NodeAffinity/,
  },
  unschedulable: {
    spec: container('command: [sleep, "9"], resources: { requests: { cpu: "1000" } }'),
    describe: [/^Status: +Pending/m, /Warning +FailedScheduling .*0\/2 nodes are available: .*Insufficient cpu/],
    status: /Pending/,
  },
  'over-memory': {
    spec: container('command: [sh, -c, "tail /dev/zero"], resources: { limits: { memory: 16Mi } }'),
    describe: [/Reason: +OOMKilled/, /Exit Code: +137/],
    status: /OOMKilled|CrashLoopBackOff/,
  },
  deaf: {
    spec: container('command: [sleep, "86400"], readinessProbe: { tcpSocket: { port: 81 }, periodSeconds: 1 }'),
    describe: [
      /Warning +Unhealthy .*Readiness probe failed: dial tcp 10\.244\.\d+\.\d+:81: connect: connection refused/,
    ],
    status: /Running/,
  },
  unhealthy: {
    spec: container(
      'command: [sleep, "86400"], livenessProbe: { httpGet: { path: /, port: 82 }, periodSeconds: 1, failureThreshold: 2 }',
    ),
    describe: [
      /Warning +Unhealthy .*Liveness probe failed: Get "http:\/\/10\.244\.\d+\.\d+:82\/": dial tcp 10\.244\.\d+\.\d+:82: connect: connection refused/,
      /Normal +Killing .*Container main failed liveness probe, will be restarted/,
    ],
    status: /Running|CrashLoopBackOff/,
  },
  'bad-hook': {
    spec: container(
      'command: [sleep, "86400"], lifecycle: { postStart: { exec: { command: [sh, -c, "echo sorry; exit 3"] } } }',
    ),
    describe: [/Warning +FailedPostStartHook .*PostStartHook failed/, /Normal +Killing .*FailedPostStartHook/],
    status: /PostStartHookError|CrashLoopBackOff/,
  },
};

let lab: Lab;
before(async () => {
  lab = await Lab.open(await ComposeCluster.up(2), NAMESPACE);
  await lab.apply(
    '\n---\napiVersion: node.k8s.io/v1\nkind: RuntimeClass\nmetadata: { name: bad-pods-handler }\nhandler: vm\n',
  );
  await lab.apply(
    Object.entries(PODS)
      .map(([name, { spec }]) => pod(name, spec))
      .join(''),
  );
});
after(async () => {
  await lab.try(['delete', 'runtimeclass', 'bad-pods-handler']);
  await lab.close();
});

describe('bad pods', { concurrency: true }, () => {
  for (const [name, { describe: wanted, status }] of Object.entries(PODS))
    test(name, async () => {
      const left = new Set(wanted);
      let text = '';
      let column = '';
      let seen = false;
      await eventually(
        async () => {
          text = await lab.run('describe', 'pod', name);
          column = (await lab.run('get', 'pod', name, '--no-headers')).split(/ +/)[2] ?? '';
          seen ||= status.test(column);
          for (const each of left) if (each.test(text)) left.delete(each);
          if (!seen || left.size > 0)
            throw new Error(`${column} is not ${status}, or no ${[...left].join(', ')} in\n${text}`);
        },
        { timeout: 120_000, interval: 2000 },
      );
    });
});

test('all of them can be deleted', async () => {
  await lab.try(['delete', 'pods', '--all', '--wait=false']);
  await eventually(async () => assert.equal(await lab.run('get', 'pods', '-o', 'name'), ''), {
    timeout: 90_000,
    interval: 500,
  });
});
