import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  deploymentKind,
  type Kind,
  newInternalError,
  objectKey,
  type Pod,
  podKind,
  type ReplicaSet,
  replicaSetKind,
} from '@coxswain/api';
import type { Controller } from '@coxswain/client';
import { type FakeAction, FakeApiClient } from '@coxswain/client/testing';
import { FakeClock } from '@coxswain/foundation/testing';
import type { ControllerContext } from '../../controller-context.ts';
import { isPodActive, isPodReady } from '../../shared/pods.ts';
import {
  aDeployment,
  aTemplate,
  type Choices,
  LateController,
  makeReady,
  randomAsyncHistories,
} from '../../testing/index.ts';
import { createReplicaSetController } from '../replicaset/replicaset-controller.ts';
import { createDeploymentController } from './deployment-controller.ts';

const KINDS = [deploymentKind, replicaSetKind, podKind] as unknown as Kind[];
const REPLICAS = 8;
const SURGE = 1;
const UNAVAILABLE = 1;

/** Both controllers over the same informers, as in one process. */
function createBoth(context: ControllerContext): Controller {
  const both = [createDeploymentController(context), createReplicaSetController(context)];
  return {
    name: 'rollout',
    sources: both.flatMap(({ name, sources }) =>
      sources.map(({ informer, keys }) => ({
        informer,
        keys: (...event: Parameters<typeof keys>) => keys(...event).map((key) => `${name}:${key}`),
      })),
    ),
    reconcile(key, context) {
      const [name, own = ''] = key.split(':');
      const controller = both.find((each) => each.name === name);
      assert.ok(controller, key);
      return controller.reconcile(own, context);
    },
  };
}

/** A server and its nodes, and controllers that see it late and are killed between any two requests. */
class Model {
  readonly client = new FakeApiClient({ clock: new FakeClock() });
  readonly ended = new AbortController();
  readonly controllers: LateController;
  /** What was ever wrong, with the writes before it. */
  readonly broken: string[] = [];
  readonly #random: Choices;
  readonly #writes: string[] = [];
  #isKilled = false;
  #calm = false;
  #version = 1;
  #rolls = 0;

  constructor(random: Choices) {
    this.#random = random;
    const { client } = this;
    const rollingUpdate = { maxSurge: SURGE, maxUnavailable: UNAVAILABLE };
    const deployment = aDeployment({ replicas: REPLICAS, strategy: { type: 'RollingUpdate', rollingUpdate } });
    delete deployment.spec.progressDeadlineSeconds;
    client.add(deploymentKind, deployment);
    client.react('*', '*', async (action) => {
      if (action.verb === 'watch') return;
      if (!this.#calm && random.chance(0.02)) this.#isKilled = true;
      if (this.#isKilled) throw newInternalError(new Error('it is dead'));
      if (!this.#calm && random.chance(0.3)) {
        await this.controllers.events.settle();
        this.controllers.show();
      }
      this.#check(action);
    });
    const create = createBoth;
    this.controllers = new LateController({ client, kinds: KINDS, random, signal: this.ended.signal, create });
  }

  active(): Pod[] {
    return this.client.objects(podKind).filter(isPodActive);
  }

  #check({ verb, resource, subresource, name, body }: FakeAction): void {
    const { spec, status } = (body ?? {}) as Partial<ReplicaSet>;
    const of = resource === 'replicasets' ? `${subresource} ${spec?.replicas} ${JSON.stringify(status)}` : '';
    this.#writes.push(`${verb} ${resource} ${name} ${of}`);
    if (resource !== 'pods') return;
    const active = this.active();
    const ready = active.filter((pod) => isPodReady(pod) && !(verb === 'delete' && pod.metadata.name === name)).length;
    const broken = (what: string) => this.broken.push([what, ...this.#writes.slice(-40)].join('\n'));
    if (verb === 'delete' && ready < REPLICAS - UNAVAILABLE) broken(`${ready} ready pods`);
    // One that changes its mind before it sees its own last step may make a ReplicaSet too many.
    if (verb === 'create' && active.length >= REPLICAS + SURGE && this.#rolls === 1)
      broken(`${active.length + 1} pods`);
  }

  /** A pod becomes ready, or goes; false when there is none. */
  advance(): boolean {
    const moving = this.client
      .objects(podKind)
      .filter(({ metadata, status }) => metadata.deletionTimestamp !== undefined || status?.phase !== 'Running');
    const pod = this.#random.of(moving);
    if (pod?.metadata.deletionTimestamp !== undefined) this.client.remove(podKind, objectKey(pod));
    else if (pod) makeReady(this.client, pod);
    return pod !== undefined;
  }

  /** The Deployment's template becomes this version. */
  roll(version: number): void {
    this.#version = version;
    this.#rolls++;
    this.client.change(deploymentKind, 'default/web', (next) => {
      next.spec.template = aTemplate(`v${version}`);
      next.metadata.generation = (next.metadata.generation ?? 0) + 1;
    });
  }

  async step(): Promise<void> {
    const what = this.#random.below(10);
    if (what < 3) this.advance();
    else if (what < 6) this.controllers.show();
    else await this.controllers.reconcile();
    await this.controllers.events.settle();
    if (!this.#isKilled) return;
    this.#writes.push('killed');
    this.#isKilled = false;
    this.controllers.restart();
  }

  /** In the end all pods are of the present template, and ready. */
  async rest(): Promise<void> {
    this.#calm = true;
    do await this.controllers.rest();
    while (this.advance());
    this.#calm = false;
    const images = this.active().map((pod) => `${isPodReady(pod)} ${pod.spec.containers[0]?.image}`);
    assert.deepEqual(images, Array(REPLICAS).fill(`true web:v${this.#version}`));
  }
}

test('however late a rollout sees its own steps, and wherever it is killed, it keeps to its limits', async () => {
  await randomAsyncHistories(40, async (random) => {
    const model = new Model(random);
    await model.rest();
    model.roll(2);
    const changes = random.chance(0.5) ? 0.03 : 0;
    for (let step = random.below(150); step > 0; step--) {
      if (random.chance(changes)) model.roll(1 + random.below(3));
      await model.step();
      assert.equal(model.broken[0], undefined);
    }
    await model.rest();
    model.ended.abort();
    assert.equal(model.broken[0], undefined);
  });
});
