import type { Pod } from '@coxswain/api';
import type { Rejection } from './admit-pod.ts';

/** Sysctls that belong to a pod's namespaces alone and can't harm others, as upstream's list. */
const SAFE = [
  'kernel.shm_rmid_forced',
  'net.ipv4.ip_local_port_range',
  'net.ipv4.tcp_syncookies',
  'net.ipv4.ping_group_range',
  'net.ipv4.ip_unprivileged_port_start',
  'net.ipv4.ip_local_reserved_ports',
  'net.ipv4.tcp_keepalive_time',
  'net.ipv4.tcp_fin_timeout',
  'net.ipv4.tcp_keepalive_intvl',
  'net.ipv4.tcp_keepalive_probes',
  'net.ipv4.tcp_rmem',
  'net.ipv4.tcp_wmem',
];

/** Pure: why the pod's sysctls keep it from this node. `unsafe` are the patterns of --allowed-unsafe-sysctls. */
export function forbiddenSysctl(pod: Pod, unsafe: readonly string[]): Rejection | undefined {
  const { securityContext, hostNetwork, hostIPC } = pod.spec;
  const allowed = (name: string) =>
    SAFE.includes(name) ||
    unsafe.some((pattern) => (pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : name === pattern));
  for (const { name: given } of securityContext?.sysctls ?? []) {
    const name = given.replaceAll('/', '.');
    const why =
      (!allowed(name) && 'not allowlisted') ||
      (hostNetwork && name.startsWith('net.') && 'not allowed with host net enabled') ||
      (hostIPC && /^(kernel\.(shm|msg|sem)|fs\.mqueue\.)/.test(name) && 'not allowed with host ipc enabled');
    if (why)
      return {
        reason: 'SysctlForbidden',
        message: `Pod was rejected: forbidden sysctl: ${JSON.stringify(name)} ${why}`,
      };
  }
  return undefined;
}
