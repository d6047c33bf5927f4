import type { Container, Pod } from '@coxswain/api';
import type { Input, PodSandboxConfig, PortMapping } from '@coxswain/cri';
import { type CgroupSettings, cgroupParent } from './cgroup-parent.ts';
import { type ClusterDns, podDns, podHostname } from './dns-config.ts';
import { type LogRoots, podLogDirectory } from './log-paths.ts';
import { CONFIG_SEEN_ANNOTATION, POD_NAME_LABEL, POD_NAMESPACE_LABEL, POD_UID_LABEL } from './names.ts';
import { podContainers, uidOf } from './pod-containers.ts';
import { namespaceOptions } from './security-context.ts';

export interface SandboxSettings {
  readonly dns: ClusterDns;
  readonly logs: LogRoots;
  readonly cgroups: CgroupSettings;
}

/** What the runtime is told of a pod's sandbox. */
export function sandboxConfig(pod: Pod, attempt: number, settings: SandboxSettings): Input<PodSandboxConfig> {
  const { name, namespace = '', labels = {}, annotations = {} } = pod.metadata;
  const uid = uidOf(pod);
  const { hostNetwork } = pod.spec;
  const security = pod.spec.securityContext ?? {};
  const { [CONFIG_SEEN_ANNOTATION]: _, ...kept } = annotations;
  return {
    metadata: { name, namespace, uid, attempt },
    hostname: hostNetwork ? '' : podHostname(pod, settings.dns.domain).hostname,
    logDirectory: podLogDirectory(settings.logs, pod),
    dnsConfig: podDns(pod, settings.dns),
    portMappings: hostNetwork ? [] : podContainers(pod).flatMap(({ container }) => portMappings(container)),
    labels: { ...labels, [POD_NAME_LABEL]: name, [POD_NAMESPACE_LABEL]: namespace, [POD_UID_LABEL]: uid },
    annotations: kept,
    linux: {
      cgroupParent: cgroupParent(pod, settings.cgroups),
      sysctls: Object.fromEntries((security.sysctls ?? []).map(({ name: key, value }) => [key, value])),
      securityContext: {
        namespaceOptions: namespaceOptions(pod),
        privileged: podContainers(pod).some(({ container }) => container.securityContext?.privileged),
        supplementalGroups: [
          ...(security.supplementalGroups ?? []),
          ...(security.fsGroup === undefined ? [] : [security.fsGroup]),
        ],
        ...(security.runAsUser === undefined ? {} : { runAsUser: { value: security.runAsUser } }),
        ...(security.runAsGroup === undefined ? {} : { runAsGroup: { value: security.runAsGroup } }),
      },
    },
  };
}

function portMappings(container: Container): Input<PortMapping>[] {
  return (container.ports ?? []).map(({ protocol = 'TCP', containerPort, hostPort = 0, hostIP = '' }) => ({
    protocol: protocol as PortMapping['protocol'],
    containerPort,
    hostPort,
    hostIp: hostIP,
  }));
}
