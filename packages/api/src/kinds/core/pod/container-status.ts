import { bool, int32, int64, list, map, of, quantity, str, time } from '../../../schema/builders.ts';
import { type Infer, struct } from '../../../schema/struct.ts';
import { ResourceRequirements } from './resources.ts';

export const ResourceHealth = struct('ResourceHealth', {
  resourceID: str(1).required(),
  health: str(2),
  message: str(6).pointer(),
});
export type ResourceHealth = Infer<typeof ResourceHealth>;

export const ResourceStatus = struct('ResourceStatus', {
  name: str(1).required(),
  resources: list(2, ResourceHealth).listMap('resourceID'),
});
export type ResourceStatus = Infer<typeof ResourceStatus>;

export const ContainerStateRunning = struct('ContainerStateRunning', {
  startedAt: time(1),
});
export type ContainerStateRunning = Infer<typeof ContainerStateRunning>;

export const ContainerStateTerminated = struct('ContainerStateTerminated', {
  exitCode: int32(1).required(),
  signal: int32(2),
  reason: str(3),
  message: str(4),
  startedAt: time(5),
  finishedAt: time(6),
  containerID: str(7),
});
export type ContainerStateTerminated = Infer<typeof ContainerStateTerminated>;

export const ContainerStateWaiting = struct('ContainerStateWaiting', {
  reason: str(1),
  message: str(2),
});
export type ContainerStateWaiting = Infer<typeof ContainerStateWaiting>;

export const ContainerState = struct('ContainerState', {
  waiting: of(1, ContainerStateWaiting),
  running: of(2, ContainerStateRunning),
  terminated: of(3, ContainerStateTerminated),
});
export type ContainerState = Infer<typeof ContainerState>;

export const LinuxContainerUser = struct('LinuxContainerUser', {
  uid: int64(1).required(),
  gid: int64(2).required(),
  supplementalGroups: list(3, int64()).atomic(),
});
export type LinuxContainerUser = Infer<typeof LinuxContainerUser>;

export const ContainerUser = struct('ContainerUser', {
  linux: of(1, LinuxContainerUser),
});
export type ContainerUser = Infer<typeof ContainerUser>;

export const ImageVolumeStatus = struct('ImageVolumeStatus', {
  imageRef: str(1).required(),
});
export type ImageVolumeStatus = Infer<typeof ImageVolumeStatus>;

export const VolumeStatus = struct('VolumeStatus', {
  image: of(1, ImageVolumeStatus),
});
export type VolumeStatus = Infer<typeof VolumeStatus>;

export const VolumeMountStatus = struct('VolumeMountStatus', {
  name: str(1).required(),
  mountPath: str(2).required(),
  readOnly: bool(3),
  recursiveReadOnly: str(4).pointer(),
  volumeStatus: of(5, VolumeStatus),
});
export type VolumeMountStatus = Infer<typeof VolumeMountStatus>;

export const ContainerStatus = struct('ContainerStatus', {
  name: str(1).required(),
  state: of(2, ContainerState).filled(),
  lastState: of(3, ContainerState).filled(),
  ready: bool(4).required(),
  restartCount: int32(5).required(),
  image: str(6).required(),
  imageID: str(7).required(),
  containerID: str(8),
  started: bool(9).pointer(),
  allocatedResources: map(10, quantity()),
  resources: of(11, ResourceRequirements),
  volumeMounts: list(12, VolumeMountStatus).keyed('mountPath'),
  user: of(13, ContainerUser),
  allocatedResourcesStatus: list(14, ResourceStatus).keyed('name'),
  stopSignal: str(15).pointer(),
});
export type ContainerStatus = Infer<typeof ContainerStatus>;
