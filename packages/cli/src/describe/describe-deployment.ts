import type { Deployment, Pod, ReplicaSet } from '@coxswain/api';
import { selectorText } from '../logs/selector-text.ts';
import { addContainers } from './describe-containers.ts';
import { addPlacement } from './describe-pod.ts';
import { addVolumes } from './describe-volumes.ts';
import { type Describer, listOrNone } from './described.ts';
import type { Lines } from './lines.ts';
import { addAnnotations, addHead, addLabels, addTable, timeText } from './parts.ts';

const REVISION = 'deployment.kubernetes.io/revision';

export const describeDeployment: Describer<Deployment> = async (lines, deployment, described) => {
  const { metadata, spec, status } = deployment;
  const selector = selectorText(spec.selector) ?? '';
  addHead(lines, deployment);
  lines.add(0, 'CreationTimestamp:', timeText(metadata.creationTimestamp));
  addLabels(lines, 0, metadata);
  addAnnotations(lines, 0, metadata);
  lines.add(0, 'Selector:', selector);
  const { updatedReplicas = 0, replicas = 0, availableReplicas = 0, unavailableReplicas = 0 } = status ?? {};
  lines.add(
    0,
    'Replicas:',
    `${spec.replicas} desired | ${updatedReplicas} updated | ${replicas} total | ${availableReplicas} available | ${unavailableReplicas} unavailable`,
  );
  lines.add(0, 'StrategyType:', spec.strategy?.type ?? '');
  lines.add(0, 'MinReadySeconds:', String(spec.minReadySeconds ?? 0));
  const rolling = spec.strategy?.rollingUpdate;
  if (rolling)
    lines.add(0, 'RollingUpdateStrategy:', `${rolling.maxUnavailable} max unavailable, ${rolling.maxSurge} max surge`);
  addPodTemplate(lines, spec.template);
  const conditions = status?.conditions ?? [];
  if (conditions.length > 0)
    addTable(
      lines,
      'Conditions:',
      ['Type', 'Status', 'Reason'],
      conditions.map(({ type, status: value, reason }) => [type, value, reason ?? '']),
    );
  const query = new URLSearchParams({ labelSelector: selector });
  const all = await listOrNone<ReplicaSet>(
    `/apis/apps/v1/namespaces/${metadata.namespace}/replicasets?${query}`,
    described,
  );
  const owned = all.filter((set) => set.metadata.ownerReferences?.some(({ uid }) => uid === metadata.uid));
  const isNew = (set: ReplicaSet) => set.metadata.annotations?.[REVISION] === metadata.annotations?.[REVISION];
  const old = owned.filter((set) => !isNew(set)).sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));
  lines.add(0, 'OldReplicaSets:', old.map(replicaSetText).join(', ') || '<none>');
  lines.add(0, 'NewReplicaSet:', owned.filter(isNew).map(replicaSetText).join(', ') || '<none>');
};

function replicaSetText({ metadata, spec, status }: ReplicaSet): string {
  return `${metadata.name} (${status?.replicas ?? 0}/${spec?.replicas ?? 0} replicas created)`;
}

export const describeReplicaSet: Describer<ReplicaSet> = async (lines, set, described) => {
  const { metadata, spec, status } = set;
  addHead(lines, set);
  lines.add(0, 'Selector:', selectorText(spec?.selector) ?? '');
  addLabels(lines, 0, metadata);
  addAnnotations(lines, 0, metadata);
  const owner = metadata.ownerReferences?.find(({ controller }) => controller);
  if (owner) lines.add(0, 'Controlled By:', `${owner.kind}/${owner.name}`);
  lines.add(0, 'Replicas:', `${status?.replicas ?? 0} current / ${spec?.replicas ?? 0} desired`);
  const query = new URLSearchParams({ labelSelector: selectorText(spec?.selector) ?? '' });
  const pods = await listOrNone<Pod>(`/api/v1/namespaces/${metadata.namespace}/pods?${query}`, described);
  const owned = pods.filter((pod) => pod.metadata.ownerReferences?.some(({ uid }) => uid === metadata.uid));
  const count = (phase: string) => owned.filter((pod) => pod.status?.phase === phase).length;
  lines.add(
    0,
    'Pods Status:',
    `${count('Running')} Running / ${count('Pending')} Waiting / ${count('Succeeded')} Succeeded / ${count('Failed')} Failed`,
  );
  addPodTemplate(lines, spec?.template);
};

function addPodTemplate(lines: Lines, template: Deployment['spec']['template'] | undefined): void {
  if (!template?.spec) return;
  const { metadata, spec } = template;
  lines.add(0, 'Pod Template:');
  addLabels(lines, 1, metadata ?? {});
  if (Object.keys(metadata?.annotations ?? {}).length > 0) addAnnotations(lines, 1, metadata ?? {});
  if (spec.serviceAccountName) lines.add(1, 'Service Account:', spec.serviceAccountName);
  addContainers(lines, 1, 'Init Containers:', spec.initContainers ?? [], []);
  addContainers(lines, 1, 'Containers:', spec.containers, []);
  addVolumes(lines, 1, spec.volumes ?? []);
  addPlacement(lines, 1, { spec });
}
