import {
  isVolumeReachable,
  type NodeLike,
  type PersistentVolume,
  type PersistentVolumeClaim,
  SELECTED_NODE,
} from '@coxswain/api';

import type { VolumeObjects } from '../../volumes/volume-objects.ts';
import { canProvision } from './can-provision.ts';

export const NODE_CONFLICT = "node(s) didn't match PersistentVolume's node affinity";
export const BIND_CONFLICT = "node(s) didn't find available persistent volumes to bind";
export const NOT_ENOUGH_SPACE = 'node(s) did not have enough free storage';
export const VOLUME_MISSING = 'node(s) unavailable due to one or more pvc(s) bound to non-existent pv(s)';

/** What the pod's claims need, the same for all nodes. */
export interface ClaimNeeds {
  /** Volumes of bound claims; undefined for one that doesn't exist. */
  readonly bound: readonly (PersistentVolume | undefined)[];
  /** Claims whose volume depends on the node, those that ask for least first. */
  readonly unbound: readonly {
    readonly claim: PersistentVolumeClaim;
    readonly candidates: readonly PersistentVolume[];
  }[];
}

/** What a node would give the unbound claims. */
export interface VolumeChoice {
  readonly matches: readonly { readonly claim: PersistentVolumeClaim; readonly volume: PersistentVolume }[];
  readonly provisions: readonly PersistentVolumeClaim[];
}

/** Volumes for all claims on one node, or the reasons why there are none. */
export function chooseVolumes(needs: ClaimNeeds, node: NodeLike, objects: VolumeObjects): VolumeChoice | string[] {
  const reasons = new Set<string>();
  for (const volume of needs.bound) {
    if (!volume) reasons.add(VOLUME_MISSING);
    else if (!isVolumeReachable(volume, node)) reasons.add(NODE_CONFLICT);
  }
  const matches: { claim: PersistentVolumeClaim; volume: PersistentVolume }[] = [];
  const provisions: PersistentVolumeClaim[] = [];
  const taken = new Set<PersistentVolume>();
  for (const { claim, candidates } of needs.unbound) {
    const selected = claim.metadata.annotations?.[SELECTED_NODE];
    if (selected !== undefined && selected !== node.name) {
      reasons.add(BIND_CONFLICT);
      break;
    }
    // A volume for that node is being made already.
    const volume =
      selected === undefined ? candidates.find((each) => !taken.has(each) && isVolumeReachable(each, node)) : undefined;
    if (volume) {
      taken.add(volume);
      matches.push({ claim, volume });
      continue;
    }
    const answer = canProvision(claim, node, objects);
    if (answer === 'yes') provisions.push(claim);
    else reasons.add(answer === 'full' ? NOT_ENOUGH_SPACE : BIND_CONFLICT);
  }
  return reasons.size > 0 ? [...reasons] : { matches, provisions };
}
