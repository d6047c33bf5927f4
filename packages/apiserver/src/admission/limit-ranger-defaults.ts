import type { LimitRange, Pod } from '@coxswain/api';

const ANNOTATION = 'kubernetes.io/limit-ranger';
type Container = Pod['spec']['containers'][number];
type Amounts = Readonly<Record<string, string>>;

/** Gives containers the requests and limits they lack, and notes it in an annotation as upstream does. Mutates. */
export function applyLimitDefaults(pod: Pod, { spec }: LimitRange): void {
  const limits: Record<string, string> = {};
  const requests: Record<string, string> = {};
  for (const item of spec.limits ?? []) {
    if (item.type !== 'Container') continue;
    Object.assign(requests, item.defaultRequest);
    Object.assign(limits, item.default);
  }
  const notes: string[] = [];
  for (const container of pod.spec.containers) notes.push(...fill(container, 'container', requests, limits));
  for (const container of pod.spec.initContainers ?? [])
    notes.push(...fill(container, 'init container', requests, limits));
  if (notes.length === 0) return;
  pod.metadata.annotations = {
    ...pod.metadata.annotations,
    [ANNOTATION]: `LimitRanger plugin set: ${notes.join('; ')}`,
  };
}

function fill(container: Container, what: string, requests: Amounts, limits: Amounts): string[] {
  const resources = { ...container.resources };
  const notes: string[] = [];
  for (const [field, defaults] of [
    ['requests', requests],
    ['limits', limits],
  ] as const) {
    const missing = Object.keys(defaults).filter((name) => resources[field]?.[name] === undefined);
    if (missing.length === 0) continue;
    resources[field] = { ...defaults, ...resources[field] };
    notes.push(`${missing.sort().join(', ')} ${field.slice(0, -1)} for ${what} ${container.name}`);
  }
  if (notes.length > 0) container.resources = resources;
  return notes;
}
