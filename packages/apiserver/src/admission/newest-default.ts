import type { KubeObject } from '@coxswain/api';

/** Of the classes that one of the annotations marks as default the newest, by name where they are of one age. */
export function newestDefault<T extends Pick<KubeObject, 'metadata'>>(
  classes: readonly T[],
  annotations: readonly string[],
): T | undefined {
  const time = ({ metadata }: T) => metadata.creationTimestamp ?? '';
  return classes
    .filter(({ metadata }) => annotations.some((annotation) => metadata.annotations?.[annotation] === 'true'))
    .sort((a, b) => (time(a) === time(b) ? compare(a.metadata.name, b.metadata.name) : compare(time(b), time(a))))[0];
}

function compare(a = '', b = ''): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
