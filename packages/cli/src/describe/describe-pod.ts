import { type Container, humanDuration, type Pod, type Toleration } from '@coxswain/api';
import { addContainers } from './describe-containers.ts';
import { addVolumes } from './describe-volumes.ts';
import type { Describer } from './described.ts';
import type { Lines } from './lines.ts';
import { addAnnotations, addHead, addLabels, controllerOf, pairs, timeText } from './parts.ts';

export const describePod: Describer<Pod> = (lines, pod, { context }) => {
  const { metadata, spec, status } = pod;
  addHead(lines, pod);
  if (spec.priority !== undefined) lines.add(0, 'Priority:', String(spec.priority));
  if (spec.priorityClassName) lines.add(0, 'Priority Class Name:', spec.priorityClassName);
  if (spec.runtimeClassName) lines.add(0, 'Runtime Class Name:', spec.runtimeClassName);
  lines.add(0, 'Service Account:', spec.serviceAccountName ?? '');
  lines.add(0, 'Node:', spec.nodeName ? `${spec.nodeName}/${status?.hostIP ?? ''}` : '<none>');
  if (status?.startTime) lines.add(0, 'Start Time:', timeText(status.startTime));
  addLabels(lines, 0, metadata);
  addAnnotations(lines, 0, metadata);
  if (metadata.deletionTimestamp) {
    const lasts = humanDuration(context.now() - Date.parse(metadata.deletionTimestamp));
    lines.add(0, 'Status:', `Terminating (lasts ${lasts})`);
    lines.add(0, 'Termination Grace Period:', `${metadata.deletionGracePeriodSeconds ?? 0}s`);
  } else lines.add(0, 'Status:', status?.phase ?? '');
  if (status?.reason) lines.add(0, 'Reason:', status.reason);
  if (status?.message) lines.add(0, 'Message:', status.message);
  lines.add(0, 'IP:', status?.podIP ?? '');
  const ips = status?.podIPs ?? [];
  if (ips.length === 0) lines.add(0, 'IPs:', '<none>');
  else lines.add(0, 'IPs:');
  for (const { ip } of ips) lines.add(1, 'IP:', ip ?? '');
  const controller = controllerOf(metadata);
  if (controller !== undefined) lines.add(0, 'Controlled By:', controller);
  if (status?.nominatedNodeName) lines.add(0, 'NominatedNodeName:', status.nominatedNodeName);
  addContainers(lines, 0, 'Init Containers:', spec.initContainers ?? [], status?.initContainerStatuses ?? []);
  addContainers(lines, 0, 'Containers:', spec.containers, status?.containerStatuses ?? []);
  const ephemeral = (spec.ephemeralContainers ?? []) as readonly unknown[] as readonly Container[];
  addContainers(lines, 0, 'Ephemeral Containers:', ephemeral, status?.ephemeralContainerStatuses ?? []);
  const conditions = status?.conditions ?? [];
  if (conditions.length > 0) {
    lines.add(0, 'Conditions:').add(1, 'Type', 'Status');
    for (const { type, status: value } of conditions) lines.add(1, type, `${value} `);
  }
  addVolumes(lines, 0, spec.volumes ?? []);
  if (status?.qosClass) lines.add(0, 'QoS Class:', status.qosClass);
  addPlacement(lines, 0, pod);
};

export function addPlacement(
  lines: Lines,
  level: number,
  { spec }: { readonly spec: Pick<Pod['spec'], 'nodeSelector' | 'tolerations'> },
): void {
  lines.addList(level, 'Node-Selectors:', pairs(spec.nodeSelector));
  lines.addList(level, 'Tolerations:', [...(spec.tolerations ?? [])].map(tolerationText).sort());
}

export function tolerationText({ key = '', value = '', operator, effect = '', tolerationSeconds }: Toleration): string {
  const head = `${key}${value === '' ? '' : `=${value}`}${effect === '' ? '' : `:${effect}`}`;
  const exists = operator === 'Exists' && value === '' ? (head === '' ? 'op=Exists' : ' op=Exists') : '';
  return `${head}${exists}${tolerationSeconds === undefined ? '' : ` for ${tolerationSeconds}s`}`;
}
