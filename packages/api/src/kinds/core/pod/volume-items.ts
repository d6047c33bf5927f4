import { int32, of, str } from '../../../schema/builders.ts';
import { type Infer, struct } from '../../../schema/struct.ts';
import { ObjectFieldSelector, ResourceFieldSelector } from './environment.ts';

export const KeyToPath = struct('KeyToPath', {
  key: str(1).required(),
  path: str(2).required(),
  mode: int32(3).pointer().range(0, 0o777),
});
export type KeyToPath = Infer<typeof KeyToPath>;

export const DownwardAPIVolumeFile = struct('DownwardAPIVolumeFile', {
  path: str(1).written(),
  fieldRef: of(2, ObjectFieldSelector),
  resourceFieldRef: of(3, ResourceFieldSelector),
  mode: int32(4).pointer().range(0, 0o777),
});
export type DownwardAPIVolumeFile = Infer<typeof DownwardAPIVolumeFile>;
