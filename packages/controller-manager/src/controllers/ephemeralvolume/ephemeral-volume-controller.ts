import {
  claimNameOf,
  controllerRef,
  isAlreadyExists,
  type PersistentVolumeClaim,
  type Pod,
  persistentVolumeClaimKind,
  podKind,
} from '@coxswain/api';
import { type Controller, done, source } from '@coxswain/client';
import type { ControllerContext } from '../../controller-context.ts';
import { podInformer } from '../../shared/pod-index.ts';

/** The claims of a pod's generic ephemeral volumes, `<pod>-<volume>` and owned by it. Pure. */
export function ephemeralClaims(pod: Pod): PersistentVolumeClaim[] {
  return (pod.spec.volumes ?? []).flatMap((volume) => {
    const template = volume.ephemeral?.volumeClaimTemplate;
    if (!template) return [];
    const { labels, annotations } = template.metadata ?? {};
    return [
      {
        apiVersion: 'v1',
        kind: 'PersistentVolumeClaim',
        metadata: {
          name: claimNameOf(pod, volume),
          namespace: pod.metadata.namespace ?? '',
          ...(labels ? { labels } : {}),
          ...(annotations ? { annotations } : {}),
          ownerReferences: [controllerRef(pod, podKind)],
        },
        spec: template.spec,
      } as PersistentVolumeClaim,
    ];
  });
}

/** Makes the claims of generic ephemeral volumes; they go with their pod by garbage collection. */
export function createEphemeralVolumeController(context: ControllerContext): Controller {
  const { client } = context;
  const events = context.eventsOf('ephemeral_volume');
  const pods = podInformer(context.informers);
  const claims = context.informers.for(persistentVolumeClaimKind);
  return {
    name: 'ephemeral-volume',
    sources: [
      source(pods, (pod) =>
        ephemeralClaims(pod).length > 0 ? [`${pod.metadata.namespace}/${pod.metadata.name}`] : [],
      ),
      source(claims, ({ metadata }, event) =>
        event === 'deleted'
          ? (metadata.ownerReferences ?? [])
              .filter(({ kind, controller }) => kind === 'Pod' && controller)
              .map(({ name }) => `${metadata.namespace}/${name}`)
          : [],
      ),
    ],
    async reconcile(key, { signal }) {
      const pod = pods.lister.get(key);
      if (!pod || pod.metadata.deletionTimestamp !== undefined) return done;
      for (const claim of ephemeralClaims(pod)) {
        const { namespace, name } = claim.metadata;
        const found = claims.lister.get(`${namespace}/${name}`);
        if (found?.metadata.ownerReferences?.some(({ uid, controller }) => controller && uid === pod.metadata.uid))
          continue;
        if (found) throw refuse(pod, name);
        await client
          .resource(persistentVolumeClaimKind)
          .create(claim, { signal })
          .catch((error) => {
            if (!isAlreadyExists(error)) throw error;
          });
      }
      return done;
    },
  };

  function refuse(pod: Pod, name: string): Error {
    const { namespace } = pod.metadata;
    const message = `PVC ${namespace}/${name} was not created for pod ${namespace}/${pod.metadata.name} (pod is not owner)`;
    events.event(pod, 'Warning', 'EphemeralVolumeClaimConflict', message);
    return new Error(message);
  }
}
