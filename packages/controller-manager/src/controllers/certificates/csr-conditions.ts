import type { CertificateSigningRequest, CertificateSigningRequestCondition } from '@coxswain/api';

export function csrCondition(
  { status }: CertificateSigningRequest,
  type: 'Approved' | 'Denied' | 'Failed',
): CertificateSigningRequestCondition | undefined {
  return status?.conditions?.find((condition) => condition.type === type && condition.status !== 'False');
}

/** Approved, and neither denied nor failed. */
export function isApproved(request: CertificateSigningRequest): boolean {
  return csrCondition(request, 'Approved') !== undefined && csrCondition(request, 'Denied') === undefined;
}

/** The request itself, PEM. */
export function requestText({ spec }: CertificateSigningRequest): string {
  return Buffer.from(String(spec.request ?? ''), 'base64').toString('utf8');
}
