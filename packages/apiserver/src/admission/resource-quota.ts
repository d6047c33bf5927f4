import { type Kind, type KubeObject, type ResourceQuota, resourceQuotaKind } from '@coxswain/api';
import type { Clock } from '@coxswain/foundation';
import type { ObjectStore } from '../registry/object-store.ts';
import type { AdmissionPlugin, AdmissionRequest } from './admission.ts';
import { type Charge, chargeQuota } from './charge-quota.ts';
import type { ClusterObjects } from './cluster-objects.ts';
import { refuse } from './refuse.ts';

export interface ResourceQuotaPluginOptions {
  readonly objects: ClusterObjects;
  readonly store: ObjectStore;
  readonly clock: Clock;
}

/** ResourceQuota: what comes is charged before it is stored, so that no quota is ever exceeded. */
export function resourceQuota({ objects, store, clock }: ResourceQuotaPluginOptions): AdmissionPlugin {
  const quotaKind = resourceQuotaKind as unknown as Kind;

  /** Others may charge at the same time: the quota's state decides, not what was read first. */
  async function charge(request: AdmissionRequest, name: string, what: Charge): Promise<void> {
    const { namespace, dryRun } = request;
    await store.change(
      quotaKind,
      namespace,
      name,
      ({ object }) => {
        const quota = object as unknown as ResourceQuota;
        const result = chargeQuota(quota, what);
        if (result.outcome === 'refused') throw refuse(request, result.why);
        if (result.outcome === 'nothing') return { action: 'keep' };
        return { action: 'put', object: { ...quota, status: result.status } as unknown as KubeObject };
      },
      { dryRun },
    );
  }

  return {
    name: 'ResourceQuota',
    async validate(request) {
      const { operation, kind, namespace, object, subresource, oldObject } = request;
      if (operation === 'DELETE' || !object || namespace === '' || kind.virtual) return;
      if (subresource !== '' && subresource !== 'resize') return;
      const quotas = objects.list<ResourceQuota>(quotaKind, namespace);
      if (quotas.length === 0) return;
      const resource = kind.group === '' ? kind.plural : `${kind.plural}.${kind.group}`;
      const what: Charge = { resource, object, old: oldObject, now: clock.now() };
      const touched = quotas.filter((quota) => chargeQuota(quota, what).outcome !== 'nothing');
      for (const { metadata } of touched) await charge(request, metadata.name ?? '', what);
    },
  };
}
