import { int32, int64, intOrString, list, of, str } from '../../../schema/builders.ts';
import { type Infer, inlined, struct } from '../../../schema/struct.ts';

export const ExecAction = struct('ExecAction', {
  command: list(1, str()).atomic(),
});
export type ExecAction = Infer<typeof ExecAction>;

export const HTTPHeader = struct('HTTPHeader', {
  name: str(1).written(),
  value: str(2).written(),
});
export type HTTPHeader = Infer<typeof HTTPHeader>;

export const HTTPGetAction = struct('HTTPGetAction', {
  path: str(1).default('/'),
  port: intOrString(2).required(),
  host: str(3),
  scheme: str(4).oneOf('HTTP', 'HTTPS').default('HTTP'),
  httpHeaders: list(5, HTTPHeader).atomic(),
});
export type HTTPGetAction = Infer<typeof HTTPGetAction>;

export const SleepAction = struct('SleepAction', {
  seconds: int64(1).required(),
});
export type SleepAction = Infer<typeof SleepAction>;

export const TCPSocketAction = struct('TCPSocketAction', {
  port: intOrString(1).required(),
  host: str(2),
});
export type TCPSocketAction = Infer<typeof TCPSocketAction>;

export const LifecycleHandler = struct('LifecycleHandler', {
  exec: of(1, ExecAction),
  httpGet: of(2, HTTPGetAction),
  tcpSocket: of(3, TCPSocketAction),
  sleep: of(4, SleepAction),
});
export type LifecycleHandler = Infer<typeof LifecycleHandler>;

export const Lifecycle = struct('Lifecycle', {
  postStart: of(1, LifecycleHandler),
  preStop: of(2, LifecycleHandler),
  stopSignal: str(3).pointer(),
});
export type Lifecycle = Infer<typeof Lifecycle>;

export const GRPCAction = struct('GRPCAction', {
  port: int32(1).required().range(1, 65535),
  service: str(2).pointer().always().default(''),
});
export type GRPCAction = Infer<typeof GRPCAction>;

export const ProbeHandler = struct('ProbeHandler', {
  exec: of(1, ExecAction),
  httpGet: of(2, HTTPGetAction),
  tcpSocket: of(3, TCPSocketAction),
  grpc: of(4, GRPCAction),
});
export type ProbeHandler = Infer<typeof ProbeHandler>;

export const Probe = struct('Probe', {
  ...inlined(1, ProbeHandler),
  initialDelaySeconds: int32(2).range(0),
  timeoutSeconds: int32(3).range(0).default(1),
  periodSeconds: int32(4).range(0).default(10),
  successThreshold: int32(5).range(0).default(1),
  failureThreshold: int32(6).range(0).default(3),
  terminationGracePeriodSeconds: int64(7).pointer(),
});
export type Probe = Infer<typeof Probe>;
