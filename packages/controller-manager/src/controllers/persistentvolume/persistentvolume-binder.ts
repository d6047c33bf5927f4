import {
  isNotFound,
  objectKey,
  type PersistentVolume,
  type PersistentVolumeClaim,
  persistentVolumeClaimKind,
  persistentVolumeKind,
  storageClassKind,
} from '@coxswain/api';
import { type Controller, done, type ReconcileResult, source } from '@coxswain/client';
import type { ControllerContext } from '../../controller-context.ts';
import { BETA_STORAGE_PROVISIONER, STORAGE_PROVISIONER } from './annotations.ts';
import { bind, setPhase, unbound } from './bind.ts';
import { defaultClassFor } from './default-class.ts';
import { type ClaimPlan, planClaim } from './plan-claim.ts';
import { planVolume } from './plan-volume.ts';

const CLAIM = 'claim:';
const VOLUME = 'volume:';

/** Brings claims and volumes together, and says what becomes of volumes whose claim is gone. */
export function createPersistentVolumeBinder(context: ControllerContext): Controller {
  const { client, clock } = context;
  const claims = context.informers.for(persistentVolumeClaimKind);
  const volumes = context.informers.for(persistentVolumeKind);
  const classes = context.informers.for(storageClassKind);
  const events = context.eventsOf('persistentvolume-controller');

  async function syncClaim(claim: PersistentVolumeClaim, signal: AbortSignal): Promise<void> {
    const plan = planClaim({ claim, volumes: volumes.lister.list(), classes: classes.lister.list() });
    const chosen = plan.kind === 'pending' ? defaultClassFor(claim, classes.lister.list()) : undefined;
    if (chosen !== undefined) {
      // Its event brings the claim back.
      const next = { ...claim, spec: { ...claim.spec, storageClassName: chosen } };
      await client.resource(persistentVolumeClaimKind).update(next, { signal });
      return;
    }
    const event = 'event' in plan ? plan.event : undefined;
    if (event && !(plan.kind === 'lost' && claim.status?.phase === 'Lost'))
      events.event(claim, event.type, event.reason, event.message);
    switch (plan.kind) {
      case 'bind':
        return bind(claim, plan.volume, { client, signal, now: clock.now() });
      case 'provision':
        await announceProvisioner(claim, plan, signal);
        return setClaimPhase(claim, 'Pending', signal);
      case 'pending':
        return setClaimPhase(claim, 'Pending', signal);
      case 'lost':
        return setClaimPhase(claim, 'Lost', signal);
      default:
        return plan satisfies never;
    }
  }

  async function setClaimPhase(claim: PersistentVolumeClaim, phase: string, signal: AbortSignal): Promise<void> {
    if (claim.status?.phase === phase) return;
    const { name, namespace, uid } = claim.metadata;
    const cleared = phase === 'Lost' ? { accessModes: null, capacity: null } : {};
    const body = { metadata: { uid }, status: { phase, ...cleared } };
    const options = { namespace, signal, subresource: 'status' };
    await client.resource(persistentVolumeClaimKind).patch(name, { type: 'merge', body }, options);
  }

  /** External provisioners look for their name on claims. */
  async function announceProvisioner(
    claim: PersistentVolumeClaim,
    { provisioner }: Extract<ClaimPlan, { kind: 'provision' }>,
    signal: AbortSignal,
  ): Promise<void> {
    const { name, namespace, uid, annotations = {} } = claim.metadata;
    if (annotations[STORAGE_PROVISIONER] === provisioner) return;
    const added = { [STORAGE_PROVISIONER]: provisioner, [BETA_STORAGE_PROVISIONER]: provisioner };
    const body = { metadata: { uid, annotations: added } };
    await client.resource(persistentVolumeClaimKind).patch(name, { type: 'merge', body }, { namespace, signal });
  }

  /** The cache may not have seen the claim yet: a volume is released on the server's word only. */
  async function claimOf(volume: PersistentVolume, signal: AbortSignal): Promise<PersistentVolumeClaim | undefined> {
    const { claimRef } = volume.spec;
    if (!claimRef?.uid) return undefined;
    const { name = '', namespace = '', uid } = claimRef;
    const cached = claims.lister.get(`${namespace}/${name}`);
    if (cached?.metadata.uid === uid) return cached;
    try {
      return await client.resource(persistentVolumeClaimKind).get(name, { namespace, signal });
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
  }

  async function syncVolume(volume: PersistentVolume, signal: AbortSignal): Promise<void> {
    const plan = planVolume(volume, await claimOf(volume, signal));
    switch (plan.kind) {
      case 'none':
        return;
      case 'phase': {
        const options = { client, signal, now: clock.now() };
        const changed = await setPhase(volume, plan.phase, plan.message, options);
        if (changed && plan.phase === 'Failed')
          events.event(volume, 'Warning', 'VolumeFailedDelete', plan.message ?? '');
        return;
      }
      case 'unbind': {
        await client.resource(persistentVolumeKind).update(unbound(volume), { signal });
        return;
      }
      default:
        return plan satisfies never;
    }
  }

  async function reconcile(key: string, { signal }: { readonly signal: AbortSignal }): Promise<ReconcileResult> {
    if (key.startsWith(CLAIM)) {
      const claim = claims.lister.get(key.slice(CLAIM.length));
      if (claim) await syncClaim(claim, signal);
    } else {
      const volume = volumes.lister.get(key.slice(VOLUME.length));
      if (volume) await syncVolume(volume, signal);
    }
    return done;
  }

  const isUnbound = ({ status }: PersistentVolumeClaim) => status?.phase !== 'Bound';
  return {
    name: 'persistentvolume-binder',
    sources: [
      source(claims, (claim) => {
        const { volumeName } = claim.spec;
        const reserved = volumes.lister
          .list()
          .filter(({ spec, metadata }) => spec.claimRef?.uid === claim.metadata.uid && metadata.name !== volumeName)
          .map(({ metadata }) => metadata.name);
        const touched = volumeName ? [volumeName, ...reserved] : reserved;
        return [CLAIM + objectKey(claim), ...touched.map((name) => VOLUME + name)];
      }),
      source(volumes, (volume, event) => {
        const own = VOLUME + volume.metadata.name;
        const { claimRef } = volume.spec;
        const named = claimRef ? [`${CLAIM}${claimRef.namespace}/${claimRef.name}`] : [];
        if (event === 'deleted') return [own, ...named];
        const waiting = claimRef
          ? []
          : claims.lister
              .list()
              .filter(isUnbound)
              .map((claim) => CLAIM + objectKey(claim));
        return [own, ...named, ...waiting];
      }),
      source(classes, () =>
        claims.lister
          .list()
          .filter(isUnbound)
          .map((claim) => CLAIM + objectKey(claim)),
      ),
    ],
    reconcile,
  };
}
