import { type CertificateSigningRequest, certificateSigningRequestKind } from '@coxswain/api';
import { type Controller, done, source } from '@coxswain/client';
import { type CertificatePair, readRequest, signRequest } from '@coxswain/pki';
import type { ControllerContext } from '../../controller-context.ts';
import { timestamp } from '../../shared/times.ts';
import { csrCondition, isApproved, requestText } from './csr-conditions.ts';
import { SIGNERS, signingDurationMs, whyNotSigned } from './plan-signing.ts';

export interface SigningOptions {
  /** --cluster-signing-cert-file and --cluster-signing-key-file. */
  readonly authority: CertificatePair;
  /** --cluster-signing-duration, milliseconds. */
  readonly durationMs: number;
}

/** Signs approved requests of Kubernetes' own signers with the cluster's authority. */
export function createCsrSigningController(
  { client, clock, informers }: ControllerContext,
  { authority, durationMs }: SigningOptions,
): Controller {
  const requests = informers.for(certificateSigningRequestKind);
  const resource = client.resource(certificateSigningRequestKind);
  return {
    name: 'csrsigning',
    sources: [source(requests)],
    async reconcile(name, { signal }) {
      const request = requests.lister.get(name);
      if (!request || !isApproved(request) || csrCondition(request, 'Failed') || request.status?.certificate)
        return done;
      if (!SIGNERS.includes(request.spec.signerName ?? '')) return done;
      const { asked, problem } = await judge(request);
      if (problem !== undefined || !asked) {
        const now = timestamp(clock.now());
        const failed = {
          type: 'Failed',
          status: 'True',
          reason: 'SignerValidationFailure',
          message: problem ?? '',
          lastUpdateTime: now,
          lastTransitionTime: now,
        };
        const conditions = [...(request.status?.conditions ?? []), failed];
        await resource.updateStatus({ ...request, status: { ...request.status, conditions } }, { signal });
        return done;
      }
      const text = await signRequest(authority, requestText(request), {
        usages: request.spec.usages ?? [],
        durationMs: signingDurationMs(request, durationMs),
        now: new Date(clock.now()),
      });
      const certificate = Buffer.from(text).toString('base64');
      await resource.updateStatus({ ...request, status: { ...request.status, certificate } }, { signal });
      return done;
    },
  };
}

async function judge(request: CertificateSigningRequest) {
  try {
    const asked = await readRequest(requestText(request));
    return { asked, problem: whyNotSigned(request, asked) };
  } catch (error) {
    return { asked: undefined, problem: `unable to parse csr "${request.metadata.name}": ${(error as Error).message}` };
  }
}
