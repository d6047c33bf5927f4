import { type Pod, storageClassOf } from '@coxswain/api';
import type { Plugin, PluginHandle } from '../../framework/plugin.ts';
import { skip, success, unresolvable, unschedulable } from '../../framework/status.ts';

import { podClaims } from '../../volumes/pod-claims.ts';
import type { VolumeObjects } from '../../volumes/volume-objects.ts';

const TOO_MANY = unschedulable('node(s) exceed max volume count');

/** A node takes as many volumes of a CSI driver as its CSINode allows; a volume that several pods use counts once. */
export function nodeVolumeLimits({ volumes: objects }: PluginHandle): Plugin {
  return {
    name: 'NodeVolumeLimits',
    events: [
      { event: 'CSINodeAdd' },
      { event: 'CSINodeUpdate' },
      {
        event: 'AssignedPodDelete',
        hint: (_, { old }) => (old && podClaims(old as Pod).length > 0 ? 'Queue' : 'Skip'),
      },
      { event: 'PvcAdd' },
      { event: 'VolumeAttachmentDelete' },
    ],
    preFilter: (_, { pod }) => (podClaims(pod).length === 0 ? skip : success),
    filter(_, { pod }, node) {
      const limits = new Map<string, number>();
      for (const { name, allocatable } of objects.csiNodes.get(node.name)?.spec.drivers ?? [])
        if (allocatable?.count !== undefined) limits.set(name, allocatable.count);
      if (limits.size === 0) return success;
      const wanted = new Map<string, string>();
      const missing = addVolumes(pod, objects, wanted);
      if (missing !== undefined) return unresolvable(`persistentvolumeclaim "${missing}" not found`);
      const used = new Map<string, string>();
      for (const other of node.pods) addVolumes(other.pod, objects, used);
      addAttached(node.name, objects, used);
      const counts = new Map<string, { used: number; fresh: number }>();
      const countOf = (driver: string) => {
        const count = counts.get(driver) ?? { used: 0, fresh: 0 };
        counts.set(driver, count);
        return count;
      };
      for (const driver of used.values()) countOf(driver).used++;
      for (const [volume, driver] of wanted) if (!used.has(volume)) countOf(driver).fresh++;
      for (const [driver, count] of counts) {
        const limit = limits.get(driver);
        if (limit !== undefined && count.fresh > 0 && count.used + count.fresh > limit) return TOO_MANY;
      }
      return success;
    },
  };
}

/** Driver by volume of the pod's claims; returns the name of a claim that isn't there. */
function addVolumes(pod: Pod, objects: VolumeObjects, volumes: Map<string, string>): string | undefined {
  let missing: string | undefined;
  for (const { key, name } of podClaims(pod)) {
    const claim = objects.claims.get(key);
    if (!claim) {
      missing ??= name;
      continue;
    }
    const csi = objects.volumes.get(claim.spec.volumeName ?? '')?.spec.csi;
    if (csi) volumes.set(`${csi.driver}/${csi.volumeHandle}`, csi.driver);
    else if (!claim.spec.volumeName) {
      // Not made yet: it will be its class's driver's.
      const provisioner = objects.classes.get(storageClassOf(claim))?.provisioner;
      if (provisioner) volumes.set(`${provisioner}/claim ${key}`, provisioner);
    }
  }
  return missing;
}

/** Volumes still attached whose pods are gone. */
function addAttached(nodeName: string, objects: VolumeObjects, volumes: Map<string, string>): void {
  for (const { spec } of objects.attachments.list()) {
    if (spec.nodeName !== nodeName) continue;
    const csi = objects.volumes.get(spec.source?.persistentVolumeName ?? '')?.spec.csi;
    if (csi) volumes.set(`${csi.driver}/${csi.volumeHandle}`, csi.driver);
  }
}
