import { createHash } from 'node:crypto';
import {
  type IPBlock,
  labelSelectorAsSelector,
  type Namespace,
  type NetworkPolicy,
  type NetworkPolicyPeer,
  type NetworkPolicyPort,
} from '@coxswain/api';
import { parseCidr } from '../cidr.ts';
import type { PolicyPod } from './policy-pod.ts';

export interface PolicyInput {
  /** This node. */
  readonly node: string;
  readonly policies: readonly NetworkPolicy[];
  readonly pods: readonly PolicyPod[];
  readonly namespaces: readonly Namespace[];
  /** This node's pod range; undefined while it isn't known. */
  readonly podCidr?: string | undefined;
}

/** What the table must hold. Sets are shared by the rules that look for the same pods. */
export interface PolicyPlan {
  /** Type and elements by set name. */
  readonly sets: ReadonlyMap<string, { readonly type: string; readonly elements: ReadonlySet<string> }>;
  /** Rules by chain name: each lets a packet return, what no rule lets through is dropped. */
  readonly chains: ReadonlyMap<string, readonly string[]>;
  /** Chains by the address of the pods of this node, for packets to and from them. */
  readonly ingress: ReadonlyMap<string, string>;
  readonly egress: ReadonlyMap<string, string>;
  /** This node's pod range and the pods known there; others there get no packets. Undefined without policies. */
  readonly known: { readonly range: string; readonly pods: ReadonlySet<string> } | undefined;
}

type Direction = 'ingress' | 'egress';

/** NetworkPolicies as seen from one node: only its own pods are guarded, both ways. Pure. */
export function planPolicies(input: PolicyInput): PolicyPlan {
  const planner = new Planner(input);
  const guarded: Record<Direction, Map<string, string>> = { ingress: new Map(), egress: new Map() };
  for (const direction of ['ingress', 'egress'] as const) {
    const type = direction === 'ingress' ? 'Ingress' : 'Egress';
    const policies = input.policies
      .filter(({ spec }) => (spec.policyTypes ?? ['Ingress']).includes(type))
      .map((policy) => ({ policy, selector: labelSelectorAsSelector(policy.spec.podSelector) }));
    for (const pod of input.pods) {
      if (pod.node !== input.node) continue;
      const own = policies.filter(
        ({ policy, selector }) => policy.metadata.namespace === pod.namespace && selector.matches(pod.labels),
      );
      if (own.length === 0) continue;
      const chain = planner.chain(
        direction,
        own.map(({ policy }) => policy),
      );
      guarded[direction].set(pod.ip, chain);
    }
  }
  return { sets: planner.sets, chains: planner.chains, ...guarded, known: knownPods(input) };
}

function knownPods({ node, policies, pods, podCidr }: PolicyInput): PolicyPlan['known'] {
  if (podCidr === undefined || policies.length === 0) return undefined;
  return { range: podCidr, pods: new Set(pods.filter((pod) => pod.node === node).map(({ ip }) => ip)) };
}

class Planner {
  readonly sets = new Map<string, { type: string; elements: ReadonlySet<string> }>();
  readonly chains = new Map<string, readonly string[]>();
  readonly #pods: readonly PolicyPod[];
  readonly #namespaces: ReadonlyMap<string, Readonly<Record<string, string>>>;

  constructor({ pods, namespaces }: PolicyInput) {
    this.#pods = pods;
    this.#namespaces = new Map(namespaces.map(({ metadata }) => [metadata.name ?? '', metadata.labels ?? {}]));
  }

  /** The chain of pods that have just these policies. */
  chain(direction: Direction, policies: readonly NetworkPolicy[]): string {
    const keys = policies.map(({ metadata }) => `${metadata.namespace}/${metadata.name}`).sort();
    const name = `${direction}-${hash(keys.join(' '))}`;
    if (this.chains.has(name)) return name;
    const rules = new Set(policies.flatMap((policy) => this.#rules(direction, policy)));
    this.chains.set(name, [...[...rules].sort(), 'drop']);
    return name;
  }

  #rules(direction: Direction, { metadata, spec }: NetworkPolicy): string[] {
    const rules =
      direction === 'ingress'
        ? (spec.ingress ?? []).map(({ from, ports }) => ({ peers: from, ports }))
        : (spec.egress ?? []).map(({ to, ports }) => ({ peers: to, ports }));
    return rules.flatMap(({ peers, ports }) => {
      const who = peers?.length ? peers.flatMap((peer) => this.#peer(direction, peer, metadata.namespace ?? '')) : [''];
      const where = ports?.length ? ports.flatMap((port) => this.#port(port)) : [''];
      return who.flatMap((peer) => where.map((port) => [peer, port, 'return'].filter((part) => part !== '').join(' ')));
    });
  }

  #peer(direction: Direction, { ipBlock, podSelector, namespaceSelector }: NetworkPolicyPeer, own: string): string[] {
    const address = direction === 'ingress' ? 'ip saddr' : 'ip daddr';
    if (ipBlock) return blockMatch(address, ipBlock);
    const scope = JSON.stringify([namespaceSelector ?? own, podSelector ?? {}]);
    const name = `peers-${hash(scope)}`;
    if (!this.sets.has(name)) {
      const namespaces = namespaceSelector && labelSelectorAsSelector(namespaceSelector);
      const selector = labelSelectorAsSelector(podSelector ?? {});
      const inScope = (namespace: string) =>
        namespaces ? namespaces.matches(this.#namespaces.get(namespace) ?? {}) : namespace === own;
      const found = this.#pods.filter(({ namespace, labels }) => inScope(namespace) && selector.matches(labels));
      this.sets.set(name, { type: 'ipv4_addr', elements: new Set(found.map(({ ip }) => ip)) });
    }
    return [`${address} @${name}`];
  }

  #port({ protocol = 'TCP', port, endPort }: NetworkPolicyPort): string[] {
    const layer = protocol.toLowerCase();
    if (port === undefined) return [`meta l4proto ${layer}`];
    if (typeof port === 'number') return [`${layer} dport ${endPort === undefined ? port : `${port}-${endPort}`}`];
    // A named port is whatever the pod that is addressed calls so.
    const name = `port-${hash(`${protocol} ${port}`)}`;
    const elements = this.#pods.flatMap((pod) =>
      pod.ports
        .filter((named) => named.name === port && named.protocol === protocol)
        .map((named) => `${pod.ip} . ${named.port}`),
    );
    this.sets.set(name, { type: 'ipv4_addr . inet_service', elements: new Set(elements) });
    return [`meta l4proto ${layer} ip daddr . th dport @${name}`];
  }
}

function blockMatch(address: string, { cidr, except = [] }: IPBlock): string[] {
  if (!parseCidr(cidr)) return [];
  const without = except.filter((range) => parseCidr(range)).map((range) => `${address} != ${range}`);
  return [[`${address} ${cidr}`, ...without].join(' ')];
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 12);
}
