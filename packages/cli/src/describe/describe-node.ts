import { formatAge, type Lease, type Node, type Pod, parseQuantity, Quantity } from '@coxswain/api';
import { type Describer, listOrNone } from './described.ts';
import type { Lines } from './lines.ts';
import { addAnnotations, addLabels, addTable, timeText } from './parts.ts';

const ROLE = 'node-role.kubernetes.io/';

export const describeNode: Describer<Node> = async (lines, node, described) => {
  const { metadata, spec, status } = node;
  const { session, context } = described;
  lines.add(0, 'Name:', metadata.name);
  const roles = Object.keys(metadata.labels ?? {}).flatMap((label) =>
    label.startsWith(ROLE) ? [label.slice(ROLE.length)] : [],
  );
  lines.add(0, 'Roles:', roles.sort().join(',') || '<none>');
  addLabels(lines, 0, metadata);
  addAnnotations(lines, 0, metadata);
  lines.add(0, 'CreationTimestamp:', timeText(metadata.creationTimestamp));
  const taints = (spec.taints ?? []).map(({ key, value, effect }) => `${key}${value ? `=${value}` : ''}:${effect}`);
  lines.addList(0, 'Taints:', taints.sort());
  lines.add(0, 'Unschedulable:', String(spec.unschedulable ?? false));
  const path = `/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases/${metadata.name}`;
  const options = { signal: context.signal, timeoutMs: session.timeoutMs };
  const lease = (await session.client.request('GET', path, options).catch(() => undefined)) as Lease | undefined;
  lines.add(0, 'Lease:');
  lines.add(1, 'HolderIdentity:', lease?.spec?.holderIdentity ?? '<unset>');
  lines.add(1, 'AcquireTime:', timeText(lease?.spec?.acquireTime));
  lines.add(1, 'RenewTime:', timeText(lease?.spec?.renewTime));
  addTable(
    lines,
    'Conditions:',
    ['Type', 'Status', 'LastHeartbeatTime', 'LastTransitionTime', 'Reason', 'Message'],
    (status?.conditions ?? []).map((condition) => [
      condition.type,
      condition.status,
      timeText(condition.lastHeartbeatTime),
      timeText(condition.lastTransitionTime),
      condition.reason ?? '',
      condition.message ?? '',
    ]),
  );
  lines.add(0, 'Addresses:');
  for (const { type, address } of status?.addresses ?? []) lines.add(1, `${type}:`, address);
  addAmounts(lines, 'Capacity:', status?.capacity);
  addAmounts(lines, 'Allocatable:', status?.allocatable);
  addSystemInfo(lines, status?.nodeInfo);
  if (spec.podCIDR) lines.add(0, 'PodCIDR:', spec.podCIDR).add(0, 'PodCIDRs:', (spec.podCIDRs ?? []).join(','));
  if (spec.providerID) lines.add(0, 'ProviderID:', spec.providerID);
  const fields = `spec.nodeName=${metadata.name},status.phase!=Failed,status.phase!=Succeeded`;
  const pods = await listOrNone<Pod>(`/api/v1/pods?${new URLSearchParams({ fieldSelector: fields })}`, described);
  addPods(lines, pods, status?.allocatable ?? {}, context.now());
};

type Amounts = Readonly<Record<string, unknown>>;

function addAmounts(lines: Lines, title: string, amounts: Amounts | undefined): void {
  if (!amounts || Object.keys(amounts).length === 0) return;
  lines.add(0, title);
  for (const name of Object.keys(amounts).sort()) lines.add(1, `${name}:`, String(amounts[name]));
}

function addSystemInfo(lines: Lines, info: NonNullable<Node['status']>['nodeInfo']): void {
  if (!info) return;
  lines.add(0, 'System Info:');
  const facts: [string, string][] = [
    ['Machine ID:', info.machineID],
    ['System UUID:', info.systemUUID],
    ['Boot ID:', info.bootID],
    ['Kernel Version:', info.kernelVersion],
    ['OS Image:', info.osImage],
    ['Operating System:', info.operatingSystem],
    ['Architecture:', info.architecture],
    ['Container Runtime Version:', info.containerRuntimeVersion],
    ['Kubelet Version:', info.kubeletVersion],
    ['Kube-Proxy Version:', info.kubeProxyVersion],
  ];
  for (const [title, value] of facts) lines.add(1, title, value);
}

const COLUMNS = [
  ['cpu', 'requests'],
  ['cpu', 'limits'],
  ['memory', 'requests'],
  ['memory', 'limits'],
] as const;

function addPods(lines: Lines, pods: readonly Pod[], allocatable: Amounts, now: number): void {
  const share = (amount: Quantity, resource: string) => {
    const whole = parseQuantity(String(allocatable[resource] ?? '0')).toNumber();
    return `${amount} (${whole === 0 ? 0 : Math.trunc((amount.toNumber() / whole) * 100)}%)`;
  };
  const sums = new Map<string, Quantity>();
  const rows = pods.map((pod) => {
    const cells = COLUMNS.map(([resource, side]) => {
      const amount = podAmount(pod, resource, side);
      const id = `${resource} ${side}`;
      sums.set(id, (sums.get(id) ?? Quantity.of(0)).add(amount));
      return share(amount, resource);
    });
    return [pod.metadata.namespace ?? '', pod.metadata.name, ...cells, formatAge(pod.metadata.creationTimestamp, now)];
  });
  const columns = ['Namespace', 'Name', 'CPU Requests', 'CPU Limits', 'Memory Requests', 'Memory Limits', 'Age'];
  addTable(lines, `Non-terminated Pods:  (${pods.length} in total)`, columns, rows);
  lines.add(0, 'Allocated resources:').add(1, '(Total limits may be over 100 percent, i.e., overcommitted.)');
  lines.add(1, 'Resource', 'Requests', 'Limits').add(1, '--------', '--------', '------');
  for (const resource of ['cpu', 'memory']) {
    const cell = (side: string) => share(sums.get(`${resource} ${side}`) ?? Quantity.of(0), resource);
    lines.add(1, resource, cell('requests'), cell('limits'));
  }
}

/** What the scheduler counts: the containers together, or the largest init container. */
function podAmount({ spec }: Pod, resource: string, side: 'requests' | 'limits'): Quantity {
  const of = (container: Pod['spec']['containers'][number]) =>
    parseQuantity(String((container.resources?.[side] as Amounts | undefined)?.[resource] ?? '0'));
  const running = spec.containers.map(of).reduce((sum, amount) => sum.add(amount), Quantity.of(0));
  return (spec.initContainers ?? [])
    .map(of)
    .reduce((most, amount) => (amount.compare(most) > 0 ? amount : most), running);
}
