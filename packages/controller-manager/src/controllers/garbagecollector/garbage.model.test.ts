import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  clusterRoleKind,
  configMapKind,
  isConflict,
  type Kind,
  type KubeObject,
  type OwnerReferenceShape,
  objectKey,
  secretKind,
} from '@coxswain/api';
import type { DeleteOptionsInput } from '@coxswain/client';
import { FakeApiClient } from '@coxswain/client/testing';
import { FakeClock } from '@coxswain/foundation/testing';
import { type Choices, LateEvents, randomAsyncHistories } from '../../testing/index.ts';
import { Collector } from './collect.ts';
import { FOREGROUND, ORPHAN, OwnerGraph } from './owner-graph.ts';

const KINDS: readonly Kind[] = [configMapKind, secretKind, clusterRoleKind] as unknown as Kind[];
const RESOURCES = KINDS.map(({ group, version, plural, kind, namespaced }) => {
  return { group, version, plural, kind, namespaced, verbs: [] };
});
const HOLD = 'example.com/hold';

/** A server, people who change it, and a collector that sees it late. */
class Model {
  readonly client = new FakeApiClient({ clock: new FakeClock() });
  readonly ended = new AbortController();
  readonly events = new LateEvents(this.client, KINDS, this.ended.signal);
  readonly #random: Choices;
  readonly #queue = new Set<string>();
  readonly #made: { readonly kind: Kind; readonly object: KubeObject }[] = [];
  /** Owners that waited for their dependents and may still be held by others. */
  readonly #throughForeground = new Set<string>();
  #graph = new OwnerGraph();
  #collector = this.#start();
  #collecting = false;
  #calm = false;

  constructor(random: Choices) {
    this.#random = random;
    this.client.react('*', '*', async ({ verb, resource, namespace, name, body }) => {
      if (!this.#collecting) return;
      if (!this.#calm && random.chance(0.1)) {
        this.disturb();
        await this.events.settle();
      }
      const live = this.live().find(
        ({ kind, object }) =>
          kind.plural === resource && objectKey(object) === [namespace, name].filter(Boolean).join('/'),
      );
      if (verb === 'delete' && live) this.#checkDelete(live.object, body as DeleteOptionsInput);
      if (verb === 'patch' && live) this.#checkFinalizers(live.object, body as Partial<KubeObject>);
    });
  }

  live() {
    return KINDS.flatMap((kind) => this.client.objects(kind).map((object) => ({ kind, object })));
  }

  /** Whether the owner that a reference means is there. */
  owner(object: KubeObject, { uid, kind }: OwnerReferenceShape): KubeObject | undefined {
    const found = this.live().find((each) => each.kind.kind === kind && each.object.metadata.uid === uid)?.object;
    const { namespace } = found?.metadata ?? {};
    return namespace === undefined || namespace === object.metadata.namespace ? found : undefined;
  }

  make(): void {
    const kind = this.#random.of(KINDS) ?? KINDS[0];
    if (!kind) return;
    const uid = `u${this.#made.length}`;
    const name = `n${this.#random.below(6)}`;
    const namespace = kind.namespaced ? { namespace: this.#random.chance(0.85) ? 'here' : 'there' } : {};
    const metadata = { name, ...namespace, uid, ...(this.#random.chance(0.15) ? { finalizers: [HOLD] } : {}) };
    const object: KubeObject = { metadata };
    if (this.client.object(kind, objectKey(object))) return;
    const ownerReferences = Array.from({ length: this.#random.below(3) }, () => this.#reference(kind));
    this.#made.push({ kind, object });
    this.client.add(kind, { metadata: { ...metadata, ownerReferences: ownerReferences.flatMap((one) => one ?? []) } });
  }

  /** Something that people do. */
  disturb(): void {
    const { kind, object } = this.#random.of(this.live()) ?? {};
    if (!kind || !object || this.#random.chance(0.4)) {
      this.make();
      return;
    }
    const { metadata } = object;
    const key = objectKey(object);
    const change = (changed: (next: KubeObject) => void) => this.client.change(kind, key, changed);
    if (this.#random.chance(0.3)) {
      const reference = this.#reference(kind);
      const owned = metadata.ownerReferences?.some(({ uid }) => uid === reference?.uid);
      if (reference && !owned && metadata.deletionTimestamp === undefined)
        change((next) => {
          next.metadata.ownerReferences = [...(metadata.ownerReferences ?? []), reference];
        });
    } else if (metadata.deletionTimestamp === undefined) {
      const finalizer = this.#random.of([[], [FOREGROUND], [FOREGROUND], [ORPHAN]]) ?? [];
      const finalizers = [...(metadata.finalizers ?? []), ...finalizer];
      if (finalizers.length === 0) this.client.remove(kind, key);
      else change((next) => Object.assign(next.metadata, { finalizers, deletionTimestamp: '2026-01-01T00:00:00Z' }));
    } else this.release(kind, object);
  }

  /** From now on nobody but the collector does anything. */
  calm(): void {
    this.#calm = true;
    for (const { kind, object } of this.live()) this.release(kind, object);
  }

  /** Takes what others hold it by. */
  release(kind: Kind, { metadata }: KubeObject): void {
    if (!metadata.finalizers?.includes(HOLD)) return;
    const finalizers = metadata.finalizers.filter((name) => name !== HOLD);
    const key = objectKey({ metadata });
    if (metadata.deletionTimestamp !== undefined && finalizers.length === 0) this.client.remove(kind, key);
    else this.client.change(kind, key, (next) => Object.assign(next.metadata, { finalizers }));
  }

  /** One event is seen. */
  show(): boolean {
    const { kind, event } = this.events.next(this.#random) ?? {};
    const resource = RESOURCES.find(({ plural }) => plural === kind?.plural);
    if (!event || !resource) return false;
    const { object } = event;
    const uids =
      event.type === 'DELETED' ? this.#graph.remove(object.metadata.uid ?? '') : this.#graph.upsert(object, resource);
    for (const uid of uids) this.#queue.add(uid);
    return true;
  }

  /** One object is looked at. */
  async collect(): Promise<boolean> {
    const uid = this.#random.of([...this.#queue]);
    if (uid === undefined) return false;
    this.#queue.delete(uid);
    this.#collecting = true;
    try {
      await this.#collector.process(uid, this.ended.signal);
    } catch (error) {
      if (!isConflict(error)) throw error;
      this.#queue.add(uid);
    } finally {
      this.#collecting = false;
    }
    return true;
  }

  /** A new process knows what a list shows. */
  restart(): void {
    while (this.show());
    this.#queue.clear();
    this.#graph = new OwnerGraph();
    this.#collector = this.#start();
    for (const { kind, object } of this.live()) {
      const resource = RESOURCES.find(({ plural }) => plural === kind.plural);
      if (resource) for (const uid of this.#graph.upsert(object, resource)) this.#queue.add(uid);
    }
  }

  #start(): Collector {
    return new Collector({
      client: this.client,
      graph: this.#graph,
      monitors: { resourceOf: (_, kind) => RESOURCES.find((resource) => resource.kind === kind) },
      events: { event: () => {} },
      enqueue: (uids) => {
        for (const uid of uids) this.#queue.add(uid);
      },
    });
  }

  /** To something that is there, was there, or never was; a cluster-scoped object has no namespaced owner. */
  #reference(of: Kind): OwnerReferenceShape | undefined {
    const { kind, object } = this.#random.of(this.#made) ?? {};
    if (!kind || !object || (kind.namespaced && !of.namespaced)) return undefined;
    const { name, uid = '' } = object.metadata;
    const live = this.live().find((each) => each.object.metadata.uid === uid)?.object.metadata;
    if (live?.finalizers?.includes(ORPHAN)) return undefined;
    return {
      apiVersion: kind.apiVersion,
      kind: kind.kind,
      name,
      uid: this.#random.chance(0.1) ? `never-${uid}` : uid,
      blockOwnerDeletion: this.#random.chance(0.5),
    };
  }

  #checkDelete(object: KubeObject, { preconditions = {} }: DeleteOptionsInput): void {
    const { uid, name, resourceVersion, ownerReferences = [] } = object.metadata;
    if ((preconditions.uid ?? uid) !== uid) return;
    if ((preconditions.resourceVersion ?? resourceVersion) !== resourceVersion) return;
    assert.ok(ownerReferences.length > 0, `${name} had no owner and is deleted`);
    for (const reference of ownerReferences) {
      const { deletionTimestamp, finalizers } = this.owner(object, reference)?.metadata ?? {};
      const goes =
        deletionTimestamp !== undefined &&
        (finalizers?.includes(FOREGROUND) || this.#throughForeground.has(reference.uid));
      assert.ok(goes || !this.owner(object, reference), `${name} is deleted though ${reference.name} is there`);
    }
  }

  /** As far as the collector could see, orphans were cut loose, and nothing holds a foreground owner back. */
  #checkFinalizers(owner: KubeObject, { metadata }: Partial<KubeObject>): void {
    const dropped = owner.metadata.finalizers?.filter(
      (name) => metadata?.finalizers && !metadata.finalizers.includes(name),
    );
    if (metadata?.resourceVersion !== owner.metadata.resourceVersion) return;
    if (dropped?.includes(FOREGROUND)) this.#throughForeground.add(owner.metadata.uid ?? '');
    for (const { object } of this.live()) {
      const { uid, name, ownerReferences = [] } = object.metadata;
      const reference = ownerReferences.find((each) => this.owner(object, each) === owner);
      if (!reference || this.events.isLate(uid)) continue;
      assert.ok(!dropped?.includes(ORPHAN), `${name} still names an owner that orphans`);
      if (dropped?.includes(FOREGROUND)) assert.ok(!reference.blockOwnerDeletion, `${name} goes after its owner`);
    }
  }

  /** What the documentation promises once nothing happens any more. */
  checkEnd(): void {
    for (const { object } of this.live()) {
      const { name, uid, deletionTimestamp, finalizers, ownerReferences = [] } = object.metadata;
      assert.equal(deletionTimestamp, undefined, `${uid} ${name} never goes: ${finalizers}`);
      for (const reference of ownerReferences)
        assert.ok(this.owner(object, reference), `${uid} ${name} lives without ${reference.uid}`);
    }
  }
}

test('whatever is owned, deleted and seen late: only what has lost every owner goes, and all of that', async () => {
  await randomAsyncHistories(150, async (random) => {
    const model = new Model(random);
    for (let i = 0; i < 4; i++) model.make();
    for (let step = random.below(40); step > 0; step--) {
      const what = random.below(10);
      if (what < 4) model.disturb();
      else if (what < 7) model.show();
      else if (what < 9) await model.collect();
      else if (random.chance(0.2)) model.restart();
      await model.events.settle();
    }
    model.calm();
    for (let quiet = 0, turn = 0; quiet < 2; turn++) {
      assert.ok(turn < 2_000, 'it never comes to rest');
      await model.events.settle();
      quiet = model.show() || (await model.collect()) ? 0 : quiet + 1;
    }
    model.ended.abort();
    model.checkEnd();
  });
});
