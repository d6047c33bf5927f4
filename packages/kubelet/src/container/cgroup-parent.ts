import { type Pod, qosClassOf } from '@coxswain/api';
import { uidOf } from './pod-containers.ts';

export interface CgroupSettings {
  /** False leaves containers where the runtime puts them. */
  readonly perQos: boolean;
  /** `/` or a cgroup below which `kubepods` is made. */
  readonly root: string;
  readonly driver: 'cgroupfs' | 'systemd';
}

/** The pod's cgroup in the driver's spelling, `/kubepods/burstable/pod<uid>`; '' without cgroups per QoS. */
export function cgroupParent(pod: Pod, { perQos, root, driver }: CgroupSettings): string {
  if (!perQos) return '';
  const qos = qosClassOf(pod.spec).toLowerCase();
  const parts = ['kubepods', ...(qos === 'guaranteed' ? [] : [qos]), `pod${uidOf(pod)}`];
  if (driver === 'cgroupfs') return `${root.replace(/\/$/, '')}/${parts.join('/')}`;
  return `${parts.map((part) => part.replaceAll('-', '_')).join('-')}.slice`;
}
