import type { Clock } from '@coxswain/foundation';
import type { ResourceCaches } from '../cache/resource-cache.ts';
import type { ObjectStore } from '../registry/object-store.ts';
import type { AdmissionPlugin } from './admission.ts';
import { clusterObjects } from './cluster-objects.ts';
import { defaultIngressClass } from './default-ingress-class.ts';
import { defaultStorageClass } from './default-storage-class.ts';
import { defaultTolerationSeconds } from './default-toleration-seconds.ts';
import { limitRanger } from './limit-ranger.ts';
import { namespaceLifecycle } from './namespace-lifecycle.ts';
import { nodeRestriction } from './node-restriction/node-restriction.ts';
import { persistentVolumeClaimResize } from './persistent-volume-claim-resize.ts';
import { priority } from './priority.ts';
import { resourceQuota } from './resource-quota.ts';
import { runtimeClass } from './runtime-class.ts';
import { serviceAccount } from './service-account.ts';
import { storageObjectInUseProtection } from './storage-object-in-use-protection.ts';
import { taintNodesByCondition } from './taint-nodes-by-condition.ts';

export interface PluginDependencies {
  readonly store: ObjectStore;
  readonly caches: ResourceCaches;
  readonly clock: Clock;
  /** Pods find their service account's token mounted. */
  readonly mountTokens: boolean;
}

/** All plugins, in upstream's order. */
export function admissionPlugins({ store, caches, clock, mountTokens }: PluginDependencies): AdmissionPlugin[] {
  const objects = clusterObjects(store, caches);
  return [
    namespaceLifecycle(store),
    limitRanger(objects),
    serviceAccount({ objects, mountTokens }),
    nodeRestriction(objects),
    taintNodesByCondition,
    priority(objects),
    defaultTolerationSeconds,
    defaultStorageClass(objects),
    storageObjectInUseProtection,
    persistentVolumeClaimResize(objects),
    runtimeClass(objects),
    defaultIngressClass(objects),
    resourceQuota({ objects, store, clock }),
  ];
}

/** --enable-admission-plugins and --disable-admission-plugins. */
export interface PluginChoice {
  readonly enable: readonly string[];
  readonly disable: readonly string[];
}

/** All but the disabled ones and those of `optional` that nobody enables. @throws Error when a name is unknown or both */
export function choosePlugins(
  all: readonly AdmissionPlugin[],
  { enable, disable }: PluginChoice,
  optional: readonly string[] = [],
): AdmissionPlugin[] {
  const names = all.map(({ name }) => name);
  for (const [flag, wanted] of Object.entries({ enable, disable }))
    for (const name of wanted)
      if (!names.includes(name)) throw new Error(`${flag}-admission-plugins plugin "${name}" is unknown`);
  const both = enable.find((name) => disable.includes(name));
  if (both !== undefined)
    throw new Error(`${both} in enable-admission-plugins and disable-admission-plugins overlapped`);
  return all.filter(({ name }) => !disable.includes(name) && (enable.includes(name) || !optional.includes(name)));
}
