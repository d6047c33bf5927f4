import { type Pod, parseQuantity } from '@coxswain/api';
import { quantityValue } from './quantity-value.ts';
import type { PodUsage } from './rank-pods.ts';

/** Bytes in each disk-backed emptyDir, by volume. */
export type EmptyDirUsage = ReadonlyMap<string, number>;

/** Whether anything of the pod bounds what it may write: only then is it worth to measure. */
export function boundsLocalStorage(pod: Pod): boolean {
  return (
    (pod.spec.volumes ?? []).some(({ emptyDir }) => emptyDir?.sizeLimit !== undefined) ||
    pod.spec.containers.some(({ resources }) => resources?.limits?.['ephemeral-storage'] !== undefined)
  );
}

/** Pure: why the pod must go for what it wrote, in upstream's words; undefined when it is within its limits. */
export function localStorageVerdict(pod: Pod, usage: PodUsage, emptyDirs: EmptyDirUsage): string | undefined {
  for (const { name, emptyDir } of pod.spec.volumes ?? []) {
    const limit = quantityValue(emptyDir?.sizeLimit);
    if (limit && (emptyDirs.get(name) ?? 0) > limit)
      return `Usage of EmptyDir volume "${name}" exceeds the limit "${emptyDir?.sizeLimit}". `;
  }
  const limits = pod.spec.containers.map(({ resources }) => resources?.limits?.['ephemeral-storage']);
  if (limits.every((limit) => limit !== undefined)) {
    const total = limits.reduce((sum, limit) => sum + (quantityValue(limit) ?? 0), 0);
    const used = usage.disk;
    if (total > 0 && used > total)
      return `Pod ephemeral local storage usage exceeds the total limit of containers ${sumText(limits)}. `;
  }
  for (const { name, resources } of pod.spec.containers) {
    const text = resources?.limits?.['ephemeral-storage'];
    const limit = quantityValue(text);
    if (limit && (usage.containers.get(name)?.disk ?? 0) > limit)
      return `Container ${name} exceeded its local ephemeral storage limit "${text}". `;
  }
  return undefined;
}

function sumText(limits: readonly (string | undefined)[]): string {
  return limits
    .map((text) => parseQuantity(text ?? '0'))
    .reduce((sum, each) => sum.add(each))
    .toString();
}
