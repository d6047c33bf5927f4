export { hostAddresses } from './address-range.ts';
export {
  type CertificatePair,
  type CertificateRequest,
  type CertificateUsage,
  createAuthority,
  issueCertificate,
  type Subject,
} from './authority.ts';
export { whyReissue } from './certificate-check.ts';
export { CertificateStore } from './certificate-store.ts';
export { type ClusterPkiOptions, ensureClusterPki } from './cluster-pki.ts';
export { type KubeconfigOptions, renderKubeconfig } from './kubeconfig.ts';
export { ensureNodeCredentials, type NodeCredentialsOptions } from './node-credentials.ts';
export { createSigningKeys } from './private-key.ts';
export { publish, ROLE_FILES, type Role } from './publish.ts';
export { type PkiOptions, runPki } from './run-pki.ts';
export { type RequestedCertificate, readRequest, type SignRequestOptions, signRequest } from './sign-request.ts';
