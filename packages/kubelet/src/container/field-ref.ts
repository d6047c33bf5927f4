import { type Container, type Pod, parseQuantity, Quantity, type ResourceFieldSelector } from '@coxswain/api';
import { findContainer, uidOf } from './pod-containers.ts';

/** What the downward API tells of the node and of the pod while it runs. */
export interface DownwardContext {
  readonly hostIPs: readonly string[];
  readonly podIPs: readonly string[];
  /** The node's allocatable, for limits that aren't set. */
  readonly allocatable: Readonly<Record<string, string>>;
}

/**
 * The value of a `fieldRef`.
 * @throws if the path isn't one that the downward API knows
 */
export function resolveFieldRef(pod: Pod, fieldPath: string, context: DownwardContext): string {
  const subscript = /^metadata\.(labels|annotations)\['(.*)'\]$/.exec(fieldPath);
  if (subscript) return pod.metadata[subscript[1] as 'labels' | 'annotations']?.[subscript[2] as string] ?? '';
  switch (fieldPath) {
    case 'metadata.name':
      return pod.metadata.name;
    case 'metadata.namespace':
      return pod.metadata.namespace ?? '';
    case 'metadata.uid':
      return uidOf(pod);
    case 'metadata.labels':
      return formatMap(pod.metadata.labels);
    case 'metadata.annotations':
      return formatMap(pod.metadata.annotations);
    case 'spec.nodeName':
      return pod.spec.nodeName ?? '';
    case 'spec.serviceAccountName':
      return pod.spec.serviceAccountName ?? '';
    case 'status.hostIP':
      return context.hostIPs[0] ?? '';
    case 'status.hostIPs':
      return context.hostIPs.join(',');
    case 'status.podIP':
      return context.podIPs[0] ?? '';
    case 'status.podIPs':
      return context.podIPs.join(',');
    default:
      throw new Error(`unsupported fieldPath: ${fieldPath}`);
  }
}

/** One `key="value"` a line, sorted, the value quoted. */
function formatMap(map: Record<string, string> | undefined): string {
  return Object.keys(map ?? {})
    .sort()
    .map((key) => `${key}=${JSON.stringify(map?.[key])}`)
    .join('\n');
}

/**
 * The value of a `resourceFieldRef`: rounded up in units of its divisor. A limit that isn't set is the node's
 * allocatable.
 * @throws if the container or the resource isn't known
 */
export function resolveResourceFieldRef(
  pod: Pod,
  selector: ResourceFieldSelector,
  own: Container | undefined,
  context: DownwardContext,
): string {
  const container = selector.containerName ? findContainer(pod, selector.containerName)?.container : own;
  if (!container) throw new Error(`container "${selector.containerName}" not found in pod`);
  const match = /^(limits|requests)\.(.+)$/.exec(selector.resource);
  if (!match) throw new Error(`unsupported container resource : ${selector.resource}`);
  const [, list, name] = match as unknown as [string, 'limits' | 'requests', string];
  const { limits, requests } = container.resources ?? {};
  const text = list === 'limits' ? (limits?.[name] ?? context.allocatable[name]) : (requests?.[name] ?? limits?.[name]);
  const amount = text === undefined ? Quantity.of(0) : parseQuantity(text);
  const divisor = parseQuantity(selector.divisor && selector.divisor !== '0' ? selector.divisor : '1');
  if (name === 'cpu') return String(Math.ceil(amount.milliValue() / divisor.milliValue()));
  return String(Math.ceil(amount.value() / divisor.value()));
}
