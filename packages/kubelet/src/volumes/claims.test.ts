import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it } from 'node:test';
import {
  type PersistentVolume,
  type PersistentVolumeClaim,
  type Pod,
  persistentVolumeClaimKind,
  persistentVolumeKind,
  podKind,
} from '@coxswain/api';
import { FakeApiClient } from '@coxswain/client/testing';
import { eventually } from '@coxswain/foundation/testing';
import { buildContainer, buildPod } from '../testing/build-pod.ts';
import { startTestKubelet } from '../testing/start-test-kubelet.ts';
import { setVolumeOwnership } from './set-ownership.ts';

const isReady = (pod: Pod) => pod.status?.conditions?.find(({ type }) => type === 'Ready')?.status === 'True';

function claim(name: string, more: Partial<PersistentVolumeClaim> = {}): PersistentVolumeClaim {
  return {
    metadata: { name, namespace: 'default', uid: `uid-${name}` },
    spec: { volumeName: `pv-${name}` },
    status: { phase: 'Bound' },
    ...more,
  } as PersistentVolumeClaim;
}

function volume(name: string, spec: Partial<PersistentVolume['spec']>): PersistentVolume {
  return { metadata: { name: `pv-${name}` }, spec: { claimRef: { uid: `uid-${name}` }, ...spec } } as PersistentVolume;
}

it('mounts hostPath and local volumes behind claims, and waits for what is not bound', async (t) => {
  const root = await mkdtemp(join(tmpdir(), 'claims-'));
  t.after(() => rm(root, { recursive: true }));
  await mkdir(join(root, 'local'));
  const api = new FakeApiClient();
  const kubelet = await startTestKubelet({ api });
  t.after(() => kubelet.stop());
  const { until, events, runtime } = kubelet;
  api.add(persistentVolumeKind, volume('a', { hostPath: { path: join(root, 'a'), type: 'DirectoryOrCreate' } }));
  api.add(persistentVolumeKind, volume('p-scratch', { local: { path: join(root, 'local') } }));
  const pod = buildPod('p', {
    volumes: [
      { name: 'data', persistentVolumeClaim: { claimName: 'a', readOnly: true } },
      { name: 'scratch', ephemeral: {} },
    ],
    containers: [
      buildContainer('main', {
        volumeMounts: [
          { name: 'data', mountPath: '/data' },
          { name: 'scratch', mountPath: '/scratch' },
        ],
      }),
    ],
  });
  const uid = pod.metadata.uid as string;
  api.add(persistentVolumeClaimKind, claim('a', { status: { phase: 'Pending' } }));
  api.add(podKind, pod);
  await eventually(() => events.some((text) => /FailedMount .*"data" : .*PVC is not bound/.test(text)));
  await eventually(() => events.some((text) => /persistentvolumeclaim "p-scratch" not found/.test(text)));
  api.change(persistentVolumeClaimKind, 'default/a', (found) => {
    found.status = { phase: 'Bound' };
  });
  api.add(
    persistentVolumeClaimKind,
    claim('p-scratch', {
      metadata: {
        name: 'p-scratch',
        namespace: 'default',
        uid: 'uid-p-scratch',
        ownerReferences: [{ apiVersion: 'v1', kind: 'Pod', name: 'p', uid, controller: true }],
      },
    }),
  );
  await until('default/p', isReady);
  const mounts = runtime.containersOfPod(uid)[0]?.config.mounts ?? [];
  const of = (path: string) => mounts.find(({ containerPath }) => containerPath === path);
  assert.deepEqual([of('/data')?.hostPath, of('/data')?.readonly], [join(root, 'a'), true]);
  assert.deepEqual([of('/scratch')?.hostPath, of('/scratch')?.readonly], [join(root, 'local'), false]);
});

it('refuses a claim that was not made for the pod', async (t) => {
  const { api, events, stop } = await startTestKubelet();
  t.after(stop);
  api.add(persistentVolumeClaimKind, claim('q-scratch'));
  api.add(podKind, buildPod('q', { volumes: [{ name: 'scratch', ephemeral: {} }] }));
  await eventually(() => events.some((text) => /PVC default\/q-scratch was not created for pod default\/q/.test(text)));
});

it('gives nothing outside of a volume to its group, whatever is exchanged meanwhile', async (t) => {
  const root = await mkdtemp(join(tmpdir(), 'owned-'));
  const [volume, outside] = [join(root, 'volume'), join(root, 'outside')];
  await Promise.all([mkdir(volume), mkdir(outside)]);
  await writeFile(join(outside, 'f'), '', { mode: 0o600 });
  execFileSync('mkfifo', [join(volume, 'pipe')]);
  const exchanger = spawn('sh', [
    '-c',
    `cd ${volume}; while true; do mkdir a; : > a/f; rm -r a; ln -s ../outside a; rm a; ln -s ../outside/f b; rm b; : > b; rm b; done`,
  ]);
  t.after(async () => {
    const ended = once(exchanger, 'exit');
    exchanger.kill('SIGKILL');
    await ended;
    // What it had started last may still make or remove one thing.
    await eventually(() => rm(root, { recursive: true, force: true }).then(() => true));
  });
  for (let round = 0; round < 100; round++) await setVolumeOwnership(volume, 2000, false);
  assert.deepEqual([(await stat(outside)).gid, (await stat(join(outside, 'f'))).gid], [0, 0]);
  assert.equal((await stat(join(outside, 'f'))).mode & 0o777, 0o600);
  assert.equal((await stat(join(volume, 'pipe'))).gid, 2000);
});

it('gives a volume to its group', async (t) => {
  const root = await mkdtemp(join(tmpdir(), 'owned-'));
  t.after(() => rm(root, { recursive: true }));
  await writeFile(join(root, 'f'), '', { mode: 0o600 });
  await setVolumeOwnership(root, 2000, false);
  const [folder, file] = await Promise.all([stat(root), stat(join(root, 'f'))]);
  assert.deepEqual([folder.gid, file.gid, file.mode & 0o777], [2000, 2000, 0o660]);
  assert.equal(folder.mode & 0o2070, 0o2070);
});
