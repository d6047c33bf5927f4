import type { CertificateSigningRequest } from '@coxswain/api';
import type { RequestedCertificate } from '@coxswain/pki';
import { isKubeletClient, isKubeletServing } from './recognize-kubelet.ts';

export const CLIENT_SIGNER = 'kubernetes.io/kube-apiserver-client';
export const KUBELET_CLIENT_SIGNER = 'kubernetes.io/kube-apiserver-client-kubelet';
export const KUBELET_SERVING_SIGNER = 'kubernetes.io/kubelet-serving';
export const LEGACY_SIGNER = 'kubernetes.io/legacy-unknown';

const CLIENT_USAGES = ['digital signature', 'key encipherment', 'client auth'];

/** Why one of Kubernetes' own signers must not sign a request; undefined when it may. Other signers are not ours. */
export function whyNotSigned(request: CertificateSigningRequest, asked: RequestedCertificate): string | undefined {
  const { usages = [], signerName } = request.spec;
  switch (signerName) {
    case CLIENT_SIGNER: {
      if (asked.organizations.includes('system:masters'))
        return 'use of kubernetes.io/kube-apiserver-client signer with system:masters group is not allowed';
      const bad = usages.filter((usage) => !CLIENT_USAGES.includes(usage));
      if (bad.length > 0 || !usages.includes('client auth')) return `usages did not match ${CLIENT_USAGES.join(', ')}`;
      return undefined;
    }
    case KUBELET_CLIENT_SIGNER:
      return isKubeletClient(request, asked) ? undefined : 'the request is not of a kubelet as a client';
    case KUBELET_SERVING_SIGNER:
      return isKubeletServing(request, asked) ? undefined : 'the request is not of a kubelet as a server';
    default:
      return undefined;
  }
}

export const SIGNERS: readonly string[] = [CLIENT_SIGNER, KUBELET_CLIENT_SIGNER, KUBELET_SERVING_SIGNER, LEGACY_SIGNER];

/** How long a certificate is good for: what was asked for within ten minutes and the signer's own limit. */
export function signingDurationMs({ spec }: CertificateSigningRequest, limitMs: number): number {
  const asked = (spec.expirationSeconds ?? Number.POSITIVE_INFINITY) * 1000;
  return Math.min(limitMs, Math.max(600_000, asked));
}
