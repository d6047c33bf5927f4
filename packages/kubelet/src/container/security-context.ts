import type { Container, Pod, SeccompProfile } from '@coxswain/api';
import type {
  Input,
  LinuxContainerSecurityContext,
  NamespaceMode,
  NamespaceOption,
  SecurityProfile,
} from '@coxswain/cri';
import { ContainerConfigError } from './make-environment.ts';
import { podFullName } from './pod-containers.ts';

/** Paths that a container's /proc hides or protects unless it is privileged or its procMount is Unmasked. */
const MASKED = [
  '/proc/asound',
  '/proc/acpi',
  '/proc/interrupts',
  '/proc/kcore',
  '/proc/keys',
  '/proc/latency_stats',
  '/proc/timer_list',
  '/proc/timer_stats',
  '/proc/sched_debug',
  '/proc/scsi',
  '/sys/firmware',
  '/sys/devices/virtual/powercap',
];
const READ_ONLY = ['/proc/bus', '/proc/fs', '/proc/irq', '/proc/sys', '/proc/sysrq-trigger'];

/** `targetId` is the container whose processes an ephemeral container sees. */
export function namespaceOptions(pod: Pod, targetId = ''): NamespaceOption {
  const { hostNetwork, hostPID, hostIPC, shareProcessNamespace } = pod.spec;
  const node = (host: boolean | undefined, own: NamespaceMode): NamespaceMode => (host ? 'NODE' : own);
  return {
    network: node(hostNetwork, 'POD'),
    pid: targetId === '' ? node(hostPID, shareProcessNamespace ? 'POD' : 'CONTAINER') : 'TARGET',
    ipc: node(hostIPC, 'POD'),
    targetId,
  };
}

/** The user that the image runs as, when its configuration says one. */
export interface ImageUser {
  readonly uid: number | undefined;
  readonly username: string;
}

/**
 * A container's security settings: its own over the pod's. Localhost seccomp profiles are files below `seccompRoot`.
 * @throws ContainerConfigError when runAsNonRoot forbids the user it would run as
 */
export function containerSecurity(
  pod: Pod,
  container: Container,
  image: ImageUser,
  targetId = '',
  seccompRoot = '/var/lib/kubelet/seccomp',
): Input<LinuxContainerSecurityContext> {
  const ofPod = pod.spec.securityContext ?? {};
  const own = container.securityContext ?? {};
  const runAsUser = own.runAsUser ?? ofPod.runAsUser;
  const runAsGroup = own.runAsGroup ?? ofPod.runAsGroup;
  const privileged = own.privileged ?? false;
  if (own.runAsNonRoot ?? ofPod.runAsNonRoot) refuseRoot(pod, container, runAsUser, image);
  const seccomp = own.seccompProfile ?? ofPod.seccompProfile;
  const unmasked = privileged || own.procMount === 'Unmasked';
  const groups = [...(ofPod.supplementalGroups ?? []), ...(ofPod.fsGroup === undefined ? [] : [ofPod.fsGroup])];
  return {
    privileged,
    namespaceOptions: namespaceOptions(pod, targetId),
    ...(runAsUser === undefined ? {} : { runAsUser: { value: runAsUser } }),
    ...(runAsGroup === undefined ? {} : { runAsGroup: { value: runAsGroup } }),
    capabilities: {
      addCapabilities: own.capabilities?.add ?? [],
      dropCapabilities: own.capabilities?.drop ?? [],
    },
    readonlyRootfs: own.readOnlyRootFilesystem ?? false,
    supplementalGroups: groups,
    supplementalGroupsPolicy: ofPod.supplementalGroupsPolicy === 'Strict' ? 'Strict' : 'Merge',
    noNewPrivs: own.allowPrivilegeEscalation === false,
    seccomp: profileOf(seccomp, privileged, `${seccompRoot}/`),
    ...(own.appArmorProfile || ofPod.appArmorProfile
      ? { apparmor: profileOf(own.appArmorProfile ?? ofPod.appArmorProfile, privileged) }
      : {}),
    maskedPaths: unmasked ? [] : MASKED,
    readonlyPaths: unmasked ? [] : READ_ONLY,
  };
}

function refuseRoot(pod: Pod, container: Container, runAsUser: number | undefined, image: ImageUser): void {
  const where = `(pod: ${JSON.stringify(podFullName(pod))}, container: ${container.name})`;
  if (runAsUser !== undefined) {
    if (runAsUser !== 0) return;
    throw new ContainerConfigError(`container's runAsUser breaks non-root policy ${where}`);
  }
  if (image.uid !== undefined && image.uid !== 0) return;
  if (image.username !== '' && image.username !== 'root')
    throw new ContainerConfigError(
      `container has runAsNonRoot and image has non-numeric user (${image.username}), cannot verify user is non-root ${where}`,
    );
  throw new ContainerConfigError(`container has runAsNonRoot and image will run as root ${where}`);
}

/** Unconfined unless asked for, as upstream without seccompDefault. */
function profileOf(profile: SeccompProfile | undefined, privileged: boolean, root = ''): Input<SecurityProfile> {
  if (!profile || privileged || profile.type === 'Unconfined') return { profileType: 'Unconfined' };
  if (profile.type === 'Localhost')
    return { profileType: 'Localhost', localhostRef: `${root}${profile.localhostProfile ?? ''}` };
  return { profileType: 'RuntimeDefault' };
}
