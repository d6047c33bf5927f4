import type {
  CallContext,
  ContainerIdRequest,
  ContainerStatsResponse,
  Input,
  ListContainerStatsRequest,
  ListContainerStatsResponse,
  ListPodSandboxStatsRequest,
  ListPodSandboxStatsResponse,
  PodSandboxIdRequest,
  PodSandboxStats,
  PodSandboxStatsResponse,
} from '@coxswain/cri';
import type { Entry } from '../container-store.ts';
import { matchesLabels } from '../matches-labels.ts';
import { findContainer, findSandbox, type Runtime } from '../runtime.ts';

export async function containerStats(
  runtime: Runtime,
  { containerId }: ContainerIdRequest,
  _context: CallContext,
): Promise<Input<ContainerStatsResponse>> {
  return { stats: await runtime.stats.container(await findContainer(runtime, containerId)) };
}

/** Of running containers. */
export async function listContainerStats(
  { store, stats }: Runtime,
  { filter }: ListContainerStatsRequest,
  _context: CallContext,
): Promise<Input<ListContainerStatsResponse>> {
  const all = await store.list();
  stats.keep(new Set(all.map(({ id }) => id)));
  const entries = all
    .filter(({ type, docker }) => type === 'container' && docker.State.Running)
    .filter(({ id }) => !filter?.id || id === filter.id)
    .filter(({ sandboxId }) => !filter?.podSandboxId || sandboxId === filter.podSandboxId)
    .filter(({ labels }) => matchesLabels(labels, filter?.labelSelector));
  return { stats: await Promise.all(entries.map((entry) => stats.container(entry))) };
}

export async function podSandboxStats(
  runtime: Runtime,
  { podSandboxId }: PodSandboxIdRequest,
  _context: CallContext,
): Promise<Input<PodSandboxStatsResponse>> {
  const entry = await findSandbox(runtime, podSandboxId);
  return { stats: await statsOf(runtime, entry, await runtime.store.list(entry.pod.uid)) };
}

/** Of running sandboxes. */
export async function listPodSandboxStats(
  runtime: Runtime,
  { filter }: ListPodSandboxStatsRequest,
  _context: CallContext,
): Promise<Input<ListPodSandboxStatsResponse>> {
  const all = await runtime.store.list();
  const entries = all
    .filter(({ type, docker }) => type === 'podsandbox' && docker.State.Running)
    .filter(({ id }) => !filter?.id || id === filter.id)
    .filter(({ labels }) => matchesLabels(labels, filter?.labelSelector));
  return { stats: await Promise.all(entries.map((entry) => statsOf(runtime, entry, all))) };
}

async function statsOf({ stats }: Runtime, entry: Entry, all: readonly Entry[]): Promise<Input<PodSandboxStats>> {
  const members = all.filter(({ sandboxId }) => sandboxId === entry.id);
  const { id, pod, labels, annotations } = entry;
  return { attributes: { id, metadata: pod, labels, annotations }, linux: await stats.sandbox(entry, members) };
}
