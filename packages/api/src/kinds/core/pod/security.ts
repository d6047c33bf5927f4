import { bool, int64, list, of, str } from '../../../schema/builders.ts';
import { type Infer, struct } from '../../../schema/struct.ts';

export const AppArmorProfile = struct('AppArmorProfile', {
  type: str(1).required().oneOf('Localhost', 'RuntimeDefault', 'Unconfined'),
  localhostProfile: str(2).pointer(),
});
export type AppArmorProfile = Infer<typeof AppArmorProfile>;

export const Capabilities = struct('Capabilities', {
  add: list(1, str()).atomic(),
  drop: list(2, str()).atomic(),
});
export type Capabilities = Infer<typeof Capabilities>;

export const SELinuxOptions = struct('SELinuxOptions', {
  user: str(1),
  role: str(2),
  type: str(3),
  level: str(4),
});
export type SELinuxOptions = Infer<typeof SELinuxOptions>;

export const SeccompProfile = struct('SeccompProfile', {
  type: str(1).required().oneOf('Localhost', 'RuntimeDefault', 'Unconfined'),
  localhostProfile: str(2).pointer(),
});
export type SeccompProfile = Infer<typeof SeccompProfile>;

export const WindowsSecurityContextOptions = struct('WindowsSecurityContextOptions', {
  gmsaCredentialSpecName: str(1).pointer(),
  gmsaCredentialSpec: str(2).pointer(),
  runAsUserName: str(3).pointer(),
  hostProcess: bool(4).pointer(),
});
export type WindowsSecurityContextOptions = Infer<typeof WindowsSecurityContextOptions>;

export const SecurityContext = struct('SecurityContext', {
  capabilities: of(1, Capabilities),
  privileged: bool(2).pointer(),
  seLinuxOptions: of(3, SELinuxOptions),
  runAsUser: int64(4).pointer(),
  runAsNonRoot: bool(5).pointer(),
  readOnlyRootFilesystem: bool(6).pointer(),
  allowPrivilegeEscalation: bool(7).pointer(),
  runAsGroup: int64(8).pointer(),
  procMount: str(9).pointer(),
  windowsOptions: of(10, WindowsSecurityContextOptions),
  seccompProfile: of(11, SeccompProfile),
  appArmorProfile: of(12, AppArmorProfile),
});
export type SecurityContext = Infer<typeof SecurityContext>;

export const Sysctl = struct('Sysctl', {
  name: str(1).required(),
  value: str(2).written(),
});
export type Sysctl = Infer<typeof Sysctl>;

export const PodSecurityContext = struct('PodSecurityContext', {
  seLinuxOptions: of(1, SELinuxOptions),
  runAsUser: int64(2).pointer(),
  runAsNonRoot: bool(3).pointer(),
  supplementalGroups: list(4, int64()).atomic(),
  fsGroup: int64(5).pointer(),
  runAsGroup: int64(6).pointer(),
  sysctls: list(7, Sysctl).atomic(),
  windowsOptions: of(8, WindowsSecurityContextOptions),
  fsGroupChangePolicy: str(9).pointer(),
  seccompProfile: of(10, SeccompProfile),
  appArmorProfile: of(11, AppArmorProfile),
  supplementalGroupsPolicy: str(12).pointer(),
  seLinuxChangePolicy: str(13).pointer(),
});
export type PodSecurityContext = Infer<typeof PodSecurityContext>;
