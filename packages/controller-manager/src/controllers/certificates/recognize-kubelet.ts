import type { CertificateSigningRequest } from '@coxswain/api';
import type { RequestedCertificate } from '@coxswain/pki';

const CLIENT_USAGES = ['digital signature', 'client auth'];
const SERVING_USAGES = ['digital signature', 'server auth'];
const OPTIONAL_USAGE = 'key encipherment';

function hasUsages({ spec }: CertificateSigningRequest, wanted: readonly string[]): boolean {
  const usages = (spec.usages ?? []).filter((usage) => usage !== OPTIONAL_USAGE);
  return usages.length === wanted.length && wanted.every((usage) => usages.includes(usage));
}

/** A node's own name as a client: `system:node:x` of `system:nodes` alone, and no other names. */
export function isKubeletClient(request: CertificateSigningRequest, asked: RequestedCertificate): boolean {
  return isNode(asked) && asked.names.length === 0 && hasUsages(request, CLIENT_USAGES);
}

/** A node as a server, asked for by itself: at least one name. */
export function isKubeletServing(request: CertificateSigningRequest, asked: RequestedCertificate): boolean {
  return (
    isNode(asked) &&
    asked.names.length > 0 &&
    asked.commonName === request.spec.username &&
    hasUsages(request, SERVING_USAGES)
  );
}

function isNode({ commonName, organizations }: RequestedCertificate): boolean {
  return commonName.startsWith('system:node:') && organizations.length === 1 && organizations[0] === 'system:nodes';
}
