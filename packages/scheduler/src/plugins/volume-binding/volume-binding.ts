import { candidateVolumes, isBoundClaim, objectKey, type Pod, requestedStorage, storageClassOf } from '@coxswain/api';

import type { PodInfo } from '../../cache/pod-info.ts';
import type { ClusterEvent, QueueingHint } from '../../framework/cluster-event.ts';
import { stateKey } from '../../framework/cycle-state.ts';
import type { Plugin, PluginHandle } from '../../framework/plugin.ts';
import { failed, skip, success, unresolvable } from '../../framework/status.ts';

import { claimProblem, podClaims } from '../../volumes/pod-claims.ts';
import { type AssumedObjects, assumedObjects, bindVolumes } from './bind-volumes.ts';
import { type ClaimNeeds, chooseVolumes, type VolumeChoice } from './choose-volumes.ts';

export interface VolumeBindingArgs {
  /** How long PreBind waits for volumes; 600 unless given. */
  readonly bindTimeoutSeconds?: number;
}

interface BindingState {
  readonly needs: ClaimNeeds;
  /** What each node that passed would give. */
  readonly choices: Map<string, VolumeChoice>;
  assumed: AssumedObjects | undefined;
}

const STATE = stateKey<BindingState>('VolumeBinding');
const TIMEOUT_S = 600;

/**
 * Volumes of claims: bound ones must be reachable from the node, unbound ones of classes that wait for the first consumer
 * get a free volume there or have one made. The choice counts from Reserve on and is written in PreBind.
 */
export function volumeBinding(
  handle: PluginHandle,
  { bindTimeoutSeconds = TIMEOUT_S }: VolumeBindingArgs = {},
): Plugin {
  const { volumes: objects } = handle;

  function needsOf(pod: Pod): ClaimNeeds | string {
    const bound: ClaimNeeds['bound'][number][] = [];
    const unbound: ClaimNeeds['unbound'][number][] = [];
    let immediate = false;
    for (const each of podClaims(pod)) {
      const claim = objects.claims.get(each.key);
      const problem = claimProblem(pod, each, claim);
      if (problem !== undefined || !claim) return problem ?? '';
      if (isBoundClaim(claim)) {
        bound.push(objects.volumes.get(claim.spec.volumeName ?? ''));
        continue;
      }
      const waits = objects.classes.get(storageClassOf(claim))?.volumeBindingMode === 'WaitForFirstConsumer';
      if (waits && !claim.spec.volumeName)
        unbound.push({ claim, candidates: candidateVolumes(claim, objects.volumes.list()) });
      else immediate = true;
    }
    if (immediate) return 'pod has unbound immediate PersistentVolumeClaims';
    unbound.sort((a, b) => requestedStorage(a.claim) - requestedStorage(b.claim));
    return { bound, unbound };
  }

  const claimHint = ({ pod }: PodInfo, { new: claim }: ClusterEvent): QueueingHint =>
    claim && podClaims(pod).some(({ key }) => key === objectKey(claim)) ? 'Queue' : 'Skip';

  return {
    name: 'VolumeBinding',
    events: [
      { event: 'NodeAdd' },
      { event: 'NodeUpdateLabel' },
      { event: 'PvAdd' },
      { event: 'PvUpdate' },
      { event: 'PvcAdd', hint: claimHint },
      { event: 'PvcUpdate', hint: claimHint },
      { event: 'StorageClassAdd' },
      { event: 'StorageClassUpdate' },
      { event: 'CSINodeAdd' },
      { event: 'CSINodeUpdate' },
      { event: 'CSIStorageCapacityAdd' },
      { event: 'CSIStorageCapacityUpdate' },
    ],
    preFilter(state, { pod }) {
      if (podClaims(pod).length === 0) return skip;
      const needs = needsOf(pod);
      if (typeof needs === 'string') return unresolvable(needs);
      state.write(STATE, { needs, choices: new Map(), assumed: undefined });
      return success;
    },
    filter(state, _, node) {
      const { needs, choices } = state.read(STATE);
      const choice = chooseVolumes(needs, node, objects);
      if (Array.isArray(choice)) return unresolvable(...choice);
      choices.set(node.name, choice);
      return success;
    },
    reserve(state, _, nodeName) {
      const found = state.find(STATE);
      const choice = found?.choices.get(nodeName);
      if (!found || !choice) return success;
      found.assumed = assumedObjects(choice, nodeName);
      for (const volume of found.assumed.volumes) objects.volumes.assume(volume);
      for (const claim of found.assumed.claims) objects.claims.assume(claim);
      return success;
    },
    unreserve(state) {
      const assumed = state.find(STATE)?.assumed;
      for (const volume of assumed?.volumes ?? []) objects.volumes.restore(objectKey(volume));
      for (const claim of assumed?.claims ?? []) objects.claims.restore(objectKey(claim));
    },
    preBindPreFlight(state, _, nodeName) {
      const choice = state.find(STATE)?.choices.get(nodeName);
      return choice && choice.matches.length + choice.provisions.length > 0 ? success : skip;
    },
    async preBind(state, _, nodeName, signal) {
      const { choices, assumed } = state.read(STATE);
      const choice = choices.get(nodeName);
      if (!choice || !assumed) return success;
      try {
        await bindVolumes(handle, choice, assumed, { nodeName, timeoutMs: bindTimeoutSeconds * 1000 }, signal);
        return success;
      } catch (error) {
        return failed(error);
      }
    },
  };
}
