import {
  type PersistentVolume,
  type PersistentVolumeClaim,
  parseQuantity,
  persistentVolumeClaimKind,
  persistentVolumeKind,
  setCondition,
  storageClassKind,
  storageClassOf,
} from '@coxswain/api';
import { type Controller, done, source } from '@coxswain/client';
import type { ControllerContext } from '../../controller-context.ts';
import { timestamp } from '../../shared/times.ts';
import { planExpansion } from './plan-expansion.ts';

/** Lets claims grow: the volume first, then what the claim says it has. */
export function createExpandController(context: ControllerContext): Controller {
  const { client, clock } = context;
  const claims = context.informers.for(persistentVolumeClaimKind);
  const volumes = context.informers.for(persistentVolumeKind);
  const classes = context.informers.for(storageClassKind);
  const events = context.eventsOf('volume_expand');

  async function expand(claim: PersistentVolumeClaim, volume: PersistentVolume, size: string, signal: AbortSignal) {
    const lastTransitionTime = timestamp(clock.now());
    const resizing = { type: 'Resizing', status: 'True', lastTransitionTime };
    const resource = client.resource(persistentVolumeClaimKind);
    const begun = await resource.updateStatus(
      { ...claim, status: { ...claim.status, conditions: setCondition(claim.status?.conditions, resizing) } },
      { signal },
    );
    if (parseQuantity(volume.spec.capacity?.['storage'] ?? '0').compare(parseQuantity(size)) < 0) {
      const capacity = { ...volume.spec.capacity, storage: size };
      await client.resource(persistentVolumeKind).update({ ...volume, spec: { ...volume.spec, capacity } }, { signal });
    }
    const { conditions = [], capacity, ...rest } = begun.status ?? {};
    const left = conditions.filter(({ type }) => type !== 'Resizing' && type !== 'FileSystemResizePending');
    const status = {
      ...rest,
      capacity: { ...capacity, storage: size },
      ...(left.length > 0 ? { conditions: left } : {}),
    };
    await resource.updateStatus({ ...begun, status }, { signal });
    const message = `ExpandVolume succeeded for volume ${claim.metadata.namespace}/${claim.metadata.name}`;
    events.event(claim, 'Normal', 'VolumeResizeSuccessful', message);
  }

  return {
    name: 'volume_expand',
    sources: [
      source(claims),
      source(volumes, ({ spec: { claimRef } }) => (claimRef ? [`${claimRef.namespace}/${claimRef.name}`] : [])),
      source(classes, () => []),
    ],
    async reconcile(key, { signal }) {
      const claim = claims.lister.get(key);
      if (!claim) return done;
      const volume = volumes.lister.get(claim.spec.volumeName ?? '');
      const plan = planExpansion({ claim, volume, storageClass: classes.lister.get(storageClassOf(claim)) });
      if (plan.kind === 'external') events.event(claim, 'Normal', 'ExternalExpanding', plan.message);
      if (plan.kind === 'expand' && volume) await expand(claim, volume, plan.size, signal);
      return done;
    },
  };
}
