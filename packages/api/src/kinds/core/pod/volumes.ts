import { bool, int32, list, map, of, quantity, str } from '../../../schema/builders.ts';
import { type Infer, inlined, struct } from '../../../schema/struct.ts';
import { PersistentVolumeClaimTemplate } from '../persistent-volume-claim-spec.ts';
import { LocalObjectReference } from '../references.ts';
import { ProjectedVolumeSource } from './projected-volume.ts';
import {
  AWSElasticBlockStoreVolumeSource,
  AzureDiskVolumeSource,
  AzureFileVolumeSource,
  CephFSVolumeSource,
  CinderVolumeSource,
  FCVolumeSource,
  FlexVolumeSource,
  FlockerVolumeSource,
  GCEPersistentDiskVolumeSource,
  GitRepoVolumeSource,
  GlusterfsVolumeSource,
  PhotonPersistentDiskVolumeSource,
  PortworxVolumeSource,
  QuobyteVolumeSource,
  RBDVolumeSource,
  ScaleIOVolumeSource,
  StorageOSVolumeSource,
  VsphereVirtualDiskVolumeSource,
} from './provider-volumes.ts';
import { DownwardAPIVolumeFile, KeyToPath } from './volume-items.ts';

export const ConfigMapVolumeSource = struct('ConfigMapVolumeSource', {
  ...inlined(1, LocalObjectReference),
  items: list(2, KeyToPath).atomic(),
  defaultMode: int32(3).pointer().range(0, 0o777).default(0o644),
  optional: bool(4).pointer(),
});
export type ConfigMapVolumeSource = Infer<typeof ConfigMapVolumeSource>;

export const CSIVolumeSource = struct('CSIVolumeSource', {
  driver: str(1).required(),
  readOnly: bool(2).pointer(),
  fsType: str(3).pointer(),
  volumeAttributes: map(4, str()),
  nodePublishSecretRef: of(5, LocalObjectReference),
});
export type CSIVolumeSource = Infer<typeof CSIVolumeSource>;

export const DownwardAPIVolumeSource = struct('DownwardAPIVolumeSource', {
  items: list(1, DownwardAPIVolumeFile).atomic(),
  defaultMode: int32(2).pointer().range(0, 0o777).default(0o644),
});
export type DownwardAPIVolumeSource = Infer<typeof DownwardAPIVolumeSource>;

export const EmptyDirVolumeSource = struct('EmptyDirVolumeSource', {
  medium: str(1),
  sizeLimit: quantity(2).pointer(),
});
export type EmptyDirVolumeSource = Infer<typeof EmptyDirVolumeSource>;

export const EphemeralVolumeSource = struct('EphemeralVolumeSource', {
  volumeClaimTemplate: of(1, PersistentVolumeClaimTemplate),
});
export type EphemeralVolumeSource = Infer<typeof EphemeralVolumeSource>;

export const HostPathVolumeSource = struct('HostPathVolumeSource', {
  path: str(1).required(),
  type: str(2)
    .pointer()
    .oneOf('', 'BlockDevice', 'CharDevice', 'Directory', 'DirectoryOrCreate', 'File', 'FileOrCreate', 'Socket')
    .default(''),
});
export type HostPathVolumeSource = Infer<typeof HostPathVolumeSource>;

export const ImageVolumeSource = struct('ImageVolumeSource', {
  reference: str(1),
  pullPolicy: str(2),
});
export type ImageVolumeSource = Infer<typeof ImageVolumeSource>;

export const ISCSIVolumeSource = struct('ISCSIVolumeSource', {
  targetPortal: str(1).required(),
  iqn: str(2).required(),
  lun: int32(3).required(),
  iscsiInterface: str(4).default('default'),
  fsType: str(5),
  readOnly: bool(6),
  portals: list(7, str()).atomic(),
  chapAuthDiscovery: bool(8),
  secretRef: of(10, LocalObjectReference),
  chapAuthSession: bool(11),
  initiatorName: str(12).pointer(),
});
export type ISCSIVolumeSource = Infer<typeof ISCSIVolumeSource>;

export const NFSVolumeSource = struct('NFSVolumeSource', {
  server: str(1).required(),
  path: str(2).required(),
  readOnly: bool(3),
});
export type NFSVolumeSource = Infer<typeof NFSVolumeSource>;

export const PersistentVolumeClaimVolumeSource = struct('PersistentVolumeClaimVolumeSource', {
  claimName: str(1).required(),
  readOnly: bool(2),
});
export type PersistentVolumeClaimVolumeSource = Infer<typeof PersistentVolumeClaimVolumeSource>;

export const SecretVolumeSource = struct('SecretVolumeSource', {
  secretName: str(1),
  items: list(2, KeyToPath).atomic(),
  defaultMode: int32(3).pointer().range(0, 0o777).default(0o644),
  optional: bool(4).pointer(),
});
export type SecretVolumeSource = Infer<typeof SecretVolumeSource>;

export const VolumeSource = struct('VolumeSource', {
  hostPath: of(1, HostPathVolumeSource),
  emptyDir: of(2, EmptyDirVolumeSource),
  gcePersistentDisk: of(3, GCEPersistentDiskVolumeSource),
  awsElasticBlockStore: of(4, AWSElasticBlockStoreVolumeSource),
  gitRepo: of(5, GitRepoVolumeSource),
  secret: of(6, SecretVolumeSource),
  nfs: of(7, NFSVolumeSource),
  iscsi: of(8, ISCSIVolumeSource),
  glusterfs: of(9, GlusterfsVolumeSource),
  persistentVolumeClaim: of(10, PersistentVolumeClaimVolumeSource),
  rbd: of(11, RBDVolumeSource),
  flexVolume: of(12, FlexVolumeSource),
  cinder: of(13, CinderVolumeSource),
  cephfs: of(14, CephFSVolumeSource),
  flocker: of(15, FlockerVolumeSource),
  downwardAPI: of(16, DownwardAPIVolumeSource),
  fc: of(17, FCVolumeSource),
  azureFile: of(18, AzureFileVolumeSource),
  configMap: of(19, ConfigMapVolumeSource),
  vsphereVolume: of(20, VsphereVirtualDiskVolumeSource),
  quobyte: of(21, QuobyteVolumeSource),
  azureDisk: of(22, AzureDiskVolumeSource),
  photonPersistentDisk: of(23, PhotonPersistentDiskVolumeSource),
  portworxVolume: of(24, PortworxVolumeSource),
  scaleIO: of(25, ScaleIOVolumeSource),
  projected: of(26, ProjectedVolumeSource),
  storageos: of(27, StorageOSVolumeSource),
  csi: of(28, CSIVolumeSource),
  ephemeral: of(29, EphemeralVolumeSource),
  image: of(30, ImageVolumeSource),
});
export type VolumeSource = Infer<typeof VolumeSource>;

export const Volume = struct('Volume', {
  ...inlined(2, VolumeSource),
  name: str(1).required(),
});
export type Volume = Infer<typeof Volume>;
