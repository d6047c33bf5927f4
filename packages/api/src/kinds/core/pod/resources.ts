import { list, map, quantity, str } from '../../../schema/builders.ts';
import { type Infer, struct } from '../../../schema/struct.ts';

export const ContainerResizePolicy = struct('ContainerResizePolicy', {
  resourceName: str(1).required(),
  restartPolicy: str(2).required(),
});
export type ContainerResizePolicy = Infer<typeof ContainerResizePolicy>;

export const ResourceClaim = struct('ResourceClaim', {
  name: str(1).required(),
  request: str(2),
});
export type ResourceClaim = Infer<typeof ResourceClaim>;

export const ResourceRequirements = struct('ResourceRequirements', {
  limits: map(1, quantity()),
  requests: map(2, quantity()),
  claims: list(3, ResourceClaim).listMap('name'),
});
export type ResourceRequirements = Infer<typeof ResourceRequirements>;

export const VolumeResourceRequirements = struct('VolumeResourceRequirements', {
  limits: map(1, quantity()),
  requests: map(2, quantity()),
});
export type VolumeResourceRequirements = Infer<typeof VolumeResourceRequirements>;
