import { BlockList, isIP } from 'node:net';
import { type Endpoints, newBadRequest, newServiceUnavailable, type Pod, type Service } from '@coxswain/api';

/** `[scheme:]name[:port]`, the name of a proxied object in a path. */
export interface ProxyName {
  readonly scheme: 'http' | 'https';
  readonly name: string;
  /** A number or a name; '' when there is none. */
  readonly port: string;
}

/** Undefined when it is none. */
export function parseProxyName(text: string): ProxyName | undefined {
  const parts = text.split(':');
  const [first = '', second = '', third = ''] = parts;
  if (parts.length === 1) return { scheme: 'http', name: first, port: '' };
  if (parts.length === 2) return first === '' ? undefined : { scheme: 'http', name: first, port: second };
  if (parts.length > 3 || second === '' || !['', 'http', 'https'].includes(first)) return undefined;
  return { scheme: first === 'https' ? 'https' : 'http', name: second, port: third };
}

/** A port of a pod. */
export interface PodPort {
  readonly pod: Pod;
  /** The pod's address. */
  readonly ip: string;
  readonly port: number;
}

const NOT_PROXYABLE = new BlockList();
for (const [net, prefix] of [
  ['0.0.0.0', 8],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['224.0.0.0', 4],
] as const)
  NOT_PROXYABLE.addSubnet(net, prefix, 'ipv4');
for (const [net, prefix] of [
  ['::', 127],
  ['fe80::', 10],
  ['ff00::', 8],
] as const)
  NOT_PROXYABLE.addSubnet(net, prefix, 'ipv6');

/** Whether the apiserver may be led to the address: not itself, its link or a group. */
export function isProxyable(ip: string): boolean {
  const family = isIP(ip);
  return family !== 0 && !NOT_PROXYABLE.check(ip, family === 4 ? 'ipv4' : 'ipv6');
}

/** The port that is asked for, else the first that a container names, else 80. @throws StatusError BadRequest */
export function podPort(pod: Pod, port: string): PodPort {
  const ip = pod.status?.podIPs?.[0]?.ip ?? pod.status?.podIP ?? '';
  if (!isProxyable(ip)) throw newBadRequest('address not allowed');
  const first = pod.spec.containers.find(({ ports = [] }) => ports.length > 0)?.ports?.[0]?.containerPort;
  const number = port === '' ? (first ?? 80) : Number(port);
  if (!Number.isInteger(number) || number < 1 || number > 0xffff)
    throw newBadRequest(`invalid port ${JSON.stringify(port)}`);
  return { pod, ip, port: number };
}

/**
 * A random ready endpoint of the service's port, which must be a pod of the namespace that has the address.
 * @throws StatusError ServiceUnavailable in upstream's words
 */
export function servicePort(
  service: Service,
  endpoints: Endpoints | undefined,
  port: string,
  findPod: (name: string) => Pod | undefined,
  random: () => number,
): PodPort {
  const { name = '' } = service.metadata;
  let portName = port;
  if (/^\d+$/.test(port)) {
    const found = service.spec.ports?.find((each) => each.port === Number(port));
    if (!found) throw newServiceUnavailable(`no service port ${port} found for service ${JSON.stringify(name)}`);
    portName = found.name ?? '';
  }
  const candidates = (endpoints?.subsets ?? []).flatMap(({ ports = [], addresses = [] }) => {
    const target = ports.find((each) => (each.name ?? '') === portName);
    return target === undefined ? [] : addresses.map((address) => ({ address, port: target.port }));
  });
  const start = Math.floor(random() * candidates.length);
  for (let i = 0; i < candidates.length; i++) {
    const { address, port: number } = candidates[(start + i) % candidates.length] as (typeof candidates)[number];
    const { ip = '', targetRef } = address;
    if (targetRef?.kind !== 'Pod' || targetRef.namespace !== service.metadata.namespace) continue;
    const pod = findPod(targetRef.name ?? '');
    const own = [pod?.status?.podIP, ...(pod?.status?.podIPs ?? []).map((each) => each.ip)];
    if (pod && own.includes(ip) && isProxyable(ip)) return { pod, ip, port: number };
  }
  throw newServiceUnavailable(`no endpoints available for service ${JSON.stringify(name)}`);
}
