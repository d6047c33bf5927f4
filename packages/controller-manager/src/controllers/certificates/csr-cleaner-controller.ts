import { X509Certificate } from 'node:crypto';
import { type CertificateSigningRequest, certificateSigningRequestKind, isNotFound } from '@coxswain/api';
import { type Controller, done, requeueAfter, source } from '@coxswain/client';
import type { ControllerContext } from '../../controller-context.ts';
import { csrCondition } from './csr-conditions.ts';

const HOUR_MS = 3_600_000;
/** So long a request is kept after it was decided, and so long one waits for a decision. */
const KEPT_MS = HOUR_MS;
const PENDING_MS = 24 * HOUR_MS;

/** When a request may go, milliseconds since the epoch. Pure. */
export function csrExpiry(request: CertificateSigningRequest): number {
  const created = Date.parse(request.metadata.creationTimestamp ?? '');
  const decided = (['Denied', 'Failed', 'Approved'] as const)
    .map((type) => csrCondition(request, type))
    .find((condition) => condition !== undefined);
  const at = decided ? Date.parse(decided.lastUpdateTime ?? '') : Number.NaN;
  const end = decided ? (Number.isNaN(at) ? created : at) + KEPT_MS : created + PENDING_MS;
  return Math.min(end, certificateEnd(request));
}

/** Requests that nobody needs any more go: decided an hour ago, undecided for a day, or the certificate has expired. */
export function createCsrCleaner({ client, clock, informers }: ControllerContext): Controller {
  const requests = informers.for(certificateSigningRequestKind);
  return {
    name: 'csrcleaner',
    sources: [source(requests)],
    async reconcile(name, { signal }) {
      const request = requests.lister.get(name);
      if (!request) return done;
      const left = csrExpiry(request) - clock.now();
      if (left > 0) return requeueAfter(left);
      try {
        const { uid = '' } = request.metadata;
        await client.resource(certificateSigningRequestKind).delete(name, { signal, preconditions: { uid } });
      } catch (error) {
        if (!isNotFound(error)) throw error;
      }
      return done;
    },
  };
}

function certificateEnd({ status }: CertificateSigningRequest): number {
  if (!status?.certificate) return Number.POSITIVE_INFINITY;
  try {
    const pem = Buffer.from(String(status.certificate), 'base64');
    return Date.parse(new X509Certificate(pem).validTo);
  } catch {
    return Number.POSITIVE_INFINITY;
  }
}
