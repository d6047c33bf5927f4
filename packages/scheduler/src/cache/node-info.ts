import { deepEqual, type Node, type Taint } from '@coxswain/api';
import { amount } from './amount.ts';
import type { HostPort, PodInfo } from './pod-info.ts';
import { Resources } from './resources.ts';

const NO_IMAGES: ReadonlyMap<string, number> = new Map();
const NONE: Readonly<Record<string, string>> = {};

/** A node and what runs or is about to run on it, summed up. */
export class NodeInfo {
  readonly name: string;
  /** Undefined when the node is gone but pods of it are still known. */
  node: Node | undefined;
  labels: Readonly<Record<string, string>> = NONE;
  unschedulable = false;
  /** Taints that keep pods away: NoSchedule, NoExecute. */
  hardTaints: readonly Taint[] = [];
  /** Taints that pods rather avoid: PreferNoSchedule. */
  softTaints: readonly Taint[] = [];
  /** Bytes of the images that the node has, by each of their names. */
  images: ReadonlyMap<string, number> = NO_IMAGES;
  allocatable = new Resources();
  allowedPods = 0;
  requested = new Resources();
  nonZeroRequested = new Resources();
  pods: PodInfo[] = [];
  #portPods = 0;

  constructor(name: string) {
    this.name = name;
  }

  setNode(node: Node | undefined): void {
    const before = this.node;
    this.node = node;
    this.labels = kept(this.labels, node?.metadata.labels ?? NONE);
    this.unschedulable = node?.spec?.unschedulable ?? false;
    const taints = node?.spec?.taints ?? [];
    const hard = taints.filter(({ effect }) => effect === 'NoSchedule' || effect === 'NoExecute');
    this.hardTaints = kept(this.hardTaints, hard);
    this.softTaints = taints.filter(({ effect }) => effect === 'PreferNoSchedule');
    if (!deepEqual(before?.status?.images, node?.status?.images)) this.images = imagesOf(node);
    this.allocatable = Resources.of(node?.status?.allocatable);
    this.allowedPods = amount(node?.status?.allocatable?.['pods'] ?? '0');
  }

  addPod(pod: PodInfo): void {
    this.pods.push(pod);
    this.requested.add(pod.requests);
    this.nonZeroRequested.add(pod.nonZero);
    if (pod.hostPorts.length > 0) this.#portPods++;
  }

  /** Returns whether it was there. */
  removePod(uid: string): boolean {
    const at = this.pods.findIndex((pod) => pod.uid === uid);
    const pod = this.pods[at];
    if (!pod) return false;
    const last = this.pods.pop() as PodInfo;
    if (last !== pod) this.pods[at] = last;
    this.requested.subtract(pod.requests);
    this.nonZeroRequested.subtract(pod.nonZero);
    if (pod.hostPorts.length > 0) this.#portPods--;
    return true;
  }

  /** Whether a pod here takes one of these ports of the node. */
  usesPort(wanted: readonly HostPort[]): boolean {
    if (this.#portPods === 0) return false;
    return this.pods.some(({ hostPorts }) => hostPorts.some((used) => wanted.some((port) => conflict(used, port))));
  }

  /** A copy that stays as it is when this one changes. */
  clone(): NodeInfo {
    const copy = new NodeInfo(this.name);
    copy.node = this.node;
    copy.labels = this.labels;
    copy.unschedulable = this.unschedulable;
    copy.hardTaints = this.hardTaints;
    copy.softTaints = this.softTaints;
    copy.images = this.images;
    copy.allocatable = this.allocatable;
    copy.allowedPods = this.allowedPods;
    copy.requested = this.requested.clone();
    copy.nonZeroRequested = this.nonZeroRequested.clone();
    copy.pods = this.pods.slice();
    copy.#portPods = this.#portPods;
    return copy;
  }
}

function imagesOf(node: Node | undefined): ReadonlyMap<string, number> {
  const images = new Map<string, number>();
  for (const { names = [], sizeBytes = 0 } of node?.status?.images ?? [])
    for (const name of names) images.set(name, Number(sizeBytes));
  return images;
}

/** The old value if it says the same, so that a change can be told by identity. */
function kept<T>(old: T, next: T): T {
  return deepEqual(old, next) ? old : next;
}

function conflict(a: HostPort, b: HostPort): boolean {
  if (a.port !== b.port || a.protocol !== b.protocol) return false;
  return a.ip === b.ip || isAny(a.ip) || isAny(b.ip);
}

function isAny(ip: string): boolean {
  return ip === '0.0.0.0' || ip === '::';
}
