import type { Pod } from '@coxswain/api';
import type { PodInfo } from '../../cache/pod-info.ts';
import type { ClusterEvent, QueueingHint } from '../../framework/cluster-event.ts';
import { stateKey } from '../../framework/cycle-state.ts';
import type { Plugin, PluginHandle } from '../../framework/plugin.ts';
import { skip, success, unresolvable, unschedulable } from '../../framework/status.ts';
import { podClaims } from '../../volumes/pod-claims.ts';
import { isDiskConflict, isExclusiveDisk } from './disk-conflict.ts';

/** The pod's claims that one pod at a time may use, and how many pods use one now. */
class SinglePodClaims {
  readonly keys: ReadonlySet<string>;
  users: number;

  constructor(keys: ReadonlySet<string>, users: number) {
    this.keys = keys;
    this.users = users;
  }

  usesOf(pod: Pod): number {
    return podClaims(pod).filter(({ key }) => this.keys.has(key)).length;
  }

  clone(): SinglePodClaims {
    return new SinglePodClaims(this.keys, this.users);
  }
}

const STATE = stateKey<SinglePodClaims>('VolumeRestrictions');
const DISK_CONFLICT = unschedulable('node(s) had no available disk');
const SINGLE_POD_CONFLICT = unschedulable(
  'node has pod using PersistentVolumeClaim with the same name and ReadWriteOncePod access mode',
);

/** A disk is attached for one writer; a ReadWriteOncePod claim is used by one pod of the cluster. */
export function volumeRestrictions({ volumes: objects }: PluginHandle): Plugin {
  const deletedHint = ({ pod }: PodInfo, { old }: ClusterEvent): QueueingHint => {
    if (!old) return 'Queue';
    const other = old as Pod;
    const used = new Set(podClaims(other).map(({ key }) => key));
    const sameClaim = podClaims(pod).some(({ key }) => used.has(key));
    const sameDisk = pod.spec.volumes?.some((a) => other.spec.volumes?.some((b) => isDiskConflict(a, b)));
    return sameClaim || sameDisk ? 'Queue' : 'Skip';
  };
  return {
    name: 'VolumeRestrictions',
    events: [
      { event: 'AssignedPodDelete', hint: deletedHint },
      { event: 'NodeAdd' },
      { event: 'PvcAdd' },
      { event: 'PvcUpdate' },
    ],
    preFilter(state, { pod }, snapshot) {
      const keys = new Set<string>();
      for (const { key, name } of podClaims(pod)) {
        const claim = objects.claims.get(key);
        if (!claim) return unresolvable(`persistentvolumeclaim "${name}" not found`);
        if (claim.spec.accessModes?.includes('ReadWriteOncePod')) keys.add(key);
      }
      if (keys.size === 0 && !pod.spec.volumes?.some(isExclusiveDisk)) return skip;
      const claims = new SinglePodClaims(keys, 0);
      if (keys.size > 0)
        for (const { pods } of snapshot.nodes) for (const other of pods) claims.users += claims.usesOf(other.pod);
      state.write(STATE, claims);
      return success;
    },
    addPod(state, _, other) {
      const claims = state.read(STATE);
      claims.users += claims.usesOf(other.pod);
    },
    removePod(state, _, other) {
      const claims = state.read(STATE);
      claims.users -= claims.usesOf(other.pod);
    },
    filter(state, { pod }, node) {
      const disks = (pod.spec.volumes ?? []).filter(isExclusiveDisk);
      if (disks.length > 0)
        for (const other of node.pods)
          for (const volume of other.pod.spec.volumes ?? [])
            if (disks.some((disk) => isDiskConflict(disk, volume))) return DISK_CONFLICT;
      return state.read(STATE).users > 0 ? SINGLE_POD_CONFLICT : success;
    },
  };
}
