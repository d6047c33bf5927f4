import { bool, int32, int64, list, map, of, str } from '../../../schema/builders.ts';
import { type Infer, inlined, struct } from '../../../schema/struct.ts';
import { LabelSelector } from '../../meta/label-selector.ts';
import { LocalObjectReference } from '../references.ts';
import { DownwardAPIVolumeFile, KeyToPath } from './volume-items.ts';

export const ClusterTrustBundleProjection = struct('ClusterTrustBundleProjection', {
  name: str(1).pointer(),
  signerName: str(2).pointer(),
  labelSelector: of(3, LabelSelector),
  path: str(4).required(),
  optional: bool(5).pointer(),
});
export type ClusterTrustBundleProjection = Infer<typeof ClusterTrustBundleProjection>;

export const ConfigMapProjection = struct('ConfigMapProjection', {
  ...inlined(1, LocalObjectReference),
  items: list(2, KeyToPath).atomic(),
  optional: bool(4).pointer(),
});
export type ConfigMapProjection = Infer<typeof ConfigMapProjection>;

export const DownwardAPIProjection = struct('DownwardAPIProjection', {
  items: list(1, DownwardAPIVolumeFile).atomic(),
});
export type DownwardAPIProjection = Infer<typeof DownwardAPIProjection>;

export const PodCertificateProjection = struct('PodCertificateProjection', {
  signerName: str(1).required(),
  keyType: str(2).required(),
  maxExpirationSeconds: int32(3).pointer(),
  credentialBundlePath: str(4),
  keyPath: str(5),
  certificateChainPath: str(6),
  userAnnotations: map(7, str()),
});
export type PodCertificateProjection = Infer<typeof PodCertificateProjection>;

export const SecretProjection = struct('SecretProjection', {
  ...inlined(1, LocalObjectReference),
  items: list(2, KeyToPath).atomic(),
  optional: bool(4).pointer(),
});
export type SecretProjection = Infer<typeof SecretProjection>;

export const ServiceAccountTokenProjection = struct('ServiceAccountTokenProjection', {
  audience: str(1),
  expirationSeconds: int64(2).pointer().default(3600),
  path: str(3).written(),
});
export type ServiceAccountTokenProjection = Infer<typeof ServiceAccountTokenProjection>;

export const VolumeProjection = struct('VolumeProjection', {
  secret: of(1, SecretProjection),
  downwardAPI: of(2, DownwardAPIProjection),
  configMap: of(3, ConfigMapProjection),
  serviceAccountToken: of(4, ServiceAccountTokenProjection),
  clusterTrustBundle: of(5, ClusterTrustBundleProjection),
  podCertificate: of(6, PodCertificateProjection),
});
export type VolumeProjection = Infer<typeof VolumeProjection>;

export const ProjectedVolumeSource = struct('ProjectedVolumeSource', {
  sources: list(1, VolumeProjection).always().atomic(),
  defaultMode: int32(2).pointer().range(0, 0o777).default(0o644),
});
export type ProjectedVolumeSource = Infer<typeof ProjectedVolumeSource>;
