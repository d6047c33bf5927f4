import type { PortMapping } from '@coxswain/cri';
import type { NetworkList, PluginConf } from './network-list.ts';

/** What a plugin of the list reads on stdin: its own fields, the list's, the result so far and what it can use. */
export function pluginConf(
  list: NetworkList,
  plugin: PluginConf,
  prevResult: object | undefined,
  portMappings: readonly PortMapping[],
): object {
  const runtimeConfig: Record<string, unknown> = {};
  const mapped = withHostPort(portMappings);
  if (plugin.capabilities?.['portMappings'] && mapped.length > 0) {
    runtimeConfig['portMappings'] = mapped.map(({ hostPort, containerPort, protocol, hostIp }) => ({
      hostPort,
      containerPort,
      protocol: protocol.toLowerCase(),
      ...(hostIp === '' ? {} : { hostIP: hostIp }),
    }));
  }
  return {
    ...plugin,
    name: list.name,
    cniVersion: list.cniVersion,
    ...(prevResult === undefined ? {} : { prevResult }),
    ...(Object.keys(runtimeConfig).length === 0 ? {} : { runtimeConfig }),
  };
}

/** Whether the plugin would only hand the result on: the reference portmap without a port to publish. */
export function isIdle({ type }: PluginConf, portMappings: readonly PortMapping[]): boolean {
  return type === 'portmap' && withHostPort(portMappings).length === 0;
}

function withHostPort(portMappings: readonly PortMapping[]): PortMapping[] {
  return portMappings.filter(({ hostPort }) => hostPort > 0);
}

/** Addresses of a CNI result, without prefix length, in the order given. */
export function resultIps(result: object | undefined): string[] {
  const { ips = [] } = (result ?? {}) as { ips?: readonly { address?: string }[] };
  return ips.flatMap(({ address }) => (address === undefined ? [] : [address.replace(/\/\d+$/, '')]));
}

/** CNI_ARGS with the pod's identity. */
export function cniArgs(pod: { name: string; namespace: string; uid: string }, containerId: string): string {
  return [
    'IgnoreUnknown=1',
    `K8S_POD_NAMESPACE=${pod.namespace}`,
    `K8S_POD_NAME=${pod.name}`,
    `K8S_POD_INFRA_CONTAINER_ID=${containerId}`,
    `K8S_POD_UID=${pod.uid}`,
  ].join(';');
}
