import { column, wideColumn } from '../../schema/column.ts';
import { formatAge } from '../../schema/durations.ts';
import type { Column } from '../../schema/kind.ts';
import type { Node } from './node.ts';

const ROLE_PREFIX = 'node-role.kubernetes.io/';

function statusCell(node: Node): string {
  const ready = node.status?.conditions?.find(({ type }) => type === 'Ready');
  const words = [ready === undefined ? 'Unknown' : ready.status === 'True' ? 'Ready' : 'NotReady'];
  if (node.spec.unschedulable) words.push('SchedulingDisabled');
  return words.join(',');
}

function rolesCell(node: Node): string {
  const roles: string[] = [];
  for (const [key, value] of Object.entries(node.metadata.labels ?? {})) {
    if (key.startsWith(ROLE_PREFIX) && key.length > ROLE_PREFIX.length) roles.push(key.slice(ROLE_PREFIX.length));
    else if (key === 'kubernetes.io/role' && value !== '') roles.push(value);
  }
  return roles.sort().join(',') || '<none>';
}

function address(node: Node, type: string): string {
  return node.status?.addresses?.find((each) => each.type === type)?.address || '<none>';
}

export const nodeColumns: readonly Column<Node>[] = [
  column('Status', statusCell),
  column('Roles', rolesCell),
  column('Age', ({ metadata }, now) => formatAge(metadata.creationTimestamp, now)),
  column('Version', (node) => node.status?.nodeInfo?.kubeletVersion ?? ''),
  wideColumn('Internal-IP', (node) => address(node, 'InternalIP')),
  wideColumn('External-IP', (node) => address(node, 'ExternalIP')),
  wideColumn('OS-Image', (node) => node.status?.nodeInfo?.osImage || '<unknown>'),
  wideColumn('Kernel-Version', (node) => node.status?.nodeInfo?.kernelVersion || '<unknown>'),
  wideColumn('Container-Runtime', (node) => node.status?.nodeInfo?.containerRuntimeVersion || '<unknown>'),
];
