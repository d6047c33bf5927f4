import { type Kind, type KubeObject, objectKey, StatusError } from '@coxswain/api';
import {
  type Controller,
  IndexedStore,
  type Informer,
  type InformerFactory,
  type InformerOptions,
  type ResourceHandler,
} from '@coxswain/client';
import type { FakeApiClient } from '@coxswain/client/testing';
import { silentLogger } from '@coxswain/foundation';
import { FakeClock } from '@coxswain/foundation/testing';
import type { ControllerContext } from '../controller-context.ts';
import { LateEvents } from './late-events.ts';
import type { Choices } from './random-histories.ts';

/** A controller whose caches lag as the test wants and that reconciles one key at a time, when told; no time passes. */
export class LateController {
  readonly events: LateEvents;
  readonly #caches = new Map<string, IndexedStore<KubeObject>>();
  readonly #handlers = new Map<string, ResourceHandler<KubeObject>[]>();
  readonly #queue = new Set<string>();
  readonly #random: Choices;
  readonly #signal: AbortSignal;
  readonly #client: FakeApiClient;
  readonly #create: (context: ControllerContext) => Controller;
  #controller: Controller;

  constructor(options: {
    readonly client: FakeApiClient;
    readonly kinds: readonly Kind[];
    readonly random: Choices;
    readonly signal: AbortSignal;
    create(context: ControllerContext): Controller;
  }) {
    this.#client = options.client;
    this.#random = options.random;
    this.#signal = options.signal;
    this.#create = options.create;
    this.events = new LateEvents(options.client, options.kinds, options.signal);
    for (const { plural } of options.kinds) this.#caches.set(plural, new IndexedStore());
    this.#controller = this.#start();
  }

  /** One event is seen; false when there is none. */
  show(): boolean {
    const { kind, event } = this.events.next(this.#random) ?? {};
    const cache = this.#caches.get(kind?.plural ?? '');
    if (!kind || !event || !cache) return false;
    const { object } = event;
    const key = objectKey(object);
    const old = cache.get(key);
    if (event.type === 'DELETED') cache.delete(key);
    else cache.set(object);
    for (const handler of this.#handlers.get(kind.plural) ?? [])
      if (event.type === 'DELETED') handler.deleted?.(object);
      else if (old) handler.updated?.(object, old);
      else handler.added?.(object, false);
    const what = event.type === 'DELETED' ? 'deleted' : old ? 'updated' : 'added';
    this.#wake(kind.plural, object, what, old);
    return true;
  }

  /** One key is reconciled, or tried: what the server refuses brings it back; false when nothing is to do. */
  async reconcile(): Promise<boolean> {
    const key = this.#random.of([...this.#queue]);
    if (key === undefined) return false;
    this.#queue.delete(key);
    try {
      const { kind } = await this.#controller.reconcile(key, { signal: this.#signal });
      if (kind === 'requeueAfter') this.#queue.add(key);
    } catch (error) {
      if (!(error instanceof StatusError)) throw error;
      this.#queue.add(key);
    }
    return true;
  }

  /** A new process knows what a list shows. */
  restart(): void {
    while (this.show());
    this.#queue.clear();
    this.#controller = this.#start();
    for (const [plural, cache] of this.#caches)
      for (const object of cache.list()) this.#wake(plural, object, 'added', undefined);
  }

  /** Until all is seen and nothing is to do. @throws when that takes more than 2000 steps */
  async rest(): Promise<void> {
    for (let turn = 0, quiet = 0; quiet < 2; turn++) {
      if (turn > 2_000) throw new Error(`it never comes to rest: ${[...this.#queue]}`);
      await this.events.settle();
      quiet = this.show() || (await this.reconcile()) ? 0 : quiet + 1;
    }
  }

  #wake(plural: string, object: KubeObject, event: 'added' | 'updated' | 'deleted', old: KubeObject | undefined): void {
    for (const source of this.#controller.sources)
      if (source.informer.kind.plural === plural)
        for (const key of source.keys(object, event, old)) this.#queue.add(key);
  }

  #start(): Controller {
    this.#handlers.clear();
    const informers = {
      for: (kind: Kind, options?: InformerOptions<KubeObject>) => this.#informer(kind, options),
    } as unknown as InformerFactory;
    const eventsOf = () => ({ event: () => {} });
    const clock = new FakeClock();
    return this.#create({ client: this.#client, informers, clock, log: silentLogger(), eventsOf });
  }

  #informer(kind: Kind, { indexes = {} }: InformerOptions<KubeObject> = {}): Informer<KubeObject> {
    const cache = this.#caches.get(kind.plural);
    if (!cache) throw new Error(`${kind.plural} are not watched`);
    for (const [name, index] of Object.entries(indexes)) cache.addIndex(name, index);
    const addHandler = (handler: ResourceHandler<KubeObject>) => {
      this.#handlers.set(kind.plural, [...(this.#handlers.get(kind.plural) ?? []), handler]);
      for (const object of cache.list()) handler.added?.(object, true);
    };
    return { kind, lister: cache, addHandler } as unknown as Informer<KubeObject>;
  }
}
