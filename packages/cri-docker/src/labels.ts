import type { ContainerMetadata, NamespaceOption, PodSandboxMetadata, StringMap } from '@coxswain/cri';

export const TYPE = 'io.kubernetes.docker.type';
export const SANDBOX_ID = 'io.kubernetes.sandbox.id';
export const POD_UID = 'io.kubernetes.pod.uid';
export const LOG_PATH = 'io.kubernetes.container.logpath';
/** What Docker has no field for, as JSON. Only containers with this label are ours. */
export const RECORD = 'io.coxswain.cri';
const ANNOTATION = 'annotation.';

export type ContainerType = 'podsandbox' | 'container';

/** The value of the `RECORD` label. */
export interface LabelRecord {
  readonly attempt: number;
  /** Keys of the CRI labels: Docker mixes the image's labels in. */
  readonly labels: readonly string[];
  /** The image as the pod's author wrote it. */
  readonly image?: string;
  readonly namespaces?: NamespaceOption;
  readonly runtimeHandler?: string;
  /** Of a sandbox. */
  readonly logDirectory?: string;
}

export interface LabelInput {
  readonly pod: PodSandboxMetadata;
  readonly labels: StringMap;
  readonly annotations: StringMap;
  readonly record: Omit<LabelRecord, 'labels' | 'attempt'>;
  /** Given for containers, absent for sandboxes. */
  readonly container?: { readonly metadata: ContainerMetadata; readonly sandboxId: string; readonly logPath: string };
}

export function toDockerLabels({ pod, labels, annotations, record, container }: LabelInput): Record<string, string> {
  const attempt = container ? container.metadata.attempt : pod.attempt;
  const full: LabelRecord = { ...record, attempt, labels: Object.keys(labels) };
  const out: Record<string, string> = { ...labels };
  for (const [key, value] of Object.entries(annotations)) out[ANNOTATION + key] = value;
  out['io.kubernetes.pod.name'] = pod.name;
  out['io.kubernetes.pod.namespace'] = pod.namespace;
  out[POD_UID] = pod.uid;
  out['io.kubernetes.container.name'] = container?.metadata.name ?? 'POD';
  out[TYPE] = container ? 'container' : 'podsandbox';
  if (container) {
    out[SANDBOX_ID] = container.sandboxId;
    out[LOG_PATH] = container.logPath;
  }
  out[RECORD] = JSON.stringify(full);
  return out;
}

export interface ParsedLabels {
  readonly type: ContainerType;
  readonly pod: PodSandboxMetadata;
  readonly container: ContainerMetadata;
  /** '' for a sandbox. */
  readonly sandboxId: string;
  readonly logPath: string;
  readonly labels: StringMap;
  readonly annotations: StringMap;
  readonly record: LabelRecord;
}

/** Undefined for a container that isn't ours. */
export function fromDockerLabels(all: Readonly<Record<string, string>> | null): ParsedLabels | undefined {
  const text = all?.[RECORD];
  const type = all?.[TYPE];
  if (!all || text === undefined || (type !== 'podsandbox' && type !== 'container')) return undefined;
  const record = parseRecord(text);
  if (!record) return undefined;
  const annotations: Record<string, string> = {};
  for (const [key, value] of Object.entries(all))
    if (key.startsWith(ANNOTATION)) annotations[key.slice(ANNOTATION.length)] = value;
  const labels: Record<string, string> = {};
  for (const key of record.labels) labels[key] = all[key] ?? '';
  return {
    type,
    pod: {
      name: all['io.kubernetes.pod.name'] ?? '',
      namespace: all['io.kubernetes.pod.namespace'] ?? '',
      uid: all[POD_UID] ?? '',
      attempt: type === 'podsandbox' ? record.attempt : 0,
    },
    container: { name: all['io.kubernetes.container.name'] ?? '', attempt: record.attempt },
    sandboxId: all[SANDBOX_ID] ?? '',
    logPath: all[LOG_PATH] ?? '',
    labels,
    annotations,
    record,
  };
}

function parseRecord(text: string): LabelRecord | undefined {
  try {
    const record = JSON.parse(text) as LabelRecord;
    return Array.isArray(record.labels) ? record : undefined;
  } catch {
    return undefined;
  }
}
