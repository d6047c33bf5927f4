import type { Capability, LinuxContainerSecurityContext, SecurityProfile, SeLinuxOption } from '@coxswain/cri';
import { CriError } from '@coxswain/cri';
import { canBePrivileged, everythingAtHand, grantable } from './capabilities.ts';
import type { DockerHostConfig } from './docker/docker-types.ts';

export interface SecurityInput {
  readonly seccomp?: SecurityProfile | undefined;
  readonly apparmor?: SecurityProfile | undefined;
  readonly selinuxOptions?: SeLinuxOption | undefined;
  readonly noNewPrivs?: boolean;
}

/** Docker's `SecurityOpt`; `readProfile` returns the text of a seccomp profile. Without a seccomp profile: unconfined. */
export function securityOptions(input: SecurityInput, readProfile: (path: string) => string): string[] {
  const { seccomp, apparmor, selinuxOptions, noNewPrivs } = input;
  const options: string[] = [];
  if (!seccomp || seccomp.profileType === 'Unconfined') options.push('seccomp=unconfined');
  else if (seccomp.profileType === 'Localhost') options.push(`seccomp=${readProfile(seccomp.localhostRef)}`);
  if (apparmor?.profileType === 'Unconfined') options.push('apparmor=unconfined');
  else if (apparmor?.profileType === 'Localhost') options.push(`apparmor=${apparmor.localhostRef}`);
  for (const key of ['user', 'role', 'type', 'level'] as const)
    if (selinuxOptions?.[key]) options.push(`label=${key}:${selinuxOptions[key]}`);
  if (noNewPrivs) options.push('no-new-privileges');
  return options;
}

/** Docker's `User`: a number before a name, and the group with it. @throws CriError for a group without user */
export function userOf(context: LinuxContainerSecurityContext | undefined): string | undefined {
  if (!context) return undefined;
  const { runAsUser, runAsUsername, runAsGroup } = context;
  const user = runAsUser ? String(runAsUser.value) : runAsUsername;
  if (runAsGroup && user === '') throw new CriError('INVALID_ARGUMENT', 'runAsGroup is specified without a runAsUser');
  if (user === '') return undefined;
  return runAsGroup ? `${user}:${runAsGroup.value}` : user;
}

/**
 * Privileged as Docker means it where the machine has every capability; elsewhere all the capabilities at hand, no
 * confinement and all devices.
 */
export function privilegedConfig(capabilities: ReadonlySet<string>): DockerHostConfig {
  if (canBePrivileged(capabilities)) return { Privileged: true };
  return {
    CapAdd: everythingAtHand(capabilities),
    SecurityOpt: ['seccomp=unconfined', 'apparmor=unconfined', 'label=disable'],
    MaskedPaths: [],
    ReadonlyPaths: [],
    Devices: [{ PathOnHost: '/dev', PathInContainer: '/dev', CgroupPermissions: 'rwm' }],
    DeviceCgroupRules: ['a *:* rwm'],
  };
}

export interface GrantedCapabilities {
  readonly config: DockerHostConfig;
  /** Asked for but not at hand on this machine. */
  readonly missing: readonly string[];
}

export function capabilityConfig(wanted: Capability | undefined, own: ReadonlySet<string>): GrantedCapabilities {
  const { add, missing } = grantable(wanted?.addCapabilities ?? [], own);
  const drop = (wanted?.dropCapabilities ?? []).map((name) => name.toUpperCase().replace(/^CAP_/, ''));
  return {
    config: { ...(add.length > 0 ? { CapAdd: add } : {}), ...(drop.length > 0 ? { CapDrop: drop } : {}) },
    missing,
  };
}
