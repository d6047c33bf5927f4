import { bool, int32, list, of, str } from '../../../schema/builders.ts';
import { type Infer, inlined, struct } from '../../../schema/struct.ts';
import { EnvFromSource, EnvVar } from './environment.ts';
import { Lifecycle, Probe } from './probes.ts';
import { ContainerResizePolicy, ResourceRequirements } from './resources.ts';
import { SecurityContext } from './security.ts';

export const ContainerPort = struct('ContainerPort', {
  name: str(1),
  hostPort: int32(2),
  containerPort: int32(3).required().zeroIsMissing().range(1, 65535),
  protocol: str(4).oneOf('TCP', 'UDP', 'SCTP').default('TCP'),
  hostIP: str(5),
});
export type ContainerPort = Infer<typeof ContainerPort>;

export const ContainerRestartRuleOnExitCodes = struct('ContainerRestartRuleOnExitCodes', {
  operator: str(1).required(),
  values: list(2, int32()).listSet(),
});
export type ContainerRestartRuleOnExitCodes = Infer<typeof ContainerRestartRuleOnExitCodes>;

export const ContainerRestartRule = struct('ContainerRestartRule', {
  action: str(1).required(),
  exitCodes: of(2, ContainerRestartRuleOnExitCodes),
});
export type ContainerRestartRule = Infer<typeof ContainerRestartRule>;

export const VolumeDevice = struct('VolumeDevice', {
  name: str(1).required(),
  devicePath: str(2).required(),
});
export type VolumeDevice = Infer<typeof VolumeDevice>;

export const VolumeMount = struct('VolumeMount', {
  name: str(1).required(),
  readOnly: bool(2),
  mountPath: str(3).required(),
  subPath: str(4),
  mountPropagation: str(5).pointer(),
  subPathExpr: str(6),
  recursiveReadOnly: str(7).pointer(),
});
export type VolumeMount = Infer<typeof VolumeMount>;

/** An ephemeral container has the same fields; upstream's schema gives them a name of their own. */
const containerFields = {
  name: str(1).required(),
  image: str(2),
  command: list(3, str()).atomic(),
  args: list(4, str()).atomic(),
  workingDir: str(5),
  ports: list(6, ContainerPort).keyed('containerPort', 'protocol'),
  env: list(7, EnvVar).keyed('name'),
  resources: of(8, ResourceRequirements).filled(),
  volumeMounts: list(9, VolumeMount).keyed('mountPath'),
  livenessProbe: of(10, Probe),
  readinessProbe: of(11, Probe),
  lifecycle: of(12, Lifecycle),
  terminationMessagePath: str(13).default('/dev/termination-log'),
  imagePullPolicy: str(14).oneOf('Always', 'IfNotPresent', 'Never'),
  securityContext: of(15, SecurityContext),
  stdin: bool(16),
  stdinOnce: bool(17),
  tty: bool(18),
  envFrom: list(19, EnvFromSource).atomic(),
  terminationMessagePolicy: str(20).oneOfInOrder('File', 'FallbackToLogsOnError').default('File'),
  volumeDevices: list(21, VolumeDevice).keyed('devicePath'),
  startupProbe: of(22, Probe),
  resizePolicy: list(23, ContainerResizePolicy).atomic(),
  restartPolicy: str(24).pointer(),
  restartPolicyRules: list(25, ContainerRestartRule).atomic(),
};

export const Container = struct('Container', containerFields);
export type Container = Infer<typeof Container>;

export const EphemeralContainerCommon = struct('EphemeralContainerCommon', containerFields);
export type EphemeralContainerCommon = Infer<typeof EphemeralContainerCommon>;

export const EphemeralContainer = struct('EphemeralContainer', {
  ...inlined(1, EphemeralContainerCommon),
  targetContainerName: str(2),
});
export type EphemeralContainer = Infer<typeof EphemeralContainer>;
