import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { ContainerConfig, LinuxContainerSecurityContext, NamespaceOption } from '@coxswain/cri';
import { containerSpec } from './container-spec.ts';
import type { DockerCreate } from './docker/docker-types.ts';
import { fromDockerLabels } from './labels.ts';

const EVERY = new Set(['SYS_RESOURCE', 'SYS_ADMIN', 'NET_ADMIN', 'BPF']);
const FEWER = new Set(['SYS_ADMIN', 'NET_ADMIN', 'BPF']);

const config: ContainerConfig = {
  metadata: { name: 'main', attempt: 2 },
  image: { image: 'sha256:1', annotations: {}, userSpecifiedImage: 'nginx', runtimeHandler: '', imageRef: '' },
  command: [],
  args: [],
  workingDir: '',
  envs: [],
  mounts: [],
  devices: [],
  labels: { l: '1' },
  annotations: { a: '2' },
  logPath: 'main/2.log',
  stdin: false,
  stdinOnce: false,
  tty: false,
  CDIDevices: [],
  stopSignal: 'RUNTIME_DEFAULT',
};
const namespaces: NamespaceOption = { network: 'POD', pid: 'CONTAINER', ipc: 'POD', targetId: '' };
const context: LinuxContainerSecurityContext = {
  privileged: false,
  runAsUsername: '',
  readonlyRootfs: false,
  supplementalGroups: [],
  supplementalGroupsPolicy: 'Merge',
  noNewPrivs: false,
  maskedPaths: [],
  readonlyPaths: [],
};
const NO_RESOURCES = {
  cpuPeriod: 0,
  cpuQuota: 0,
  cpuShares: 0,
  memoryLimitInBytes: 0,
  oomScoreAdj: 0,
  cpusetCpus: '',
  cpusetMems: '',
  hugepageLimits: [],
  unified: {},
  memorySwapLimitInBytes: 0,
};

function spec(
  change: Partial<ContainerConfig>,
  sandboxNamespaces: NamespaceOption | undefined = namespaces,
  capabilities: ReadonlySet<string> = EVERY,
): DockerCreate {
  return containerSpec({
    config: { ...config, ...change },
    metadata: { name: 'main', attempt: 2 },
    pod: { name: 'web', namespace: 'ns', uid: 'u', attempt: 0 },
    sandboxId: 'box',
    sandboxNamespaces,
    cgroupParent: '/kubepods/podu',
    logPath: '/var/log/pods/ns_web_u/main/2.log',
    resolvConf: '/root/resolv.conf',
    capabilities,
    readProfile: (path) => `{"from":"${path}"}`,
  });
}

const secured = (change: Partial<LinuxContainerSecurityContext>) => ({
  linux: { securityContext: { ...context, ...change } },
});

it('keeps the identity in labels and gets it back', () => {
  const { Labels } = spec({});
  const parsed = fromDockerLabels({ ...Labels, 'from.image': 'x' });
  assert.deepEqual(parsed?.labels, { l: '1' });
  assert.deepEqual(parsed?.annotations, { a: '2' });
  assert.deepEqual(parsed?.container, { name: 'main', attempt: 2 });
  assert.deepEqual([parsed?.sandboxId, parsed?.record.image], ['box', 'nginx']);
  assert.equal(fromDockerLabels({ 'io.kubernetes.docker.type': 'container' }), undefined);
});

it('leaves the image its command, and joins the sandbox', () => {
  const { Entrypoint, Cmd, User, HostConfig } = spec({});
  assert.deepEqual([Entrypoint, Cmd, User], [undefined, undefined, undefined]);
  const { NetworkMode, IpcMode, PidMode, CgroupParent, SecurityOpt, Mounts } = HostConfig;
  assert.deepEqual([NetworkMode, IpcMode, PidMode], ['container:box', 'container:box', undefined]);
  assert.equal(CgroupParent, '/kubepods/podu');
  assert.deepEqual(SecurityOpt, ['seccomp=unconfined']);
  assert.deepEqual(
    Mounts?.map(({ Source, Target }) => [Source, Target]),
    [['/root/resolv.conf', '/etc/resolv.conf']],
  );
});

it('translates each part', () => {
  const table: [Partial<ContainerConfig>, Partial<DockerCreate>][] = [
    [
      { command: ['a'], args: ['b'] },
      { Entrypoint: ['a'], Cmd: ['b'] },
    ],
    [{ envs: [{ key: 'K', value: 'a=b' }] }, { Env: ['K=a=b'] }],
    [
      { workingDir: '/w', tty: true, stdin: true },
      { WorkingDir: '/w', Tty: true, OpenStdin: true },
    ],
    [{ stopSignal: 'SIGRTMINPLUS3' }, { StopSignal: 'SIGRTMIN+3' }],
    [secured({ runAsUser: { value: 0 }, runAsGroup: { value: 5 } }), { User: '0:5' }],
    [secured({ runAsUsername: 'app' }), { User: 'app' }],
  ];
  for (const [change, expected] of table) {
    const got = spec(change) as unknown as Record<string, unknown>;
    for (const [key, value] of Object.entries(expected)) assert.deepEqual(got[key], value, key);
  }
  assert.throws(() => spec(secured({ runAsGroup: { value: 5 } })), /runAsGroup is specified without a runAsUser/);
});

it('translates host configuration', () => {
  const mount = {
    hostPath: '/h',
    containerPath: '/c',
    selinuxRelabel: false,
    uidMappings: [],
    gidMappings: [],
    imageSubPath: '',
  };
  const table: [Partial<ContainerConfig>, DockerCreate['HostConfig']][] = [
    [
      {
        linux: {
          resources: { ...NO_RESOURCES, cpuShares: 2, cpuQuota: -1, memoryLimitInBytes: 64, oomScoreAdj: -998 },
        },
      },
      { CpuShares: 2, CpuQuota: -1, Memory: 64, MemorySwap: 64, OomScoreAdj: -998 },
    ],
    [
      secured({ namespaceOptions: { ...namespaces, pid: 'POD', ipc: 'NODE' } }),
      { PidMode: 'container:box', IpcMode: 'host' },
    ],
    [secured({ namespaceOptions: { ...namespaces, pid: 'TARGET', targetId: 't' } }), { PidMode: 'container:t' }],
    [
      secured({ seccomp: { profileType: 'RuntimeDefault', localhostRef: '' }, noNewPrivs: true }),
      { SecurityOpt: ['no-new-privileges'] },
    ],
    [
      secured({ seccomp: { profileType: 'Localhost', localhostRef: '/p' } }),
      { SecurityOpt: ['seccomp={"from":"/p"}'] },
    ],
    [
      secured({
        capabilities: { addCapabilities: ['CAP_NET_ADMIN'], dropCapabilities: ['ALL'], addAmbientCapabilities: [] },
      }),
      { CapAdd: ['NET_ADMIN'], CapDrop: ['ALL'] },
    ],
    [secured({ privileged: true }), { Privileged: true }],
    [
      {
        mounts: [{ ...mount, readonly: true, recursiveReadOnly: false, propagation: 'PROPAGATION_HOST_TO_CONTAINER' }],
      },
      {
        Mounts: [
          {
            Type: 'bind',
            Source: '/h',
            Target: '/c',
            ReadOnly: true,
            BindOptions: { Propagation: 'rslave', ReadOnlyNonRecursive: true },
          },
          {
            Type: 'bind',
            Source: '/root/resolv.conf',
            Target: '/etc/resolv.conf',
            ReadOnly: false,
            BindOptions: { Propagation: 'rprivate' },
          },
        ],
      },
    ],
  ];
  for (const [change, expected] of table) {
    const got = spec(change).HostConfig as unknown as Record<string, unknown>;
    for (const [key, value] of Object.entries(expected)) assert.deepEqual(got[key], value, key);
  }
});

it('uses the node’s network as the sandbox does', () => {
  const { NetworkMode, UTSMode } = spec({}, { ...namespaces, network: 'NODE' }).HostConfig;
  assert.deepEqual([NetworkMode, UTSMode], ['host', 'host']);
});

it('asks for no more than the machine has', () => {
  const negative = { linux: { resources: { ...NO_RESOURCES, oomScoreAdj: -5 } } };
  assert.equal(spec(negative, namespaces, FEWER).HostConfig.OomScoreAdj, 0);
  const { Privileged, CapAdd, SecurityOpt } = spec(secured({ privileged: true }), namespaces, FEWER).HostConfig;
  assert.deepEqual([Privileged, CapAdd], [undefined, ['SYS_ADMIN', 'NET_ADMIN']]);
  assert.ok(SecurityOpt?.includes('apparmor=unconfined'));
  const all = { addCapabilities: ['ALL'], dropCapabilities: [], addAmbientCapabilities: [] };
  assert.deepEqual(spec(secured({ capabilities: all }), namespaces, FEWER).HostConfig.CapAdd, [
    'SYS_ADMIN',
    'NET_ADMIN',
  ]);
  assert.deepEqual(spec(secured({ capabilities: all })).HostConfig.CapAdd, ['ALL']);
});
