import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Pod } from '@coxswain/api';
import { FakeClock } from '@coxswain/foundation/testing';
import fc from 'fast-check';
import { Expectations } from '../../shared/expectations.ts';
import { isPodActive } from '../../shared/pods.ts';
import { aDeployment, aPod, aReplicaSet } from '../../testing/index.ts';
import { planReplicas } from './plan-replicas.ts';

const KEY = 'default/web-v1';

type Step =
  | { readonly kind: 'scale'; readonly to: number }
  | { readonly kind: 'reconcile' | 'restart' | 'show' }
  | { readonly kind: 'fail' | 'leave' | 'ready'; readonly at: number };

const steps = fc.array(
  fc.oneof(
    { weight: 5, arbitrary: fc.constant<Step>({ kind: 'reconcile' }) },
    { weight: 4, arbitrary: fc.constant<Step>({ kind: 'show' }) },
    { weight: 1, arbitrary: fc.constant<Step>({ kind: 'restart' }) },
    fc.nat(6).map<Step>((to) => ({ kind: 'scale', to })),
    fc.record({ kind: fc.constantFrom('fail', 'leave', 'ready'), at: fc.nat(9) }).map<Step>((step) => step as Step),
  ),
  { maxLength: 60 },
);

/** A server whose changes the controller sees one by one, later. */
class Model {
  readonly server = new Map<string, Pod>();
  readonly cache = new Map<string, Pod>();
  readonly #unseen: { uid: string; pod: Pod | undefined }[] = [];
  #expectations = new Expectations(new FakeClock());
  #next = 0;
  replicas = 3;

  write(uid: string, pod: Pod | undefined): void {
    if (pod) this.server.set(uid, pod);
    else this.server.delete(uid);
    this.#unseen.push({ uid, pod });
  }

  show(): void {
    const change = this.#unseen.shift();
    if (!change) return;
    const { uid, pod } = change;
    if (pod && !this.cache.has(uid)) this.#expectations.creationObserved(KEY);
    if (!pod || pod.metadata.deletionTimestamp !== undefined) this.#expectations.deletionObserved(KEY, uid);
    if (pod) this.cache.set(uid, pod);
    else this.cache.delete(uid);
  }

  showAll(): void {
    while (this.#unseen.length > 0) this.show();
  }

  /** A new process lists first. */
  restart(): void {
    this.showAll();
    this.#expectations = new Expectations(new FakeClock());
  }

  active(): Pod[] {
    return [...this.server.values()].filter(isPodActive);
  }

  reconcile(): 'create' | 'delete' | 'none' {
    if (!this.#expectations.satisfied(KEY)) return 'none';
    const replicaSet = aReplicaSet(aDeployment(), 'v1', { replicas: this.replicas });
    const plan = planReplicas({ replicaSet, pods: [...this.cache.values()], related: [], now: 0 });
    if (plan.kind === 'create') {
      this.#expectations.expect(KEY, { creations: plan.count });
      for (let i = 0; i < plan.count; i++) {
        const uid = `p${this.#next++}`;
        this.write(uid, aPod({ name: uid, uid, ready: false, phase: 'Pending' }));
      }
    } else if (plan.kind === 'delete') {
      this.#expectations.expect(KEY, { deletions: plan.pods.map(({ metadata }) => metadata.uid ?? '') });
      for (const { metadata } of plan.pods) {
        const live = this.server.get(metadata.uid ?? '');
        if (live) this.write(metadata.uid ?? '', { ...live, metadata: { ...live.metadata, deletionTimestamp: 'now' } });
        else this.#expectations.deletionObserved(KEY, metadata.uid ?? '');
      }
    }
    return plan.kind;
  }
}

test('whatever happens, and however late it is seen, no pod too many is made, and in the end there are as many as wanted', () => {
  fc.assert(
    fc.property(steps, (history) => {
      const model = new Model();
      for (const step of history) {
        const pod = 'at' in step ? [...model.server.values()][step.at] : undefined;
        const uid = pod?.metadata.uid ?? '';
        if (step.kind === 'scale') model.replicas = step.to;
        else if (step.kind === 'restart') model.restart();
        else if (step.kind === 'show') model.show();
        else if (step.kind === 'reconcile') {
          const did = model.reconcile();
          if (did === 'create') assert.ok(model.active().length <= model.replicas, `${model.active().length} pods`);
        } else if (pod && step.kind === 'leave') model.write(uid, undefined);
        else if (pod && isPodActive(pod))
          model.write(uid, { ...pod, status: { ...pod.status, phase: step.kind === 'fail' ? 'Failed' : 'Running' } });
      }
      for (let i = 0; i < 5; i++) {
        model.showAll();
        model.reconcile();
      }
      model.showAll();
      assert.equal(model.active().length, model.replicas);
      assert.equal(model.reconcile(), 'none');
    }),
    { numRuns: 300 },
  );
});
