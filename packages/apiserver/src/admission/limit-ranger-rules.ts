import {
  addTo,
  type LimitRange,
  type LimitRangeItem,
  type PersistentVolumeClaim,
  type Pod,
  parseQuantity,
  type Quantity,
} from '@coxswain/api';

type Amounts = ReadonlyMap<string, Quantity>;

/** What a pod breaks of a LimitRange, in upstream's words. Pure. */
export function podLimitErrors(pod: Pod, { spec }: LimitRange): string[] {
  const errors: string[] = [];
  const { containers, initContainers = [] } = pod.spec;
  for (const item of spec.limits ?? []) {
    if (item.type === 'Container')
      for (const { resources } of [...containers, ...initContainers])
        errors.push(...itemErrors(item, amounts(resources?.requests), amounts(resources?.limits)));
    if (item.type === 'Pod') errors.push(...itemErrors(item, podSum(pod, 'requests'), podSum(pod, 'limits')));
  }
  return errors;
}

/** The same for a claim's size. */
export function claimLimitErrors({ spec }: PersistentVolumeClaim, range: LimitRange): string[] {
  const requests = amounts(spec.resources?.requests);
  const errors: string[] = [];
  for (const { type, min, max } of range.spec.limits ?? []) {
    if (type !== 'PersistentVolumeClaim') continue;
    for (const [name, text] of Object.entries(min ?? {})) errors.push(...minErrors(type, name, text, requests, NONE));
    for (const [name, text] of Object.entries(max ?? {})) {
      const request = requests.get(name);
      const head = `maximum ${name} usage per ${type} is ${text}`;
      if (!request) errors.push(`${head}.  No request is specified`);
      else if (request.compare(parseQuantity(text)) > 0) errors.push(`${head}, but request is ${request}`);
    }
  }
  return errors;
}

const NONE: Amounts = new Map();

function itemErrors({ type, min, max, maxLimitRequestRatio }: LimitRangeItem, requests: Amounts, limits: Amounts) {
  const errors: string[] = [];
  const kind = type ?? '';
  for (const [name, text] of Object.entries(min ?? {})) errors.push(...minErrors(kind, name, text, requests, limits));
  for (const [name, text] of Object.entries(max ?? {})) errors.push(...maxErrors(kind, name, text, requests, limits));
  for (const [name, text] of Object.entries(maxLimitRequestRatio ?? {}))
    errors.push(...ratioErrors(kind, name, text, requests, limits));
  return errors;
}

function minErrors(type: string, name: string, text: string, requests: Amounts, limits: Amounts): string[] {
  const head = `minimum ${name} usage per ${type} is ${text}`;
  const least = parseQuantity(text);
  const request = requests.get(name);
  const limit = limits.get(name);
  if (!request) return [`${head}.  No request is specified`];
  if (request.compare(least) < 0) return [`${head}, but request is ${request}`];
  return limit && limit.compare(least) < 0 ? [`${head}, but limit is ${limit}`] : [];
}

function maxErrors(type: string, name: string, text: string, requests: Amounts, limits: Amounts): string[] {
  const head = `maximum ${name} usage per ${type} is ${text}`;
  const most = parseQuantity(text);
  const request = requests.get(name);
  const limit = limits.get(name);
  if (!limit) return [`${head}.  No limit is specified`];
  if (limit.compare(most) > 0) return [`${head}, but limit is ${limit}`];
  return request && request.compare(most) > 0 ? [`${head}, but request is ${request}`] : [];
}

function ratioErrors(type: string, name: string, text: string, requests: Amounts, limits: Amounts): string[] {
  const head = `${name} max limit to request ratio per ${type} is ${text}`;
  const request = requests.get(name);
  const limit = limits.get(name);
  if (!request || request.isZero()) return [`${head}, but no request is specified or request is 0`];
  if (!limit || limit.isZero()) return [`${head}, but no limit is specified or limit is 0`];
  const ratio = limit.toNumber() / request.toNumber();
  return ratio > parseQuantity(text).toNumber() ? [`${head}, but provided ratio is ${ratio.toFixed(6)}`] : [];
}

function amounts(list: Readonly<Record<string, string>> = {}): Amounts {
  return new Map(Object.entries(list).map(([name, text]) => [name, parseQuantity(text)]));
}

/** Of all containers together, or of the largest init container where that is more. */
function podSum({ spec }: Pod, what: 'requests' | 'limits'): Amounts {
  const sum = new Map<string, Quantity>();
  const running = [...spec.containers, ...(spec.initContainers ?? []).filter(isSidecar)];
  for (const { resources } of running)
    for (const [name, amount] of amounts(resources?.[what])) addTo(sum, name, amount);
  for (const { resources } of (spec.initContainers ?? []).filter((container) => !isSidecar(container)))
    for (const [name, amount] of amounts(resources?.[what])) {
      const before = sum.get(name);
      if (!before || before.compare(amount) < 0) sum.set(name, amount);
    }
  return sum;
}

function isSidecar({ restartPolicy }: { readonly restartPolicy?: string | undefined }): boolean {
  return restartPolicy === 'Always';
}
