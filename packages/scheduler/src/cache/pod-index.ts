import { DomainCounter, type DomainCounts } from './domain-counts.ts';
import type { NodeInfo } from './node-info.ts';
import type { PodInfo } from './pod-info.ts';
import { counted, domainOf, type PodQuery } from './pod-query.ts';
import { PlacedTerms } from './term-index.ts';

/** Answers kept up to date; one that wasn't asked for longest makes way. */
const MAX_QUERIES = 1024;

interface Placed {
  readonly pod: PodInfo;
  readonly nodeName: string;
}

interface LiveQuery {
  readonly query: PodQuery;
  readonly counts: DomainCounter;
  askedAt: number;
}

/**
 * Answers questions about where pods are without looking at them all: an answer is worked out once from the pods of its
 * namespaces, and then follows each change.
 */
export class PodIndex {
  /** Affinity terms that placed pods have. */
  readonly terms = new PlacedTerms();
  readonly #nodes = new Map<string, NodeInfo>();
  /** Placed pods with their node's name, by namespace and uid. */
  readonly #pods = new Map<string, Map<string, Placed>>();
  readonly #queries = new Map<string, LiveQuery>();
  readonly #byNamespace = new Map<string, Set<LiveQuery>>();
  readonly #withDomains = new Set<LiveQuery>();
  readonly #limit: number;
  #asked = 0;

  constructor(limit = MAX_QUERIES) {
    this.#limit = limit;
  }

  /** The answer, which goes on changing with the cluster; good until the next change. */
  count(query: PodQuery): DomainCounts {
    let live = this.#queries.get(query.key);
    if (!live) {
      if (this.#queries.size >= this.#limit) this.#dropOldest();
      live = this.#build(query);
    }
    live.askedAt = ++this.#asked;
    return live.counts;
  }

  /** A node came (no `old`), went (no `next`) or changed, with the pods on it. */
  change(old: NodeInfo | undefined, next: NodeInfo | undefined): void {
    const name = (next ?? old)?.name ?? '';
    if (next) this.#nodes.set(name, next);
    else this.#nodes.delete(name);
    if (old && next && old.labels === next.labels && old.hardTaints === next.hardTaints) {
      this.#changePods(old, next);
      return;
    }
    if (old) {
      for (const pod of old.pods) this.#place(pod, old, -1);
      this.#changeDomains(old, -1);
    }
    if (next) {
      this.#changeDomains(next, 1);
      for (const pod of next.pods) this.#place(pod, next, 1);
    }
  }

  #changePods(old: NodeInfo, next: NodeInfo): void {
    let same = 0;
    while (same < old.pods.length && old.pods[same] === next.pods[same]) same++;
    if (same < old.pods.length) {
      const stay = new Set(next.pods.slice(same));
      for (let i = same; i < old.pods.length; i++) {
        const pod = old.pods[i] as PodInfo;
        if (!stay.delete(pod)) this.#place(pod, old, -1);
      }
      for (const pod of stay) this.#place(pod, next, 1);
    } else for (let i = same; i < next.pods.length; i++) this.#place(next.pods[i] as PodInfo, next, 1);
  }

  #changeDomains(node: NodeInfo, change: 1 | -1): void {
    for (const { query, counts } of this.#withDomains) {
      const value = domainOf(query, node);
      if (value === undefined) continue;
      if (change > 0) counts.addNode(value);
      else counts.removeNode(value);
    }
  }

  #place(pod: PodInfo, node: NodeInfo, change: 1 | -1): void {
    let pods = this.#pods.get(pod.namespace);
    if (change > 0) {
      if (!pods) {
        pods = new Map();
        this.#pods.set(pod.namespace, pods);
      }
      pods.set(pod.uid, { pod, nodeName: node.name });
    } else if (pods && isAt(pods.get(pod.uid), pod, node)) {
      pods.delete(pod.uid);
      if (pods.size === 0) this.#pods.delete(pod.namespace);
    }
    this.terms.change(pod, node, change);
    for (const { query, counts } of this.#byNamespace.get(pod.namespace) ?? []) {
      if (!query.matches(pod)) continue;
      const value = domainOf(query, node);
      if (value !== undefined) counts.addPods(value, change);
    }
  }

  #build(query: PodQuery): LiveQuery {
    const live: LiveQuery = { query, counts: new DomainCounter(query.domains), askedAt: 0 };
    if (query.domains) {
      this.#withDomains.add(live);
      for (const node of this.#nodes.values()) {
        const value = domainOf(query, node);
        if (value !== undefined) live.counts.addNode(value);
      }
    }
    for (const namespace of query.namespaces) {
      for (const { pod, nodeName } of this.#pods.get(namespace)?.values() ?? []) {
        const node = this.#nodes.get(nodeName);
        const value = node && counted(query, pod) ? domainOf(query, node) : undefined;
        if (value !== undefined) live.counts.addPods(value, 1);
      }
      const others = this.#byNamespace.get(namespace) ?? new Set();
      this.#byNamespace.set(namespace, others.add(live));
    }
    this.#queries.set(query.key, live);
    return live;
  }

  #dropOldest(): void {
    let oldest: LiveQuery | undefined;
    for (const live of this.#queries.values()) if (!oldest || live.askedAt < oldest.askedAt) oldest = live;
    if (!oldest) return;
    this.#queries.delete(oldest.query.key);
    this.#withDomains.delete(oldest);
    for (const namespace of oldest.query.namespaces) {
      const others = this.#byNamespace.get(namespace);
      others?.delete(oldest);
      if (others?.size === 0) this.#byNamespace.delete(namespace);
    }
  }
}

/** A pod that moved may have been entered at its new node before it leaves the old one. */
function isAt(placed: Placed | undefined, pod: PodInfo, node: NodeInfo): boolean {
  return placed?.pod === pod && placed.nodeName === node.name;
}
