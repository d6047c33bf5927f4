import {
  isAlreadyExists,
  isNotFound,
  nodeKind,
  objectKey,
  type PersistentVolume,
  type PersistentVolumeClaim,
  type Pod,
  persistentVolumeClaimKind,
  persistentVolumeKind,
  podKind,
  SELECTED_NODE,
  storageClassKind,
} from '@coxswain/api';
import { type Controller, done, type ReconcileResult, requeueAfter, source } from '@coxswain/client';
import type { ControllerContext } from '../../controller-context.ts';
import { claimsOfPod } from '../../shared/claims-of-pod.ts';
import { messageOf } from '../../shared/manage-pods.ts';
import { podInformer } from '../../shared/pod-index.ts';

import { cleanerName, cleanerPod, makerName, makerPod } from './helper-pods.ts';
import { isDeletable, localVolumeName, PROVISIONER, planLocalVolume } from './plan-local-volume.ts';

const CLAIM = 'claim:';
const VOLUME = 'volume:';
const MAKER = 'maker:';
const BY_VOLUME = 'localPathVolume';
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
  claims.addIndex(BY_VOLUME, (claim) => [localVolumeName(claim)]);
  const events = context.eventsOf(`${PROVISIONER}_local-path-provisioner`);

  /** A pod on the node makes the folder, for anybody to write; only then there is a volume. */
  async function provision(claim: PersistentVolumeClaim, signal: AbortSignal): Promise<ReconcileResult> {
    const storageClass = classes.lister.get(claim.spec.storageClassName ?? '');
    if (storageClass?.provisioner !== PROVISIONER) return done;
    const users = pods.lister.byIndex(BY_CLAIM, objectKey(claim));
    const nodeOf = (name: string) => nodes.lister.get(name);
    const plan = planLocalVolume({ claim, storageClass, users, nodeOf });
    if (plan.kind === 'refuse') {
      const message = `failed to provision volume with StorageClass "${storageClass.metadata.name}": ${plan.message}`;
      events.event(claim, 'Warning', 'ProvisioningFailed', message);
    }
    if (plan.kind !== 'create' || volumes.lister.get(plan.volume.metadata.name)) return done;
    const helper = pods.lister.get(`kube-system/${makerName(plan.volume.metadata.name)}`);
    const phase = helper?.status?.phase;
    if (!helper) await createHelper(makerPod(plan.volume, helperImage), signal);
    if (helper && phase === 'Failed') {
      const message = `failed to provision volume with StorageClass "${storageClass.metadata.name}": the helper pod ${helper.metadata.name} failed`;
      events.event(claim, 'Warning', 'ProvisioningFailed', message);
      await removeHelper(helper, signal);
      return requeueAfter(RETRY_MS);
    }
    if (!helper || phase !== 'Succeeded') return done;
    try {
      await client.resource(persistentVolumeKind).create(plan.volume, { signal });
      const message = `Successfully provisioned volume ${plan.volume.metadata.name}`;
      events.event(claim, 'Normal', 'ProvisioningSucceeded', message);
    } catch (error) {
      if (!isAlreadyExists(error)) throw error;
    }
    await removeHelper(helper, signal);
    return done;
  }

  async function createHelper(pod: Pod, signal: AbortSignal): Promise<void> {
    try {
      await client.resource(podKind).create(pod, { signal });
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
      if (cleaner) await removeHelper(cleaner, signal);
      return done;
    }
    if (!cleaner)
      try {
        await createHelper(cleanerPod(volume, nodeName, helperImage), signal);
      } catch (error) {
        events.event(volume, 'Warning', 'VolumeFailedDelete', messageOf(error));
        throw error;
      }
    else if (phase === 'Failed') {
      events.event(volume, 'Warning', 'VolumeFailedDelete', `the helper pod ${cleaner.metadata.name} failed`);
      await removeHelper(cleaner, signal);
      return requeueAfter(RETRY_MS);
    }
    return done;
  }

  async function removeHelper({ metadata }: Pod, signal: AbortSignal): Promise<void> {
    const { name, namespace, uid = '' } = metadata;
    await ignoringGone(client.resource(podKind).delete(name, { namespace, signal, preconditions: { uid } }));
  }

  return {
    name: 'local-path-provisioner',
    sources: [
      source(claims, (claim) => [CLAIM + objectKey(claim)]),
      source(classes, () => claims.lister.list().map((claim) => CLAIM + objectKey(claim))),
      source(volumes, ({ metadata }) => [VOLUME + metadata.name]),
      source(nodes, (_node, event) =>
        event === 'updated' ? [] : volumes.lister.list().map(({ metadata }) => VOLUME + metadata.name),
      ),
      source(pods, (pod, _event, old) => {
        const { name, namespace } = pod.metadata;
        const [cleaner, maker] = [cleanerName(''), makerName('')];
        if (namespace === 'kube-system' && name.startsWith(cleaner)) return [VOLUME + name.slice(cleaner.length)];
        if (namespace === 'kube-system' && name.startsWith(maker)) return [MAKER + name.slice(maker.length)];
        return pod.spec.nodeName === old?.spec.nodeName ? [] : claimsOfPod(pod).map((key) => CLAIM + key);
      }),
    ],
    async reconcile(key, { signal }) {
      if (key.startsWith(CLAIM)) {
        const claim = claims.lister.get(key.slice(CLAIM.length));
        return claim ? provision(claim, signal) : done;
      }
      if (key.startsWith(MAKER)) {
        const name = key.slice(MAKER.length);
        const [claim] = claims.lister.byIndex(BY_VOLUME, name);
        const maker = pods.lister.get(`kube-system/${makerName(name)}`);
        if (claim && !claim.spec.volumeName) return provision(claim, signal);
        // Nobody waits for it any more.
        if (maker) await removeHelper(maker, signal);
        return done;
      }
      const volume = volumes.lister.get(key.slice(VOLUME.length));
      return volume && isDeletable(volume) ? remove(volume, signal) : done;
    },
  };
}

async function ignoringGone(work: Promise<unknown>): Promise<void> {
  try {
    await work;
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
}
