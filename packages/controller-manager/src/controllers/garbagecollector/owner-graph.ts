import { deepEqual, type KubeObject, type OwnerReferenceShape } from '@coxswain/api';
import type { DiscoveredResource } from '../../shared/discover-resources.ts';

export const FOREGROUND = 'foregroundDeletion';
export const ORPHAN = 'orphan';

/** What the collector knows of one object. */
export interface GraphNode {
  readonly uid: string;
  readonly resource: DiscoveredResource;
  readonly namespace: string | undefined;
  readonly name: string;
  readonly owners: readonly OwnerReferenceShape[];
  readonly finalizers: readonly string[];
  readonly deleting: boolean;
}

/** Who owns whom, by uid, as the monitors show it. Each change returns the uids that have to be looked at. */
export class OwnerGraph {
  readonly #nodes = new Map<string, GraphNode>();
  readonly #dependents = new Map<string, Set<string>>();

  get size(): number {
    return this.#nodes.size;
  }

  get(uid: string): GraphNode | undefined {
    return this.#nodes.get(uid);
  }

  dependentsOf(uid: string): GraphNode[] {
    return [...(this.#dependents.get(uid) ?? [])].flatMap((dependent) => this.#nodes.get(dependent) ?? []);
  }

  /** Dependents whose existence holds back a foreground deletion of their owner. */
  blockingDependentsOf(uid: string): GraphNode[] {
    return this.dependentsOf(uid).filter(({ owners }) =>
      owners.some((owner) => owner.uid === uid && owner.blockOwnerDeletion),
    );
  }

  /** Owners whose foreground deletion waits for this object while its own waits for them: a circle. */
  ownersWaitedFor(uid: string): Set<string> {
    const blocked = (this.#nodes.get(uid)?.owners ?? []).filter((owner) => owner.blockOwnerDeletion);
    if (blocked.length === 0) return new Set();
    const waitedFor = new Set<string>();
    const open = [uid];
    for (let next = open.pop(); next !== undefined; next = open.pop())
      for (const dependent of this.blockingDependentsOf(next)) {
        if (waitedFor.has(dependent.uid) || !isDeletingDependents(dependent)) continue;
        waitedFor.add(dependent.uid);
        open.push(dependent.uid);
      }
    return new Set(blocked.map((owner) => owner.uid).filter((owner) => waitedFor.has(owner)));
  }

  upsert(object: KubeObject, resource: DiscoveredResource): string[] {
    const node = toNode(object, resource);
    const old = this.#nodes.get(node.uid);
    if (old && deepEqual(comparable(old), comparable(node))) return [];
    this.#nodes.set(node.uid, node);
    const former = (old?.owners ?? []).map(({ uid }) => uid);
    for (const owner of former) this.#unlink(owner, node.uid);
    for (const { uid } of node.owners) this.#link(uid, node.uid);
    const marked = node.deleting && (node.finalizers.includes(FOREGROUND) || node.finalizers.includes(ORPHAN));
    return [
      ...(node.owners.length > 0 || marked ? [node.uid] : []),
      ...former.filter((uid) => this.#isForeground(uid)),
    ];
  }

  remove(uid: string): string[] {
    const node = this.#nodes.get(uid);
    if (!node) return [];
    this.#nodes.delete(uid);
    for (const owner of node.owners) this.#unlink(owner.uid, uid);
    const waitingOwners = node.owners.map((owner) => owner.uid).filter((owner) => this.#isForeground(owner));
    return [...(this.#dependents.get(uid) ?? []), ...waitingOwners];
  }

  #isForeground(uid: string): boolean {
    const node = this.#nodes.get(uid);
    return node !== undefined && isDeletingDependents(node);
  }

  #link(owner: string, dependent: string): void {
    const set = this.#dependents.get(owner) ?? new Set();
    set.add(dependent);
    this.#dependents.set(owner, set);
  }

  #unlink(owner: string, dependent: string): void {
    const set = this.#dependents.get(owner);
    set?.delete(dependent);
    if (set?.size === 0) this.#dependents.delete(owner);
  }
}

/** It is being deleted and waits for its dependents to go first. */
export function isDeletingDependents({ deleting, finalizers }: GraphNode): boolean {
  return deleting && finalizers.includes(FOREGROUND);
}

export function toNode({ metadata }: KubeObject, resource: DiscoveredResource): GraphNode {
  return {
    uid: metadata.uid ?? '',
    resource,
    namespace: metadata.namespace,
    name: metadata.name,
    owners: (metadata.ownerReferences ?? []).map((owner) => ({ ...owner })),
    finalizers: metadata.finalizers ?? [],
    deleting: metadata.deletionTimestamp !== undefined,
  };
}

function comparable({ owners, finalizers, deleting }: GraphNode): unknown {
  return { owners, finalizers, deleting };
}
