import {
  csiDriverKind,
  deepEqual,
  isAlreadyExists,
  isNotFound,
  nodeKind,
  type PersistentVolume,
  type Pod,
  persistentVolumeClaimKind,
  persistentVolumeKind,
  type VolumeAttachment,
  volumeAttachmentKind,
} from '@coxswain/api';
import { type Controller, done, type ReconcileResult, requeueAfter, source } from '@coxswain/client';
import type { ControllerContext } from '../../controller-context.ts';
import { claimsOfPod } from '../../shared/claims-of-pod.ts';
import { podInformer } from '../../shared/pod-index.ts';
import { isPodTerminal } from '../../shared/pods.ts';
import { attachedNode, planAttachments, uniqueVolumeName } from './plan-attachments.ts';

const VOLUME = 'volume:';
const NODE = 'node:';
const BY_VOLUME = 'attachmentsOfVolume';
const BY_NODE = 'attachmentsOfNode';
const BY_CLAIM = 'podsOfClaim';

/** Says by VolumeAttachments where CSI volumes are to be attached, and to nodes which ones are. */
export function createAttachDetachController(context: ControllerContext): Controller {
  const { client, clock } = context;
  const claims = context.informers.for(persistentVolumeClaimKind);
  const volumes = context.informers.for(persistentVolumeKind);
  const nodes = context.informers.for(nodeKind);
  const drivers = context.informers.for(csiDriverKind);
  const attachments = context.informers.for(volumeAttachmentKind, {
    indexes: {
      [BY_VOLUME]: ({ spec }) => [spec.source.persistentVolumeName ?? ''],
      [BY_NODE]: (attachment) => [attachedNode(attachment)],
    },
  });
  const pods = podInformer(context.informers);
  pods.addIndex(BY_CLAIM, claimsOfPod);
  const events = context.eventsOf('attachdetach-controller');
  /** `volume node` to when nobody there wanted it any more. */
  const unwanted = new Map<string, number>();

  function usersOf({ spec: { claimRef } }: PersistentVolume): Pod[] {
    if (!claimRef) return [];
    const users = pods.lister.byIndex(BY_CLAIM, `${claimRef.namespace}/${claimRef.name}`);
    return users.filter((pod) => pod.spec.nodeName !== undefined && !isPodTerminal(pod));
  }

  function volumesOf(pod: Pod): string[] {
    return claimsOfPod(pod).flatMap((key) => {
      const volume = claims.lister.get(key)?.spec.volumeName;
      return volume === undefined || !volumes.lister.get(volume)?.spec.csi ? [] : [volume];
    });
  }

  async function syncVolume(name: string, signal: AbortSignal): Promise<ReconcileResult> {
    const volume = volumes.lister.get(name);
    if (!volume?.spec.csi) return done;
    const present = attachments.lister.byIndex(BY_VOLUME, name);
    const users = usersOf(volume);
    const on = new Set(users.map(({ spec }) => spec.nodeName));
    const now = clock.now();
    const timer = (node: string) => `${name} ${node}`;
    for (const node of present.map(attachedNode)) {
      if (on.has(node)) unwanted.delete(timer(node));
      else if (!unwanted.has(timer(node))) unwanted.set(timer(node), now);
    }
    const plan = planAttachments({
      volume,
      attachRequired: drivers.lister.get(volume.spec.csi.driver)?.spec.attachRequired !== false,
      pods: users,
      attachments: present,
      nodeOf: (node) => nodes.lister.get(node),
      unwantedSince: (node) => unwanted.get(timer(node)) ?? now,
      now,
    });
    for (const { pod, message } of plan.refused) events.event(pod, 'Warning', 'FailedAttachVolume', message);
    for (const { attachment } of plan.remove) {
      // The node is told first that it has the volume no longer.
      await syncNode(attachedNode(attachment), signal, attachment.metadata.name);
      await detach(attachment, signal);
      unwanted.delete(timer(attachedNode(attachment)));
    }
    for (const attachment of plan.create)
      try {
        await client.resource(volumeAttachmentKind).create(attachment, { signal });
      } catch (error) {
        if (!isAlreadyExists(error)) throw error;
      }
    return plan.againInMs === undefined ? done : requeueAfter(plan.againInMs);
  }

  async function detach({ metadata }: VolumeAttachment, signal: AbortSignal): Promise<void> {
    const { name, uid = '' } = metadata;
    try {
      await client.resource(volumeAttachmentKind).delete(name, { signal, preconditions: { uid } });
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  }

  /** Writes which volumes a node has, without the attachment that goes now. */
  async function syncNode(name: string, signal: AbortSignal, going?: string): Promise<void> {
    const node = nodes.lister.get(name);
    if (!node) return;
    const attached = attachments.lister
      .byIndex(BY_NODE, name)
      .filter(({ metadata, status }) => status?.attached && !metadata.deletionTimestamp && metadata.name !== going)
      .flatMap(({ spec }) => {
        const volume = volumes.lister.get(spec.source.persistentVolumeName ?? '');
        return volume?.spec.csi ? [{ name: uniqueVolumeName(volume), devicePath: '' }] : [];
      })
      .sort((a, b) => (a.name < b.name ? -1 : 1));
    if (deepEqual(attached, node.status?.volumesAttached ?? [])) return;
    const body = { metadata: { uid: node.metadata.uid }, status: { volumesAttached: attached } };
    await client.resource(nodeKind).patch(name, { type: 'merge', body }, { signal, subresource: 'status' });
  }

  function announce(attachment: VolumeAttachment, old: VolumeAttachment | undefined): void {
    const { nodeName, source: from } = attachment.spec;
    const volume = volumes.lister.get(from.persistentVolumeName ?? '');
    if (!volume) return;
    const { attached, attachError } = attachment.status ?? {};
    const users = usersOf(volume).filter(({ spec }) => spec.nodeName === nodeName);
    const what = `for volume "${volume.metadata.name}" `;
    for (const pod of users) {
      if (attached && !old?.status?.attached)
        events.event(pod, 'Normal', 'SuccessfulAttachVolume', `AttachVolume.Attach succeeded ${what}`);
      if (attachError && attachError.time !== old?.status?.attachError?.time)
        events.event(
          pod,
          'Warning',
          'FailedAttachVolume',
          `AttachVolume.Attach failed ${what}: ${attachError.message ?? ''}`,
        );
    }
  }

  return {
    name: 'attachdetach',
    sources: [
      source(pods, (pod, event, old) =>
        event === 'updated' && old && phaseOf(pod) === phaseOf(old) ? [] : volumesOf(pod).map((name) => VOLUME + name),
      ),
      source(claims, ({ spec }) => (spec.volumeName ? [VOLUME + spec.volumeName] : [])),
      source(volumes, ({ metadata, spec }) => (spec.csi ? [VOLUME + metadata.name] : [])),
      source(drivers, () => []),
      source(attachments, (attachment, event, old) => {
        if (event === 'updated') announce(attachment, old);
        const { nodeName, source: from } = attachment.spec;
        return from.persistentVolumeName ? [VOLUME + from.persistentVolumeName, NODE + nodeName] : [];
      }),
      source(nodes, ({ metadata }) => {
        const held = attachments.lister.byIndex(BY_NODE, metadata.name);
        return held.length === 0
          ? []
          : [NODE + metadata.name, ...held.map(({ spec }) => VOLUME + (spec.source.persistentVolumeName ?? ''))];
      }),
    ],
    async reconcile(key, { signal }) {
      if (key.startsWith(VOLUME)) return syncVolume(key.slice(VOLUME.length), signal);
      await syncNode(key.slice(NODE.length), signal);
      return done;
    },
  };
}

function phaseOf(pod: Pod): string {
  return `${pod.spec.nodeName} ${isPodTerminal(pod)}`;
}
