import {
  controllerRef,
  type PersistentVolumeClaim,
  type Pod,
  type PodTemplateSpec,
  type StatefulSet,
  statefulSetKind,
} from '@coxswain/api';
import { podFromTemplate } from '../../shared/pod-from-template.ts';
import { REVISION_HASH } from '../../shared/sync-revisions.ts';

export const POD_NAME_LABEL = 'statefulset.kubernetes.io/pod-name';
export const POD_INDEX_LABEL = 'apps.kubernetes.io/pod-index';

/** The ordinal in a pod's name, or -1 when it isn't one of this StatefulSet's names. */
export function ordinalOf({ metadata: { name } }: StatefulSet, podName: string): number {
  const digits = podName.startsWith(`${name}-`) ? podName.slice(name.length + 1) : '';
  return /^(0|[1-9]\d*)$/.test(digits) ? Number(digits) : -1;
}

export function podNameOf({ metadata: { name } }: StatefulSet, ordinal: number): string {
  return `${name}-${ordinal}`;
}

export function claimNameOf(set: StatefulSet, template: PersistentVolumeClaim, ordinal: number): string {
  return `${template.metadata.name}-${podNameOf(set, ordinal)}`;
}

/** The revision that a pod is of. */
export function revisionOf({ metadata }: Pod): string {
  return metadata.labels?.[REVISION_HASH] ?? '';
}

/** The pod of an ordinal, of a template that `revision` names. */
export function statefulPod(set: StatefulSet, ordinal: number, template: PodTemplateSpec, revision: string): Pod {
  const pod = podFromTemplate(set, template, controllerRef(set, statefulSetKind));
  const { generateName: _, ...metadata } = pod.metadata;
  const labels = { ...metadata.labels, [REVISION_HASH]: revision };
  return withIdentity(set, ordinal, { ...pod, metadata: { ...metadata, labels } });
}

/** The pod under its own name and network identity, over its own claims. */
export function withIdentity(set: StatefulSet, ordinal: number, pod: Pod): Pod {
  const name = podNameOf(set, ordinal);
  const labels = { ...pod.metadata.labels, [POD_NAME_LABEL]: name, [POD_INDEX_LABEL]: String(ordinal) };
  const templates = set.spec.volumeClaimTemplates ?? [];
  const claimed = templates.map((template) => ({
    name: template.metadata.name,
    persistentVolumeClaim: { claimName: claimNameOf(set, template, ordinal) },
  }));
  const others = (pod.spec.volumes ?? []).filter(({ name: own }) => !claimed.some((volume) => volume.name === own));
  const { serviceName } = set.spec;
  return {
    ...pod,
    metadata: { ...pod.metadata, name, namespace: set.metadata.namespace, labels },
    spec: {
      ...pod.spec,
      hostname: name,
      ...(serviceName ? { subdomain: serviceName } : {}),
      ...(claimed.length + others.length > 0 ? { volumes: [...claimed, ...others] } : {}),
    },
  };
}

/** Whether a pod still carries its name labels and claims; users may take them off. */
export function hasIdentity(set: StatefulSet, ordinal: number, pod: Pod): boolean {
  const { labels = {} } = pod.metadata;
  const name = podNameOf(set, ordinal);
  return pod.metadata.name === name && labels[POD_NAME_LABEL] === name && labels[POD_INDEX_LABEL] === String(ordinal);
}
