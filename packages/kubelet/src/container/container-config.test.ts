import assert from 'node:assert/strict';
import { it } from 'node:test';
import { buildContainer, buildPod } from '../testing/build-pod.ts';
import { cgroupParent } from './cgroup-parent.ts';
import { containerConfig } from './container-config.ts';
import { ContainerConfigError } from './make-environment.ts';
import { sandboxConfig } from './sandbox-config.ts';
import { containerSecurity } from './security-context.ts';
import { fromRuntimeSignal, toRuntimeSignal } from './stop-signal.ts';

const settings = {
  dns: { servers: ['10.96.0.10'], domain: 'cluster.local', node: { servers: [], searches: [], options: [] } },
  logs: { pods: '/var/log/pods', containers: '/var/log/containers' },
  cgroups: { perQos: false, root: '/', driver: 'cgroupfs' as const },
};

it('describes a sandbox', () => {
  const pod = buildPod(
    'web',
    { containers: [buildContainer('c', { ports: [{ containerPort: 80, hostPort: 8080, protocol: 'TCP' }] })] },
    { uid: 'u1', labels: { app: 'web' } },
  );
  const config = sandboxConfig(pod, 2, settings);
  assert.deepEqual(config.metadata, { name: 'web', namespace: 'default', uid: 'u1', attempt: 2 });
  assert.equal(config.logDirectory, '/var/log/pods/default_web_u1');
  assert.equal(config.hostname, 'web');
  assert.equal(config.labels?.['app'], 'web');
  assert.deepEqual(config.portMappings, [{ protocol: 'TCP', containerPort: 80, hostPort: 8080, hostIp: '' }]);
  const onHost = sandboxConfig({ ...pod, spec: { ...pod.spec, hostNetwork: true } }, 0, settings);
  assert.deepEqual([onHost.hostname, onHost.portMappings], ['', []]);
  assert.equal(onHost.linux?.securityContext?.namespaceOptions?.network, 'NODE');
});

it('describes a container', () => {
  const container = buildContainer('c', { command: ['sh', '-c', 'echo $(WHO) $$(WHO)'], args: ['$(NOPE)'] });
  const config = containerConfig(buildPod('web', { containers: [container] }), container, {
    attempt: 3,
    imageRef: 'sha256:1',
    imageUser: { uid: undefined, username: '' },
    env: [{ key: 'WHO', value: 'me' }],
    mounts: [],
    resources: {},
  });
  assert.deepEqual([config.command, config.args], [['sh', '-c', 'echo me $(WHO)'], ['$(NOPE)']]);
  assert.equal(config.logPath, 'c/3.log');
  assert.equal(config.annotations?.['io.kubernetes.container.restartCount'], '3');
});

it('names the stop signal as the protocol does', () => {
  for (const [stopSignal, want] of [
    ['SIGUSR1', 'SIGUSR1'],
    ['SIGRTMIN+3', 'SIGRTMINPLUS3'],
    ['SIGRTMAX-14', 'SIGRTMAXMINUS14'],
    [undefined, 'RUNTIME_DEFAULT'],
  ] as const) {
    assert.equal(toRuntimeSignal(stopSignal), want);
    assert.equal(fromRuntimeSignal(want), stopSignal);
  }
});

const nobody = { uid: undefined, username: '' };

it('merges security contexts', () => {
  const container = buildContainer('c', {
    securityContext: { runAsUser: 7, capabilities: { add: ['NET_ADMIN'] }, allowPrivilegeEscalation: false },
  });
  const pod = buildPod('p', { securityContext: { runAsUser: 5, runAsGroup: 6, fsGroup: 9, supplementalGroups: [8] } });
  const made = containerSecurity(pod, container, nobody);
  assert.deepEqual([made.runAsUser, made.runAsGroup], [{ value: 7 }, { value: 6 }]);
  assert.deepEqual([made.supplementalGroups, made.noNewPrivs], [[8, 9], true]);
  assert.deepEqual(made.capabilities?.addCapabilities, ['NET_ADMIN']);
});

it('refuses root where root is refused', () => {
  const container = buildContainer('c', { securityContext: { runAsNonRoot: true } });
  const pod = buildPod('p');
  assert.throws(() => containerSecurity(pod, container, nobody), ContainerConfigError);
  assert.throws(
    () => containerSecurity(pod, container, { uid: undefined, username: 'web' }),
    /non-numeric user \(web\)/,
  );
  containerSecurity(pod, container, { uid: 1000, username: '' });
});

it('spells the pod cgroup in the way of the driver', () => {
  const pod = buildPod('p', {}, { uid: 'a-b' });
  assert.equal(cgroupParent(pod, { perQos: true, root: '/', driver: 'cgroupfs' }), '/kubepods/besteffort/poda-b');
  assert.equal(cgroupParent(pod, { perQos: true, root: '/', driver: 'systemd' }), 'kubepods-besteffort-poda_b.slice');
});
