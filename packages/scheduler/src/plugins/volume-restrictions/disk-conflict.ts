import type { Volume } from '@coxswain/api';

/** Whether two pods on one node can't both have these volumes: the same disk, unless both only read. */
export function isDiskConflict(a: Volume, b: Volume): boolean {
  const [gceA, gceB] = [a.gcePersistentDisk, b.gcePersistentDisk];
  if (gceA && gceB && gceA.pdName === gceB.pdName && !(gceA.readOnly && gceB.readOnly)) return true;
  if (a.awsElasticBlockStore && a.awsElasticBlockStore.volumeID === b.awsElasticBlockStore?.volumeID) return true;
  if (a.iscsi && b.iscsi && a.iscsi.iqn === b.iscsi.iqn && !(a.iscsi.readOnly && b.iscsi.readOnly)) return true;
  const [rbdA, rbdB] = [a.rbd, b.rbd];
  if (!rbdA || !rbdB || rbdA.pool !== rbdB.pool || rbdA.image !== rbdB.image) return false;
  const shared = (rbdA.monitors ?? []).some((monitor) => rbdB.monitors?.includes(monitor));
  return shared && !(rbdA.readOnly && rbdB.readOnly);
}

export function isExclusiveDisk({ gcePersistentDisk, awsElasticBlockStore, iscsi, rbd }: Volume): boolean {
  return Boolean(gcePersistentDisk || awsElasticBlockStore || iscsi || rbd);
}
