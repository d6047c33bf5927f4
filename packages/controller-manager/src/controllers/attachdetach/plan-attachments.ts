import { createHash } from 'node:crypto';
import type { Node, PersistentVolume, Pod, VolumeAttachment } from '@coxswain/api';

/** A node that holds on to a volume for longer than this, and is not ready, loses it; milliseconds. */
export const FORCE_DETACH_MS = 6 * 60_000;
export const OUT_OF_SERVICE = 'node.kubernetes.io/out-of-service';
const SHARED_MODES = ['ReadWriteMany', 'ReadOnlyMany'];

export interface AttachmentInput {
  readonly volume: PersistentVolume;
  /** False for drivers whose CSIDriver says that nothing is to be attached. */
  readonly attachRequired: boolean;
  /** Pods that use the volume, on nodes, and haven't ended. */
  readonly pods: readonly Pod[];
  /** The volume's own. */
  readonly attachments: readonly VolumeAttachment[];
  nodeOf(name: string): Node | undefined;
  /** When nobody on the node wanted the volume any more, milliseconds since the epoch. */
  unwantedSince(node: string): number;
  readonly now: number;
}

export interface AttachmentPlan {
  readonly create: readonly VolumeAttachment[];
  readonly remove: readonly {
    readonly attachment: VolumeAttachment;
    readonly forced: 'timeout' | 'out-of-service' | undefined;
  }[];
  /** Pods that wait for another node to let the volume go, and why. */
  readonly refused: readonly { readonly pod: Pod; readonly message: string }[];
  /** Milliseconds until a node that doesn't let go is made to. */
  readonly againInMs?: number;
}

/** What kubelets and node statuses call a CSI volume. */
export function uniqueVolumeName({ spec: { csi } }: PersistentVolume): string {
  return `kubernetes.io/csi/${csi?.driver}^${csi?.volumeHandle}`;
}

/** The node that an attachment is of. */
export function attachedNode({ spec }: VolumeAttachment): string {
  return spec.nodeName ?? '';
}

/** Upstream's name of a VolumeAttachment, so that kubelets and attachers find it. */
export function attachmentName({ spec: { csi } }: PersistentVolume, node: string): string {
  return `csi-${createHash('sha256').update(`${csi?.volumeHandle}${csi?.driver}${node}`).digest('hex')}`;
}

/**
 * Where a volume is to be attached: on the nodes of its pods, on one at a time unless it may be shared; and from where it
 * goes: once no pod wants it there and the node has let it go, or can't be waited for.
 */
export function planAttachments(input: AttachmentInput): AttachmentPlan {
  const { volume, attachRequired, pods, attachments } = input;
  const wanted = new Map<string, Pod[]>();
  if (attachRequired && volume.metadata.deletionTimestamp === undefined)
    for (const pod of pods) {
      const node = pod.spec.nodeName ?? '';
      wanted.set(node, [...(wanted.get(node) ?? []), pod]);
    }
  const remove: { attachment: VolumeAttachment; forced: 'timeout' | 'out-of-service' | undefined }[] = [];
  const waits: number[] = [];
  for (const attachment of attachments) {
    const nodeName = attachedNode(attachment);
    if (wanted.has(nodeName) || attachment.metadata.deletionTimestamp !== undefined) continue;
    const decision = mayDetach(input, nodeName);
    if (decision.now) remove.push({ attachment, forced: decision.forced });
    else waits.push(decision.inMs);
  }
  const held = new Set(attachments.map(attachedNode));
  const shared = (volume.spec.accessModes ?? []).some((mode) => SHARED_MODES.includes(mode));
  const create: VolumeAttachment[] = [];
  const refused: { pod: Pod; message: string }[] = [];
  for (const [node, users] of wanted) {
    if (held.has(node) || !input.nodeOf(node)) continue;
    const elsewhere = [...held].filter((other) => other !== node);
    if (!shared && elsewhere.length > 0) {
      for (const pod of users) refused.push({ pod, message: multiAttach(volume, pod, wanted, elsewhere) });
      continue;
    }
    held.add(node);
    create.push(newAttachment(volume, node));
  }
  const againInMs = Math.min(...waits);
  return { create, remove, refused, ...(Number.isFinite(againInMs) ? { againInMs } : {}) };
}

type Detach =
  | { readonly now: true; readonly forced: 'timeout' | 'out-of-service' | undefined }
  | { readonly now: false; readonly inMs: number };

function mayDetach({ volume, nodeOf, unwantedSince, now }: AttachmentInput, name: string): Detach {
  const node = nodeOf(name);
  if (!node?.status?.volumesInUse?.includes(uniqueVolumeName(volume))) return { now: true, forced: undefined };
  if (node.spec?.taints?.some(({ key }) => key === OUT_OF_SERVICE)) return { now: true, forced: 'out-of-service' };
  const left = unwantedSince(name) + FORCE_DETACH_MS - now;
  const ready = node.status.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True');
  // A node that is well still writes: only it knows when it is done.
  if (ready) return { now: false, inMs: FORCE_DETACH_MS };
  return left <= 0 ? { now: true, forced: 'timeout' } : { now: false, inMs: left };
}

function newAttachment(volume: PersistentVolume, nodeName: string): VolumeAttachment {
  return {
    metadata: { name: attachmentName(volume, nodeName) },
    spec: { attacher: volume.spec.csi?.driver ?? '', nodeName, source: { persistentVolumeName: volume.metadata.name } },
  };
}

function multiAttach(
  { metadata: { name } }: PersistentVolume,
  pod: Pod,
  wanted: ReadonlyMap<string, readonly Pod[]>,
  elsewhere: readonly string[],
): string {
  const users = elsewhere.flatMap((node) => wanted.get(node) ?? []);
  const prefix = `Multi-Attach error for volume "${name}" `;
  if (users.length === 0)
    return `${prefix}Volume is already exclusively attached to one node and can't be attached to another`;
  const own = users.filter(({ metadata }) => metadata.namespace === pod.metadata.namespace);
  const others = users.length - own.length;
  const names = own.map(({ metadata }) => metadata.name).join(', ');
  if (own.length === 0) return `${prefix}Volume is already used by ${others} pod(s) in different namespaces`;
  const more = others > 0 ? ` and ${others} pod(s) in different namespaces` : '';
  return `${prefix}Volume is already used by pod(s) ${names}${more}`;
}
