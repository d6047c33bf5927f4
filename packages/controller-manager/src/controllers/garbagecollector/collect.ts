import { isNotFound, type KubeObject, type OwnerReferenceShape } from '@coxswain/api';
import type { ApiClient } from '@coxswain/client';
import type { Events } from '../../controller-context.ts';
import { AbsentOwnerCache } from './absent-owner-cache.ts';
import { FOREGROUND, type GraphNode, isDeletingDependents, ORPHAN, type OwnerGraph, toNode } from './owner-graph.ts';
import { type OwnerState, planGarbage } from './plan-garbage.ts';
import type { ResourceMonitors } from './resource-monitors.ts';

export interface CollectorOptions {
  readonly client: ApiClient;
  readonly graph: OwnerGraph;
  readonly monitors: Pick<ResourceMonitors, 'resourceOf'>;
  readonly events: Events;
  /** Has more uids looked at. */
  enqueue(uids: readonly string[]): void;
}

/** Looks at single objects of the graph and does what their owners' fate asks for. */
export class Collector {
  readonly #options: CollectorOptions;
  readonly #absent = new AbsentOwnerCache();

  constructor(options: CollectorOptions) {
    this.#options = options;
  }

  /** Idempotent; throws what the API server answers (a conflict asks for another try). */
  async process(uid: string, signal: AbortSignal): Promise<void> {
    const node = this.#options.graph.get(uid);
    if (!node) return;
    if (node.deleting && node.finalizers.includes(ORPHAN)) return this.#orphanDependents(node, signal);
    if (isDeletingDependents(node)) return this.#finishForeground(node, signal);
    if (node.deleting || node.owners.every((owner) => this.#stateInGraph(node, owner) === 'solid')) return;
    await this.#judge(node, signal);
  }

  /** Nothing is deleted on the word of the graph alone: the object and its absent owners are read from the server. */
  async #judge(known: GraphNode, signal: AbortSignal): Promise<void> {
    const { graph, enqueue } = this.#options;
    const live = await this.#read(known, signal);
    if (!live) {
      enqueue(graph.remove(known.uid));
      return;
    }
    const node = toNode(live, known.resource);
    this.#reportForeignOwners(live, node);
    const owners: OwnerState[] = [];
    for (const owner of node.owners) owners.push(await this.#ownerState(node, owner, signal));
    const dependents = graph.dependentsOf(node.uid);
    const plan = planGarbage({
      node,
      owners,
      hasDependents: dependents.length > 0,
      dependentIsWaiting: dependents.some(isDeletingDependents),
    });
    switch (plan.kind) {
      case 'keep':
        return;
      case 'setOwners':
        await this.#patch(live, node, { ownerReferences: plan.owners }, signal);
        return;
      case 'delete': {
        let target = live;
        if (plan.unblockOwners) {
          const ownerReferences = node.owners.map((owner) => ({ ...owner, blockOwnerDeletion: false }));
          target = (await this.#patch(live, node, { ownerReferences }, signal)) ?? live;
        }
        const { uid = '', resourceVersion = '' } = target.metadata;
        await this.#ignoreGone(
          this.#client(node).delete(node.name, {
            namespace: node.namespace,
            signal,
            propagationPolicy: plan.policy,
            preconditions: { uid, resourceVersion },
          }),
        );
        return;
      }
      default:
        plan satisfies never;
    }
  }

  /** Owners live in the same namespace or in none. */
  #reportForeignOwners(live: KubeObject, node: GraphNode): void {
    for (const { apiVersion, kind, name, uid } of node.owners) {
      const owner = this.#options.graph.get(uid);
      if (!owner || owner.namespace === undefined || owner.namespace === node.namespace) continue;
      const namespace = node.namespace ?? '';
      const message = `ownerRef [${apiVersion}/${kind}, namespace: ${namespace}, name: ${name}, uid: ${uid}] does not exist in namespace "${namespace}"`;
      this.#options.events.event(live, 'Warning', 'OwnerRefInvalidNamespace', message);
    }
  }

  async #ownerState(node: GraphNode, owner: OwnerReferenceShape, signal: AbortSignal): Promise<OwnerState> {
    const inGraph = this.#stateInGraph(node, owner);
    if (inGraph !== undefined) return inGraph;
    if (this.#absent.has(node.namespace, owner.uid)) return 'absent';
    const resource = this.#options.monitors.resourceOf(owner.apiVersion, owner.kind);
    if (!resource) throw new Error(`unable to get REST mapping for ${owner.apiVersion}/${owner.kind}`);
    // A cluster-scoped object can't have a namespaced owner; upstream reports it and leaves the object alone.
    if (resource.namespaced && node.namespace === undefined) return 'solid';
    const namespace = resource.namespaced ? node.namespace : undefined;
    const known = { resource, namespace, name: owner.name, uid: owner.uid };
    const live = await this.#read(known, signal);
    if (!live) {
      this.#absent.add(node.namespace, owner.uid);
      return 'absent';
    }
    return isDeletingDependents(toNode(live, resource)) ? 'waiting' : 'solid';
  }

  #stateInGraph(node: GraphNode, { uid }: OwnerReferenceShape): OwnerState | undefined {
    const owner = this.#options.graph.get(uid);
    if (!owner || (owner.namespace !== undefined && owner.namespace !== node.namespace)) return undefined;
    return isDeletingDependents(owner) ? 'waiting' : 'solid';
  }

  async #finishForeground(node: GraphNode, signal: AbortSignal): Promise<void> {
    const { graph, enqueue } = this.#options;
    if (graph.blockingDependentsOf(node.uid).length === 0) {
      await this.#dropFinalizer(node, FOREGROUND, signal);
      return;
    }
    const circle = graph.ownersWaitedFor(node.uid);
    if (circle.size > 0) await this.#unblock(node, circle, signal);
    enqueue(
      graph
        .dependentsOf(node.uid)
        .filter(({ deleting }) => !deleting)
        .map(({ uid }) => uid),
    );
  }

  /** Stops holding back these owners, which would otherwise wait for themselves. */
  async #unblock(node: GraphNode, owners: ReadonlySet<string>, signal: AbortSignal): Promise<void> {
    const live = await this.#read(node, signal);
    const ownerReferences = live?.metadata.ownerReferences?.map((owner) =>
      owners.has(owner.uid) ? { ...owner, blockOwnerDeletion: false } : owner,
    );
    if (live && ownerReferences) await this.#patch(live, node, { ownerReferences }, signal);
  }

  async #orphanDependents(owner: GraphNode, signal: AbortSignal): Promise<void> {
    for (const dependent of this.#options.graph.dependentsOf(owner.uid)) {
      const live = await this.#read(dependent, signal);
      const owners = live?.metadata.ownerReferences ?? [];
      const ownerReferences = owners.filter(({ uid }) => uid !== owner.uid);
      if (live && ownerReferences.length < owners.length)
        await this.#patch(live, dependent, { ownerReferences }, signal);
    }
    await this.#dropFinalizer(owner, ORPHAN, signal);
  }

  async #dropFinalizer(node: GraphNode, finalizer: string, signal: AbortSignal): Promise<void> {
    const live = await this.#read(node, signal);
    if (!live?.metadata.finalizers?.includes(finalizer)) return;
    const finalizers = live.metadata.finalizers.filter((name) => name !== finalizer);
    await this.#patch(live, node, { finalizers }, signal);
  }

  async #patch(
    live: KubeObject,
    node: GraphNode,
    change: { readonly ownerReferences?: readonly OwnerReferenceShape[]; readonly finalizers?: readonly string[] },
    signal: AbortSignal,
  ): Promise<KubeObject | undefined> {
    const { uid, resourceVersion } = live.metadata;
    const body = { metadata: { uid, resourceVersion, ...change } };
    const { namespace } = node;
    return this.#ignoreGone(this.#client(node).patch(node.name, { type: 'merge', body }, { namespace, signal }));
  }

  /** The object under that name if it still has that uid. */
  async #read(
    { resource, namespace, name, uid }: Pick<GraphNode, 'resource' | 'namespace' | 'name' | 'uid'>,
    signal: AbortSignal,
  ): Promise<KubeObject | undefined> {
    const live = await this.#ignoreGone(this.#options.client.dynamic(resource).get(name, { namespace, signal }));
    return live?.metadata.uid === uid ? live : undefined;
  }

  #client({ resource }: GraphNode) {
    return this.#options.client.dynamic(resource);
  }

  async #ignoreGone<T>(request: Promise<T>): Promise<T | undefined> {
    try {
      return await request;
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
  }
}
