import { bool, of, quantity, str } from '../../../schema/builders.ts';
import { type Infer, inlined, struct } from '../../../schema/struct.ts';
import { LocalObjectReference } from '../references.ts';

export const ConfigMapKeySelector = struct('ConfigMapKeySelector', {
  ...inlined(1, LocalObjectReference),
  key: str(2).required(),
  optional: bool(3).pointer(),
});
export type ConfigMapKeySelector = Infer<typeof ConfigMapKeySelector>;

export const ObjectFieldSelector = struct('ObjectFieldSelector', {
  apiVersion: str(1).default('v1'),
  fieldPath: str(2).required(),
});
export type ObjectFieldSelector = Infer<typeof ObjectFieldSelector>;

export const FileKeySelector = struct('FileKeySelector', {
  volumeName: str(1).required(),
  path: str(2).required(),
  key: str(3).required(),
  optional: bool(4).pointer(),
});
export type FileKeySelector = Infer<typeof FileKeySelector>;

export const ResourceFieldSelector = struct('ResourceFieldSelector', {
  containerName: str(1),
  resource: str(2).required(),
  divisor: quantity(3).default('0'),
});
export type ResourceFieldSelector = Infer<typeof ResourceFieldSelector>;

export const SecretKeySelector = struct('SecretKeySelector', {
  ...inlined(1, LocalObjectReference),
  key: str(2).required(),
  optional: bool(3).pointer(),
});
export type SecretKeySelector = Infer<typeof SecretKeySelector>;

export const EnvVarSource = struct('EnvVarSource', {
  fieldRef: of(1, ObjectFieldSelector),
  resourceFieldRef: of(2, ResourceFieldSelector),
  configMapKeyRef: of(3, ConfigMapKeySelector),
  secretKeyRef: of(4, SecretKeySelector),
  fileKeyRef: of(5, FileKeySelector),
});
export type EnvVarSource = Infer<typeof EnvVarSource>;

export const EnvVar = struct('EnvVar', {
  name: str(1).required(),
  value: str(2),
  valueFrom: of(3, EnvVarSource),
});
export type EnvVar = Infer<typeof EnvVar>;

export const ConfigMapEnvSource = struct('ConfigMapEnvSource', {
  ...inlined(1, LocalObjectReference),
  optional: bool(2).pointer(),
});
export type ConfigMapEnvSource = Infer<typeof ConfigMapEnvSource>;

export const SecretEnvSource = struct('SecretEnvSource', {
  ...inlined(1, LocalObjectReference),
  optional: bool(2).pointer(),
});
export type SecretEnvSource = Infer<typeof SecretEnvSource>;

export const EnvFromSource = struct('EnvFromSource', {
  prefix: str(1),
  configMapRef: of(2, ConfigMapEnvSource),
  secretRef: of(3, SecretEnvSource),
});
export type EnvFromSource = Infer<typeof EnvFromSource>;
