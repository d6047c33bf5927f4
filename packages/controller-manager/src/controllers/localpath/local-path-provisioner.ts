import {
  isAlreadyExists,
  isNotFound,
  nodeKind,
  type PersistentVolume,
  type PersistentVolumeClaim,
  type Pod,
  persistentVolumeClaimKind,
  persistentVolumeKind,
  podKind,
  storageClassKind,
} from '@coxswain/api';
import { type Controller, done, keyOf, type ReconcileResult, requeueAfter, source } from '@coxswain/client';
import type { ControllerContext } from '../../controller-context.ts';
import { messageOf } from '../../shared/manage-pods.ts';
import { podInformer } from '../../shared/pod-index.ts';
import { SELECTED_NODE } from '../persistentvolume/annotations.ts';
import { cleanerName, cleanerPod, isDeletable, PROVISIONER, planLocalVolume } from './plan-local-volume.ts';

const CLAIM = 'claim:';
const VOLUME = 'volume:';
const BY_CLAIM = 'localPathClaim';
const RETRY_MS = 5_000;

/** Makes volumes of folders on nodes, and empties them when nobody claims them any more. */
export function createLocalPathProvisioner(
  context: ControllerContext,
  { helperImage }: { readonly helperImage: string },
): Controller {
  const { client } = context;
  const claims = context.informers.for(persistentVolumeClaimKind);
  const volumes = context.informers.for(persistentVolumeKind);
  const classes = context.informers.for(storageClassKind);
  const nodes = context.informers.for(nodeKind);
  const pods = podInformer(context.informers);
  pods.addIndex(BY_CLAIM, claimsOfPod);
  const events = context.eventsOf(`${PROVISIONER}_local-path-provisioner`);

  async function provision(claim: PersistentVolumeClaim, signal: AbortSignal): Promise<void> {
    const storageClass = classes.lister.get(claim.spec.storageClassName ?? '');
    if (storageClass?.provisioner !== PROVISIONER) return;
    const users = pods.lister.byIndex(BY_CLAIM, keyOf(claim));
    const nodeOf = (name: string) => nodes.lister.get(name);
    const plan = planLocalVolume({ claim, storageClass, users, nodeOf });
    if (plan.kind === 'refuse') {
      const message = `failed to provision volume with StorageClass "${storageClass.metadata.name}": ${plan.message}`;
      events.event(claim, 'Warning', 'ProvisioningFailed', message);
    }
    if (plan.kind !== 'create' || volumes.lister.get(plan.volume.metadata.name)) return;
    try {
      await client.resource(persistentVolumeKind).create(plan.volume, { signal });
      const message = `Successfully provisioned volume ${plan.volume.metadata.name}`;
      events.event(claim, 'Normal', 'ProvisioningSucceeded', message);
    } catch (error) {
      if (!isAlreadyExists(error)) throw error;
    }
  }

  /** A pod on the node empties the folder; only then the volume goes. */
  async function remove(volume: PersistentVolume, signal: AbortSignal): Promise<ReconcileResult> {
    const { name } = volume.metadata;
    const nodeName = volume.metadata.annotations?.[SELECTED_NODE] ?? '';
    const cleaner = pods.lister.get(`kube-system/${cleanerName(name)}`);
    const phase = cleaner?.status?.phase;
    if (nodes.lister.get(nodeName) === undefined || phase === 'Succeeded') {
      await ignoringGone(client.resource(persistentVolumeKind).delete(name, { signal }));
      if (cleaner) await removeCleaner(cleaner, signal);
      return done;
    }
    if (!cleaner)
      try {
        await client.resource(podKind).create(cleanerPod(volume, nodeName, helperImage), { signal });
      } catch (error) {
        if (!isAlreadyExists(error)) {
          events.event(volume, 'Warning', 'VolumeFailedDelete', messageOf(error));
          throw error;
        }
      }
    else if (phase === 'Failed') {
      events.event(volume, 'Warning', 'VolumeFailedDelete', `the helper pod ${cleaner.metadata.name} failed`);
      await removeCleaner(cleaner, signal);
      return requeueAfter(RETRY_MS);
    }
    return done;
  }

  async function removeCleaner({ metadata }: Pod, signal: AbortSignal): Promise<void> {
    const { name, namespace, uid = '' } = metadata;
    await ignoringGone(client.resource(podKind).delete(name, { namespace, signal, preconditions: { uid } }));
  }

  return {
    name: 'local-path-provisioner',
    sources: [
      source(claims, (claim) => [CLAIM + keyOf(claim)]),
      source(classes, () => claims.lister.list().map((claim) => CLAIM + keyOf(claim))),
      source(volumes, ({ metadata }) => [VOLUME + metadata.name]),
      source(nodes, (_node, event) =>
        event === 'updated' ? [] : volumes.lister.list().map(({ metadata }) => VOLUME + metadata.name),
      ),
      source(pods, (pod, _event, old) => {
        const prefix = cleanerName('');
        const { name, namespace } = pod.metadata;
        if (namespace === 'kube-system' && name.startsWith(prefix)) return [VOLUME + name.slice(prefix.length)];
        return pod.spec.nodeName === old?.spec.nodeName ? [] : claimsOfPod(pod).map((key) => CLAIM + key);
      }),
    ],
    async reconcile(key, { signal }) {
      if (key.startsWith(CLAIM)) {
        const claim = claims.lister.get(key.slice(CLAIM.length));
        if (claim) await provision(claim, signal);
        return done;
      }
      const volume = volumes.lister.get(key.slice(VOLUME.length));
      return volume && isDeletable(volume) ? remove(volume, signal) : done;
    },
  };
}

/** Keys of the claims that a pod names; ephemeral ones are named after it. */
function claimsOfPod({ metadata, spec }: Pod): string[] {
  return (spec.volumes ?? []).flatMap(({ name, persistentVolumeClaim, ephemeral }) => {
    const claim = persistentVolumeClaim?.claimName ?? (ephemeral ? `${metadata.name}-${name}` : undefined);
    return claim === undefined ? [] : [`${metadata.namespace}/${claim}`];
  });
}

async function ignoringGone(work: Promise<unknown>): Promise<void> {
  try {
    await work;
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
}
