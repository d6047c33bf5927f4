import {
  labelSelectorAsSelector,
  NO_PROVISIONER,
  type NodeLike,
  type PersistentVolumeClaim,
  parseQuantity,
  requestedStorage,
  storageClassOf,
} from '@coxswain/api';

import type { VolumeObjects } from '../../volumes/volume-objects.ts';

/** `no`: never on this node; `full`: its storage has no room left. */
export type Provisioning = 'yes' | 'no' | 'full';

/** Whether the claim's class can make a volume that this node reaches. */
export function canProvision(claim: PersistentVolumeClaim, node: NodeLike, objects: VolumeObjects): Provisioning {
  const storageClass = objects.classes.get(storageClassOf(claim));
  const provisioner = storageClass?.provisioner ?? '';
  if (!storageClass || provisioner === '' || provisioner === NO_PROVISIONER) return 'no';
  const topologies = storageClass.allowedTopologies ?? [];
  const allowed = topologies.some(({ matchLabelExpressions = [] }) =>
    matchLabelExpressions.every(({ key, values = [] }) => values.includes(node.labels[key] ?? '')),
  );
  if (topologies.length > 0 && !allowed) return 'no';
  if (!objects.csiDrivers.get(provisioner)?.spec.storageCapacity) return 'yes';
  const wanted = requestedStorage(claim);
  const room = objects.capacities.list().some(({ storageClassName, nodeTopology, capacity, maximumVolumeSize }) => {
    if (storageClassName !== storageClass.metadata.name || !nodeTopology) return false;
    const limit = maximumVolumeSize ?? capacity;
    if (limit === undefined || parseQuantity(limit).value() < wanted) return false;
    return labelSelectorAsSelector(nodeTopology).matches({ ...node.labels });
  });
  return room ? 'yes' : 'full';
}
