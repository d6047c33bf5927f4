import assert from 'node:assert/strict';
import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { it } from 'node:test';
import type { Volume } from '@coxswain/api';
import { systemClock } from '@coxswain/foundation';
import { temporaryFolder } from '@coxswain/foundation/testing';
import { noEvents } from '../events/pod-events.ts';
import { buildPod } from '../testing/build-pod.ts';
import { recursiveReadOnly } from './container-mounts.ts';
import { VolumeError } from './payload-files.ts';
import { podPaths } from './pod-paths.ts';
import { VolumeManager } from './volume-manager.ts';

async function setUp() {
  const root = temporaryFolder('volumes');
  const mounted: string[] = [];
  const events: string[] = [];
  const manager = new VolumeManager({
    paths: podPaths(root),
    references: {
      configMap: async (_, name) => (name === 'cm' ? { metadata: { name }, data: { a: '1', b: '2' } } : undefined),
      secret: async (_, name) =>
        name === 's' ? { metadata: { name }, data: { p: Buffer.from('x').toString('base64') } } : undefined,
    },
    tokens: { get: async () => 'token' },
    mounter: {
      list: async (prefix) => mounted.filter((path) => path.startsWith(prefix)),
      mountTmpfs: async (path) => void mounted.push(path),
      bind: async (_, path) => void mounted.push(path),
      unmount: async (path) => void mounted.splice(mounted.indexOf(path), 1),
    },
    events: { ...noEvents, pod: (_p, _t, reason, message) => events.push(`${reason} ${message}`) },
    clock: systemClock,
  });
  const context = { allocatable: {}, hostIPs: [], podIPs: [] };
  const mount = async (volume: Omit<Volume, 'name'>) => {
    const pod = buildPod('p', { volumes: [{ name: 'v', ...volume }] }, { uid: 'u', labels: { a: 'b' } });
    const volumes = await manager.setUp(pod, context, new AbortController().signal);
    return volumes.get('v') as string;
  };
  return { root, manager, mount, mounted, events };
}

it('makes an emptyDir that anyone may write, once', async () => {
  const { mount } = await setUp();
  const path = await mount({ emptyDir: {} });
  assert.equal((await stat(path)).mode & 0o777, 0o777);
  await writeFile(join(path, 'kept'), '');
  assert.deepEqual(await readdir(await mount({ emptyDir: {} })), ['kept']);
});

it('keeps secrets and memory off the disk, and unmounts them', async () => {
  const { mount, mounted, manager, root } = await setUp();
  const secret = await mount({ secret: { secretName: 's', defaultMode: 0o400 } });
  const memory = await mount({ emptyDir: { medium: 'Memory' } });
  assert.deepEqual(mounted, [secret, memory]);
  assert.equal(await readFile(join(secret, 'p'), 'utf8'), 'x');
  assert.equal((await stat(join(secret, 'p'))).mode & 0o777, 0o400);
  await assert.rejects(mount({ emptyDir: { medium: 'HugePages' } }), /hugePages storage requested/);
  await manager.removeFolder('u');
  assert.deepEqual(mounted, []);
  assert.deepEqual(await readdir(join(root, 'pods')), []);
});

it('projects several sources into one folder', async () => {
  const { mount } = await setUp();
  const path = await mount({
    projected: {
      sources: [
        { configMap: { name: 'cm', items: [{ key: 'a', path: 'deep/a' }] } },
        { secret: { name: 's' } },
        { downwardAPI: { items: [{ path: 'labels', fieldRef: { fieldPath: 'metadata.labels' } }] } },
        { serviceAccountToken: { path: 'token' } },
      ],
    },
  });
  const read = (name: string) => readFile(join(path, name), 'utf8');
  assert.deepEqual(await Promise.all(['deep/a', 'p', 'labels', 'token'].map(read)), ['1', 'x', 'a="b"', 'token']);
});

for (const [name, volume, message] of [
  ['a config map', { configMap: { name: 'no' } }, 'configmap "no" not found'],
  ['a secret', { secret: { secretName: 'no' } }, 'secret "no" not found'],
  [
    'a key',
    { configMap: { name: 'cm', items: [{ key: 'z', path: 'z' }] } },
    'configmap references non-existent config key: z',
  ],
  [
    'a folder of the host',
    { hostPath: { path: '/no/such', type: 'Directory' } },
    'hostPath type check failed: /no/such is not a directory',
  ],
  ['a plugin', { nfs: { server: 'a', path: '/' } }, 'no volume plugin matched'],
] as [string, Omit<Volume, 'name'>, string][]) {
  it(`says that ${name} is missing`, async () => {
    const { mount, events } = await setUp();
    await assert.rejects(mount(volume), VolumeError);
    assert.deepEqual(events, [`FailedMount MountVolume.SetUp failed for volume "v" : ${message}`]);
  });
}

it('leaves optional sources empty', async () => {
  const { mount } = await setUp();
  const path = await mount({ configMap: { name: 'no', optional: true } });
  assert.deepEqual(
    (await readdir(path)).filter((name) => !name.startsWith('..')),
    [],
  );
});

for (const [mode, more, supported, wanted] of [
  ['Enabled', {}, true, true],
  ['IfPossible', {}, true, true],
  ['IfPossible', {}, false, false],
  ['Disabled', {}, true, false],
  ['Enabled', {}, false, /volume "v" requested recursive read-only mode, but it is not supported by the runtime/],
  ['Enabled', { readOnly: false }, true, /not read-only/],
  ['Enabled', { mountPropagation: 'HostToContainer' }, true, /not compatible with propagation "HostToContainer"/],
] as const)
  it(`makes a mount read-only throughout: ${mode} ${JSON.stringify(more)} ${supported}`, () => {
    const mount = { name: 'v', mountPath: '/m', readOnly: true, recursiveReadOnly: mode, ...more };
    const decide = () => recursiveReadOnly(mount, supported);
    if (typeof wanted === 'boolean') assert.equal(decide(), wanted);
    else assert.throws(decide, wanted);
  });
