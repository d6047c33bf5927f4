import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  configMapKind,
  type Kind,
  type KubeObject,
  namespaceKind,
  newInternalError,
  objectKey,
  podKind,
  secretKind,
} from '@coxswain/api';
import { FakeApiClient } from '@coxswain/client/testing';
import { FakeClock } from '@coxswain/foundation/testing';
import { aPod, type Choices, LateController, randomAsyncHistories } from '../../testing/index.ts';
import { createNamespaceController } from './namespace-controller.ts';

const KINDS = [configMapKind, secretKind, podKind] as unknown as Kind[];
const HOLDS = ['example.com/hold', 'example.com/other'];
const DOOMED = 'doomed';

/** A server that fails at times, with two namespaces, one of which is deleted. */
class Model {
  readonly client = new FakeApiClient({ clock: new FakeClock() });
  readonly ended = new AbortController();
  readonly controller: LateController;
  readonly #random: Choices;
  readonly #kept = new Set<string>();
  #isDown = false;
  #calm = false;
  #next = 0;

  constructor(random: Choices) {
    this.#random = random;
    const { client } = this;
    for (const name of [DOOMED, 'kept'])
      client.add(namespaceKind, {
        metadata: { name },
        spec: { finalizers: random.chance(0.3) ? ['kubernetes', HOLDS[0] ?? ''] : ['kubernetes'] },
        status: { phase: 'Active' },
      });
    // Discovery may be down; secrets can't be deleted all at once.
    const verbs = ['create', 'delete', 'get', 'list', 'patch', 'update', 'watch'];
    client.onRequest((method, path) => {
      if (method === 'GET' && path === '/apis') return { groups: [] };
      if (method !== 'GET' || path !== '/api/v1') return undefined;
      if (this.#isDown) throw newInternalError(new Error('out of service'));
      const all = [...verbs, 'deletecollection'];
      const served = KINDS.map(({ plural: name, kind }) => {
        return { name, kind, namespaced: true, verbs: kind === 'Secret' ? verbs : all };
      });
      const namespaces = { name: 'namespaces', kind: 'Namespace', namespaced: false, verbs };
      return { resources: [...served, namespaces, { ...namespaces, name: 'pods/log', namespaced: true }] };
    });
    client.react('*', '*', ({ verb, resource, namespace }) => {
      if (verb === 'watch') return;
      this.check();
      if (verb.startsWith('delete')) assert.equal(namespace, DOOMED, `${resource} of another namespace are deleted`);
      if (!this.#calm && random.chance(0.1)) this.disturb();
      if (!this.#calm && random.chance(0.03)) throw newInternalError(new Error('etcdserver: request timed out'));
    });
    const kinds = [namespaceKind] as unknown as Kind[];
    this.controller = new LateController({
      client,
      kinds,
      random,
      signal: this.ended.signal,
      create: createNamespaceController,
    });
  }

  content(of: string): { readonly kind: Kind; readonly object: KubeObject }[] {
    return KINDS.flatMap((kind) =>
      this.client
        .objects(kind)
        .filter(({ metadata }) => metadata.namespace === of)
        .map((object) => ({ kind, object })),
    );
  }

  namespace() {
    return this.client.object(namespaceKind, DOOMED);
  }

  make(): void {
    const kind = this.#random.of(KINDS);
    const namespace = this.#random.chance(0.7) ? DOOMED : 'kept';
    const deleted = this.client.object(namespaceKind, namespace)?.metadata.deletionTimestamp !== undefined;
    // What the server's NamespaceLifecycle admission sees to.
    if (!kind || deleted || !this.client.object(namespaceKind, namespace)) return;
    const name = `o${this.#next++}`;
    const finalizers = HOLDS.filter(() => this.#random.chance(0.2));
    const pod = aPod({ name, node: this.#random.chance(0.5) ? 'node-1' : '' });
    const object = kind.kind === 'Pod' ? pod : { metadata: { name } };
    this.client.add(kind, { ...object, metadata: { ...object.metadata, namespace, uid: name, finalizers } });
    if (namespace === 'kept') this.#kept.add(name);
  }

  /** What users, kubelets, and other controllers do. */
  disturb(): void {
    const what = this.#random.below(6);
    if (what < 3) this.make();
    else if (what === 3) this.release(this.#random.of(this.content(DOOMED)));
    else if (what === 4) this.#isDown = this.#random.chance(0.5);
    else this.deleteNamespace();
  }

  deleteNamespace(): void {
    const namespace = this.namespace();
    if (!namespace || namespace.metadata.deletionTimestamp !== undefined) return;
    this.client.change(namespaceKind, DOOMED, (next) => {
      next.metadata.deletionTimestamp = '2026-01-01T00:00:00Z';
      next.status = { ...next.status, phase: 'Terminating' };
    });
  }

  /** Whoever holds an object that is being deleted, by finalizers or by running it, lets it go. */
  release(held: { readonly kind: Kind; readonly object: KubeObject } | undefined): void {
    if (!held) return;
    const { kind, object } = held;
    if (object.metadata.deletionTimestamp !== undefined) this.client.remove(kind, objectKey(object));
  }

  /** At every moment: a namespace is there as long as anything is in it; nothing else is touched. */
  check(): void {
    const left = this.content(DOOMED);
    const { spec } = this.namespace() ?? {};
    if (!spec?.finalizers?.includes('kubernetes'))
      assert.deepEqual(left, [], `the namespace is let go with ${left.map(({ object }) => object.metadata.name)}`);
    const kept = this.content('kept').map(({ object }) => object);
    assert.deepEqual(new Set(kept.map(({ metadata }) => metadata.name)), this.#kept);
    for (const { metadata } of kept) assert.equal(metadata.deletionTimestamp, undefined);
  }

  /** In the end only what others hold is left, and the namespace says so; once they let go, it goes. */
  async end(): Promise<void> {
    this.#calm = true;
    this.#isDown = false;
    this.deleteNamespace();
    await this.#run(30);
    const left = this.content(DOOMED);
    for (const { object } of left) {
      const { name, deletionTimestamp, finalizers = [], deletionGracePeriodSeconds = 0 } = object.metadata;
      assert.notEqual(deletionTimestamp, undefined, `${name} is not deleted`);
      assert.ok(finalizers.length > 0 || deletionGracePeriodSeconds > 0, `${name} is held by nobody`);
    }
    const condition = (wanted: string) => this.namespace()?.status?.conditions?.find(({ type }) => type === wanted);
    if (left.length > 0) {
      assert.equal(condition('NamespaceContentRemaining')?.status, 'True');
      const isHeld = left.some(({ object }) => (object.metadata.finalizers ?? []).length > 0);
      assert.equal(condition('NamespaceFinalizersRemaining')?.status, isHeld ? 'True' : 'False');
      assert.equal(condition('NamespaceDeletionDiscoveryFailure')?.status, 'False');
      assert.equal(condition('NamespaceDeletionContentFailure')?.status, 'False');
    }
    for (const held of left) this.release(held);
    await this.#run(30);
    this.check();
    assert.deepEqual(this.content(DOOMED), []);
    // Its other finalizers are others' to drop.
    assert.ok(!this.namespace()?.spec.finalizers?.includes('kubernetes'));
    const others = (this.namespace()?.spec.finalizers ?? []).length;
    assert.ok(this.namespace() === undefined || others > 0, 'the namespace stays');
    assert.notEqual(this.client.object(namespaceKind, 'kept'), undefined);
  }

  async #run(turns: number): Promise<void> {
    for (let turn = 0; turn < turns; turn++) {
      await this.controller.events.settle();
      this.controller.show();
      await this.controller.reconcile();
    }
  }
}

test('whatever is in a namespace, and whatever fails: it goes once all of it has gone, and nothing else goes', async () => {
  await randomAsyncHistories(100, async (random) => {
    const model = new Model(random);
    for (let step = random.below(40); step > 0; step--) {
      const what = random.below(10);
      if (what < 5) model.disturb();
      else if (what < 7) model.controller.show();
      else if (what < 9) await model.controller.reconcile();
      else if (random.chance(0.2)) model.controller.restart();
      await model.controller.events.settle();
      model.check();
    }
    await model.end();
    model.ended.abort();
  });
});
