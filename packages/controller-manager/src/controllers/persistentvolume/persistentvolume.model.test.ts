import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  BIND_COMPLETED,
  isVolumeFor,
  type Kind,
  objectKey,
  type PersistentVolume,
  type PersistentVolumeClaim,
  parseQuantity,
  persistentVolumeClaimKind,
  persistentVolumeKind,
  SELECTED_NODE,
  storageClassKind,
} from '@coxswain/api';
import { FakeApiClient } from '@coxswain/client/testing';
import { FakeClock } from '@coxswain/foundation/testing';
import { type Choices, LateController, randomAsyncHistories } from '../../testing/index.ts';
import { PROVISIONED_BY } from './annotations.ts';
import { createPersistentVolumeBinder } from './persistentvolume-binder.ts';

const KINDS = [persistentVolumeClaimKind, persistentVolumeKind, storageClassKind] as unknown as Kind[];
const LATE = 'late';

/** A server, its users and administrators, and a binder that sees it late. */
class Model {
  readonly client = new FakeApiClient({ clock: new FakeClock() });
  readonly ended = new AbortController();
  readonly #random: Choices;
  readonly binder: LateController;
  readonly #boundTo = new Map<string, string>();
  #next = 0;
  #calm = false;

  constructor(random: Choices) {
    this.#random = random;
    for (const [name, volumeBindingMode] of [
      ['slow', 'Immediate'],
      [LATE, 'WaitForFirstConsumer'],
    ] as const)
      this.client.add(storageClassKind, { metadata: { name }, provisioner: 'example.com/disk', volumeBindingMode });
    this.client.react('*', '*', async ({ verb, resource, body }) => {
      if (verb === 'watch') return;
      this.#check();
      assert.notEqual(verb, 'delete', `${resource} are not the binder's to delete`);
      if (!this.#calm && random.chance(0.1)) {
        this.disturb();
        await this.binder.events.settle();
      }
      if (verb === 'update' && resource === 'persistentvolumes') this.#checkChoice(body as PersistentVolume);
    });
    const { client } = this;
    const create = createPersistentVolumeBinder;
    this.binder = new LateController({ client, kinds: KINDS, random, signal: this.ended.signal, create });
  }

  claims(): PersistentVolumeClaim[] {
    return this.client.objects(persistentVolumeClaimKind);
  }

  volumes(): PersistentVolume[] {
    return this.client.objects(persistentVolumeKind);
  }

  addVolume(): void {
    const { of, chance } = this.#random;
    const annotations = chance(0.5) ? { [PROVISIONED_BY]: 'example.com/disk' } : {};
    const name = `v${this.#next++}`;
    this.client.add(persistentVolumeKind, {
      metadata: { name, uid: name, labels: { disk: of(['x', 'y']) ?? '' }, annotations },
      spec: {
        accessModes: of([['ReadWriteOnce'], ['ReadWriteOnce', 'ReadWriteMany']]) ?? [],
        capacity: { storage: of(['5Gi', '1Gi', '9000Mi']) ?? '' },
        storageClassName: of(['slow', 'slow', LATE]) ?? '',
        volumeMode: chance(0.9) ? 'Filesystem' : 'Block',
        persistentVolumeReclaimPolicy: of(['Retain', 'Delete', 'Recycle']) ?? '',
        ...(chance(0.2) ? { claimRef: { namespace: 'default', name: `c${this.#random.below(5)}` } } : {}),
      },
    });
  }

  addClaim(): void {
    const { of, chance } = this.#random;
    const name = `c${this.#random.below(5)}`;
    if (this.client.object(persistentVolumeClaimKind, `default/${name}`)) return;
    const asked = chance(0.2) ? of(this.volumes())?.metadata.name : undefined;
    this.client.add(persistentVolumeClaimKind, {
      metadata: { name, namespace: 'default', uid: `${name}-${this.#next++}` },
      spec: {
        accessModes: [chance(0.8) ? 'ReadWriteOnce' : 'ReadWriteMany'],
        resources: { requests: { storage: of(['1Gi', '1Gi', '2Gi', '8Gi']) ?? '' } },
        storageClassName: of(['slow', 'slow', LATE]) ?? '',
        volumeMode: chance(0.9) ? 'Filesystem' : 'Block',
        ...(chance(0.2) ? { selector: { matchLabels: { disk: 'x' } } } : {}),
        ...(asked === undefined ? {} : { volumeName: asked }),
      },
      status: { phase: 'Pending' },
    });
  }

  /** Something that users, administrators or the scheduler do. */
  disturb(): void {
    const what = this.#random.below(10);
    const claim = this.#random.of(this.claims());
    const volume = this.#random.of(this.volumes());
    if (what < 3) this.addVolume();
    else if (what < 6) this.addClaim();
    else if (what === 6 && claim) this.client.remove(persistentVolumeClaimKind, objectKey(claim));
    else if (what === 7 && volume && this.#random.chance(0.5))
      this.client.remove(persistentVolumeKind, volume.metadata.name);
    else if (what === 7 && volume?.status?.phase === 'Released')
      this.client.change(persistentVolumeKind, volume.metadata.name, ({ spec }) => delete spec.claimRef);
    else if (what === 8 && claim)
      this.client.change(persistentVolumeClaimKind, objectKey(claim), ({ metadata }) => {
        metadata.annotations = { ...metadata.annotations, [SELECTED_NODE]: 'a' };
      });
    else if (what === 9 && claim && !claim.spec.volumeName && volume && !volume.spec.claimRef)
      this.client.change(persistentVolumeClaimKind, objectKey(claim), ({ spec }) =>
        Object.assign(spec, { volumeName: volume.metadata.name }),
      );
  }

  async calm(): Promise<void> {
    this.#calm = true;
    await this.binder.rest();
    this.ended.abort();
    this.#check();
  }

  /** At every moment: no volume serves two claims, and no claim moves from one volume to another. */
  #check(): void {
    const taken = new Set<string>();
    for (const { metadata, spec } of this.claims()) {
      if (metadata.annotations?.[BIND_COMPLETED] === undefined) continue;
      const { uid = '' } = metadata;
      const { volumeName = '' } = spec;
      assert.ok(!taken.has(volumeName), `${volumeName} is bound twice`);
      taken.add(volumeName);
      assert.equal(this.#boundTo.get(uid) ?? volumeName, volumeName, `${uid} has moved`);
      this.#boundTo.set(uid, volumeName);
    }
  }

  /** A volume is given to no claim that it doesn't fit, and never from one to another. */
  #checkChoice(next: PersistentVolume): void {
    const { claimRef } = next.spec;
    const volume = this.client.object(persistentVolumeKind, next.metadata.name);
    const { resourceVersion } = volume?.metadata ?? {};
    if (!claimRef?.uid || (next.metadata.resourceVersion ?? resourceVersion) !== resourceVersion) return;
    const before = volume?.spec.claimRef?.uid;
    assert.ok(before === undefined || before === claimRef.uid, `${next.metadata.name} is taken from ${before}`);
    const claim = this.claims().find(({ metadata }) => metadata.uid === claimRef.uid);
    if (volume && claim) assert.deepEqual(misfits(claim, volume), [], `${next.metadata.name} for ${claimRef.name}`);
  }

  checkEnd(): void {
    for (const volume of this.volumes()) {
      const { metadata, spec, status } = volume;
      const claim = this.claims().find((each) => each.metadata.uid === spec.claimRef?.uid);
      if (claim && claim.spec.volumeName !== metadata.name) {
        assert.ok(
          metadata.annotations?.[PROVISIONED_BY] && spec.persistentVolumeReclaimPolicy === 'Delete',
          metadata.name,
        );
        assert.equal(status?.phase, 'Released', `${metadata.name}, whose claim took another`);
        continue;
      }
      const kept = spec.persistentVolumeReclaimPolicy === 'Retain' || metadata.annotations?.[PROVISIONED_BY];
      const phase = !spec.claimRef?.uid ? 'Available' : claim ? 'Bound' : kept ? 'Released' : 'Failed';
      assert.equal(status?.phase, phase, `${metadata.name} of ${spec.claimRef?.uid}`);
    }
    for (const claim of this.claims()) {
      const { name, uid, annotations } = claim.metadata;
      const own = this.volumes().filter(({ spec, status }) => spec.claimRef?.uid === uid && status?.phase === 'Bound');
      assert.ok(own.length < 2, `${name} has ${own.length} volumes`);
      const lost = annotations?.[BIND_COMPLETED] !== undefined;
      assert.equal(claim.status?.phase, own.length > 0 ? 'Bound' : lost ? 'Lost' : 'Pending', name);
      const waits = claim.spec.storageClassName === LATE && annotations?.[SELECTED_NODE] === undefined;
      if (own.length > 0 || lost || waits || claim.spec.volumeName) continue;
      const fit = this.volumes().filter(({ status }) => status?.phase === 'Available');
      for (const volume of fit)
        if (!volume.spec.claimRef || isVolumeFor(volume, claim))
          assert.notDeepEqual(misfits(claim, volume), [], `${name} waits though ${volume.metadata.name} is free`);
    }
  }
}

/** What speaks against a volume for a claim. */
function misfits(claim: PersistentVolumeClaim, { metadata, spec }: PersistentVolume): string[] {
  const { storageClassName, volumeMode, accessModes = [], selector, resources } = claim.spec;
  const size = parseQuantity(spec.capacity?.['storage'] ?? '0');
  // Set apart by both sides: people know why.
  if (spec.claimRef && claim.spec.volumeName) return [];
  const chosenByPeople = spec.claimRef !== undefined || claim.spec.volumeName !== undefined;
  const rules: [string, boolean][] = [
    ['size', size.compare(parseQuantity(resources?.requests?.['storage'] ?? '0')) >= 0],
    ['class', spec.storageClassName === storageClassName],
    ['mode', spec.volumeMode === volumeMode],
    ['access', spec.claimRef !== undefined || accessModes.every((mode) => spec.accessModes?.includes(mode))],
    [
      'selector',
      chosenByPeople || (selector?.matchLabels?.['disk'] ?? metadata.labels?.['disk']) === metadata.labels?.['disk'],
    ],
  ];
  return rules.filter(([, holds]) => !holds).map(([rule]) => rule);
}

test('whatever comes and goes and is seen late: a claim and a volume have each other alone, by all the rules', async () => {
  await randomAsyncHistories(250, async (random) => {
    const model = new Model(random);
    for (let i = 0; i < 3; i++) {
      model.addVolume();
      model.addClaim();
    }
    for (let step = random.below(50); step > 0; step--) {
      const what = random.below(10);
      if (what < 3) model.disturb();
      else if (what < 6) model.binder.show();
      else if (what < 9) await model.binder.reconcile();
      else if (random.chance(0.2)) model.binder.restart();
      await model.binder.events.settle();
    }
    await model.calm();
    model.checkEnd();
  });
});
