import { bool, int32, list, map, of, str } from '../../../schema/builders.ts';
import { type Infer, struct } from '../../../schema/struct.ts';
import { LocalObjectReference } from '../references.ts';

export const AWSElasticBlockStoreVolumeSource = struct('AWSElasticBlockStoreVolumeSource', {
  volumeID: str(1).required(),
  fsType: str(2),
  partition: int32(3),
  readOnly: bool(4),
});
export type AWSElasticBlockStoreVolumeSource = Infer<typeof AWSElasticBlockStoreVolumeSource>;

export const AzureDiskVolumeSource = struct('AzureDiskVolumeSource', {
  diskName: str(1).required(),
  diskURI: str(2).required(),
  cachingMode: str(3).pointer().default('ReadWrite'),
  fsType: str(4).pointer().default('ext4'),
  readOnly: bool(5).pointer().default(false),
  kind: str(6).pointer().default('Shared'),
});
export type AzureDiskVolumeSource = Infer<typeof AzureDiskVolumeSource>;

export const AzureFileVolumeSource = struct('AzureFileVolumeSource', {
  secretName: str(1).required(),
  shareName: str(2).required(),
  readOnly: bool(3),
});
export type AzureFileVolumeSource = Infer<typeof AzureFileVolumeSource>;

export const CephFSVolumeSource = struct('CephFSVolumeSource', {
  monitors: list(1, str()).required().atomic(),
  path: str(2),
  user: str(3),
  secretFile: str(4),
  secretRef: of(5, LocalObjectReference),
  readOnly: bool(6),
});
export type CephFSVolumeSource = Infer<typeof CephFSVolumeSource>;

export const CinderVolumeSource = struct('CinderVolumeSource', {
  volumeID: str(1).required(),
  fsType: str(2),
  readOnly: bool(3),
  secretRef: of(4, LocalObjectReference),
});
export type CinderVolumeSource = Infer<typeof CinderVolumeSource>;

export const FCVolumeSource = struct('FCVolumeSource', {
  targetWWNs: list(1, str()).atomic(),
  lun: int32(2).pointer(),
  fsType: str(3),
  readOnly: bool(4),
  wwids: list(5, str()).atomic(),
});
export type FCVolumeSource = Infer<typeof FCVolumeSource>;

export const FlexVolumeSource = struct('FlexVolumeSource', {
  driver: str(1).required(),
  fsType: str(2),
  secretRef: of(3, LocalObjectReference),
  readOnly: bool(4),
  options: map(5, str()),
});
export type FlexVolumeSource = Infer<typeof FlexVolumeSource>;

export const FlockerVolumeSource = struct('FlockerVolumeSource', {
  datasetName: str(1),
  datasetUUID: str(2),
});
export type FlockerVolumeSource = Infer<typeof FlockerVolumeSource>;

export const GCEPersistentDiskVolumeSource = struct('GCEPersistentDiskVolumeSource', {
  pdName: str(1).required(),
  fsType: str(2),
  partition: int32(3),
  readOnly: bool(4),
});
export type GCEPersistentDiskVolumeSource = Infer<typeof GCEPersistentDiskVolumeSource>;

export const GitRepoVolumeSource = struct('GitRepoVolumeSource', {
  repository: str(1).required(),
  revision: str(2),
  directory: str(3),
});
export type GitRepoVolumeSource = Infer<typeof GitRepoVolumeSource>;

export const GlusterfsVolumeSource = struct('GlusterfsVolumeSource', {
  endpoints: str(1).required(),
  path: str(2).required(),
  readOnly: bool(3),
});
export type GlusterfsVolumeSource = Infer<typeof GlusterfsVolumeSource>;

export const PhotonPersistentDiskVolumeSource = struct('PhotonPersistentDiskVolumeSource', {
  pdID: str(1).required(),
  fsType: str(2),
});
export type PhotonPersistentDiskVolumeSource = Infer<typeof PhotonPersistentDiskVolumeSource>;

export const PortworxVolumeSource = struct('PortworxVolumeSource', {
  volumeID: str(1).required(),
  fsType: str(2),
  readOnly: bool(3),
});
export type PortworxVolumeSource = Infer<typeof PortworxVolumeSource>;

export const QuobyteVolumeSource = struct('QuobyteVolumeSource', {
  registry: str(1).required(),
  volume: str(2).required(),
  readOnly: bool(3),
  user: str(4),
  group: str(5),
  tenant: str(6),
});
export type QuobyteVolumeSource = Infer<typeof QuobyteVolumeSource>;

export const RBDVolumeSource = struct('RBDVolumeSource', {
  monitors: list(1, str()).required().atomic(),
  image: str(2).required(),
  fsType: str(3),
  pool: str(4).default('rbd'),
  user: str(5).default('admin'),
  keyring: str(6).default('/etc/ceph/keyring'),
  secretRef: of(7, LocalObjectReference),
  readOnly: bool(8),
});
export type RBDVolumeSource = Infer<typeof RBDVolumeSource>;

export const ScaleIOVolumeSource = struct('ScaleIOVolumeSource', {
  gateway: str(1).required(),
  system: str(2).required(),
  secretRef: of(3, LocalObjectReference).required(),
  sslEnabled: bool(4),
  protectionDomain: str(5),
  storagePool: str(6),
  storageMode: str(7).default('ThinProvisioned'),
  volumeName: str(8),
  fsType: str(9).default('xfs'),
  readOnly: bool(10),
});
export type ScaleIOVolumeSource = Infer<typeof ScaleIOVolumeSource>;

export const StorageOSVolumeSource = struct('StorageOSVolumeSource', {
  volumeName: str(1),
  volumeNamespace: str(2),
  fsType: str(3),
  readOnly: bool(4),
  secretRef: of(5, LocalObjectReference),
});
export type StorageOSVolumeSource = Infer<typeof StorageOSVolumeSource>;

export const VsphereVirtualDiskVolumeSource = struct('VsphereVirtualDiskVolumeSource', {
  volumePath: str(1).required(),
  fsType: str(2),
  storagePolicyName: str(3),
  storagePolicyID: str(4),
});
export type VsphereVirtualDiskVolumeSource = Infer<typeof VsphereVirtualDiskVolumeSource>;
