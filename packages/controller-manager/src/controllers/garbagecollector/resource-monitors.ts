import { allKinds, defineKind, type Kind, type KubeObject } from '@coxswain/api';
import { createInformer, type Informer } from '@coxswain/client';
import { childController } from '@coxswain/foundation';
import type { ControllerContext } from '../../controller-context.ts';
import { type DiscoveredResource, discoverResources, resourceId } from '../../shared/discover-resources.ts';

export interface MonitorHandler {
  upserted(object: KubeObject, resource: DiscoveredResource): void;
  removed(object: KubeObject): void;
}

interface Monitor {
  readonly resource: DiscoveredResource;
  readonly informer: Informer<KubeObject>;
  stop(): void;
}

const IGNORED = new Set(['events.v1.', 'events.v1.events.k8s.io']);

/** One informer for every resource that can be listed, watched and deleted; discovery says which there are. */
export class ResourceMonitors {
  readonly #context: ControllerContext;
  readonly #handler: MonitorHandler;
  readonly #monitors = new Map<string, Monitor>();
  #byKind = new Map<string, DiscoveredResource>();

  constructor(context: ControllerContext, handler: MonitorHandler) {
    this.#context = context;
    this.#handler = handler;
  }

  /** Discovery has been read at least once. */
  get started(): boolean {
    return this.#byKind.size > 0;
  }

  get synced(): boolean {
    return [...this.#monitors.values()].every(({ informer }) => informer.synced);
  }

  /** The resource of an owner reference, in whatever version it is named. */
  resourceOf(apiVersion: string, kind: string): DiscoveredResource | undefined {
    const slash = apiVersion.indexOf('/');
    return this.#byKind.get(`${slash < 0 ? '' : apiVersion.slice(0, slash)}/${kind}`);
  }

  /** Reads discovery again: starts monitors of new resources, ends those of vanished ones. */
  async refresh(signal: AbortSignal): Promise<void> {
    const { resources, failures } = await discoverResources(this.#context.client, signal);
    const failed = new Set(failures.map(({ groupVersion }) => groupVersion));
    const known = new Map(this.#byKind);
    if (failures.length === 0) known.clear();
    for (const resource of resources) known.set(`${resource.group}/${resource.kind}`, resource);
    this.#byKind = known;
    const wanted = new Map(resources.filter(isDeletable).map((resource) => [resourceId(resource), resource]));
    for (const [id, monitor] of this.#monitors) {
      const { group, version } = monitor.resource;
      if (wanted.has(id) || failed.has(group === '' ? version : `${group}/${version}`)) continue;
      monitor.stop();
      this.#monitors.delete(id);
    }
    for (const [id, resource] of wanted)
      if (!this.#monitors.has(id)) this.#monitors.set(id, this.#start(resource, signal));
    this.#context.informers.start(signal);
  }

  #start(resource: DiscoveredResource, signal: AbortSignal): Monitor {
    const builtIn = allKinds.find(
      ({ group, version, plural }) =>
        group === resource.group && version === resource.version && plural === resource.plural,
    );
    const ended = childController(signal);
    const informer = builtIn ? this.#context.informers.for(builtIn) : this.#ownInformer(resource, ended.signal);
    const remove = informer.addHandler({
      added: (object) => this.#handler.upserted(object, resource),
      updated: (object) => this.#handler.upserted(object, resource),
      deleted: (object) => this.#handler.removed(object),
    });
    const stop = () => {
      remove();
      ended.abort();
      for (const object of informer.lister.list()) this.#handler.removed(object);
    };
    return { resource, informer, stop };
  }

  #ownInformer(resource: DiscoveredResource, signal: AbortSignal): Informer<KubeObject> {
    const { client, log, clock } = this.#context;
    const informer = createInformer(client, kindOf(resource), {}, { log, clock });
    void informer.run(signal);
    return informer;
  }
}

function isDeletable(resource: DiscoveredResource): boolean {
  return (
    ['list', 'watch', 'delete'].every((verb) => resource.verbs.includes(verb)) && !IGNORED.has(resourceId(resource))
  );
}

/** A resource known by discovery only, such as a custom one. */
function kindOf({ group, version, kind, plural, namespaced }: DiscoveredResource): Kind {
  return defineKind({ group, version, kind, plural, namespaced, struct: { name: kind, fields: {} } });
}
