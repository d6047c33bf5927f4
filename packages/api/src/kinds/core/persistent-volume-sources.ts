import { bool, int32, list, map, of, str } from '../../schema/builders.ts';
import { type Infer, struct } from '../../schema/struct.ts';
import {
  AWSElasticBlockStoreVolumeSource,
  AzureDiskVolumeSource,
  FCVolumeSource,
  FlockerVolumeSource,
  GCEPersistentDiskVolumeSource,
  PhotonPersistentDiskVolumeSource,
  PortworxVolumeSource,
  QuobyteVolumeSource,
  VsphereVirtualDiskVolumeSource,
} from './pod/provider-volumes.ts';
import { HostPathVolumeSource, NFSVolumeSource } from './pod/volumes.ts';
import { ObjectReference } from './references.ts';

export const AzureFilePersistentVolumeSource = struct('AzureFilePersistentVolumeSource', {
  secretName: str(1).required(),
  shareName: str(2).required(),
  readOnly: bool(3),
  secretNamespace: str(4).pointer().always(),
});
export type AzureFilePersistentVolumeSource = Infer<typeof AzureFilePersistentVolumeSource>;

export const SecretReference = struct('SecretReference', {
  name: str(1),
  namespace: str(2),
});
export type SecretReference = Infer<typeof SecretReference>;

export const CephFSPersistentVolumeSource = struct('CephFSPersistentVolumeSource', {
  monitors: list(1, str()).required().atomic(),
  path: str(2),
  user: str(3),
  secretFile: str(4),
  secretRef: of(5, SecretReference),
  readOnly: bool(6),
});
export type CephFSPersistentVolumeSource = Infer<typeof CephFSPersistentVolumeSource>;

export const CinderPersistentVolumeSource = struct('CinderPersistentVolumeSource', {
  volumeID: str(1).required(),
  fsType: str(2),
  readOnly: bool(3),
  secretRef: of(4, SecretReference),
});
export type CinderPersistentVolumeSource = Infer<typeof CinderPersistentVolumeSource>;

export const CSIPersistentVolumeSource = struct('CSIPersistentVolumeSource', {
  driver: str(1).required(),
  volumeHandle: str(2).required(),
  readOnly: bool(3),
  fsType: str(4),
  volumeAttributes: map(5, str()),
  controllerPublishSecretRef: of(6, SecretReference),
  nodeStageSecretRef: of(7, SecretReference),
  nodePublishSecretRef: of(8, SecretReference),
  controllerExpandSecretRef: of(9, SecretReference),
  nodeExpandSecretRef: of(10, SecretReference),
});
export type CSIPersistentVolumeSource = Infer<typeof CSIPersistentVolumeSource>;

export const FlexPersistentVolumeSource = struct('FlexPersistentVolumeSource', {
  driver: str(1).required(),
  fsType: str(2),
  secretRef: of(3, SecretReference),
  readOnly: bool(4),
  options: map(5, str()),
});
export type FlexPersistentVolumeSource = Infer<typeof FlexPersistentVolumeSource>;

export const GlusterfsPersistentVolumeSource = struct('GlusterfsPersistentVolumeSource', {
  endpoints: str(1).required(),
  path: str(2).required(),
  readOnly: bool(3),
  endpointsNamespace: str(4).pointer(),
});
export type GlusterfsPersistentVolumeSource = Infer<typeof GlusterfsPersistentVolumeSource>;

export const ISCSIPersistentVolumeSource = struct('ISCSIPersistentVolumeSource', {
  targetPortal: str(1).required(),
  iqn: str(2).required(),
  lun: int32(3).required(),
  iscsiInterface: str(4).default('default'),
  fsType: str(5),
  readOnly: bool(6),
  portals: list(7, str()).atomic(),
  chapAuthDiscovery: bool(8),
  secretRef: of(10, SecretReference),
  chapAuthSession: bool(11),
  initiatorName: str(12).pointer(),
});
export type ISCSIPersistentVolumeSource = Infer<typeof ISCSIPersistentVolumeSource>;

export const LocalVolumeSource = struct('LocalVolumeSource', {
  path: str(1).required(),
  fsType: str(2).pointer(),
});
export type LocalVolumeSource = Infer<typeof LocalVolumeSource>;

export const RBDPersistentVolumeSource = struct('RBDPersistentVolumeSource', {
  monitors: list(1, str()).required().atomic(),
  image: str(2).required(),
  fsType: str(3),
  pool: str(4).default('rbd'),
  user: str(5).default('admin'),
  keyring: str(6).default('/etc/ceph/keyring'),
  secretRef: of(7, SecretReference),
  readOnly: bool(8),
});
export type RBDPersistentVolumeSource = Infer<typeof RBDPersistentVolumeSource>;

export const ScaleIOPersistentVolumeSource = struct('ScaleIOPersistentVolumeSource', {
  gateway: str(1).required(),
  system: str(2).required(),
  secretRef: of(3, SecretReference).required(),
  sslEnabled: bool(4),
  protectionDomain: str(5),
  storagePool: str(6),
  storageMode: str(7).default('ThinProvisioned'),
  volumeName: str(8),
  fsType: str(9).default('xfs'),
  readOnly: bool(10),
});
export type ScaleIOPersistentVolumeSource = Infer<typeof ScaleIOPersistentVolumeSource>;

export const StorageOSPersistentVolumeSource = struct('StorageOSPersistentVolumeSource', {
  volumeName: str(1),
  volumeNamespace: str(2),
  fsType: str(3),
  readOnly: bool(4),
  secretRef: of(5, ObjectReference),
});
export type StorageOSPersistentVolumeSource = Infer<typeof StorageOSPersistentVolumeSource>;

export const PersistentVolumeSource = struct('PersistentVolumeSource', {
  gcePersistentDisk: of(1, GCEPersistentDiskVolumeSource),
  awsElasticBlockStore: of(2, AWSElasticBlockStoreVolumeSource),
  hostPath: of(3, HostPathVolumeSource),
  glusterfs: of(4, GlusterfsPersistentVolumeSource),
  nfs: of(5, NFSVolumeSource),
  rbd: of(6, RBDPersistentVolumeSource),
  iscsi: of(7, ISCSIPersistentVolumeSource),
  cinder: of(8, CinderPersistentVolumeSource),
  cephfs: of(9, CephFSPersistentVolumeSource),
  fc: of(10, FCVolumeSource),
  flocker: of(11, FlockerVolumeSource),
  flexVolume: of(12, FlexPersistentVolumeSource),
  azureFile: of(13, AzureFilePersistentVolumeSource),
  vsphereVolume: of(14, VsphereVirtualDiskVolumeSource),
  quobyte: of(15, QuobyteVolumeSource),
  azureDisk: of(16, AzureDiskVolumeSource),
  photonPersistentDisk: of(17, PhotonPersistentDiskVolumeSource),
  portworxVolume: of(18, PortworxVolumeSource),
  scaleIO: of(19, ScaleIOPersistentVolumeSource),
  local: of(20, LocalVolumeSource),
  storageos: of(21, StorageOSPersistentVolumeSource),
  csi: of(22, CSIPersistentVolumeSource),
});
export type PersistentVolumeSource = Infer<typeof PersistentVolumeSource>;
