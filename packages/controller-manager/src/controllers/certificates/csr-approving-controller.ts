import { type CertificateSigningRequest, certificateSigningRequestKind, type SubjectAccessReview } from '@coxswain/api';
import { type Controller, done, source } from '@coxswain/client';
import { readRequest } from '@coxswain/pki';
import type { ControllerContext } from '../../controller-context.ts';
import { timestamp } from '../../shared/times.ts';
import { csrCondition, requestText } from './csr-conditions.ts';
import { KUBELET_CLIENT_SIGNER } from './plan-signing.ts';
import { isKubeletClient } from './recognize-kubelet.ts';

const REVIEWS = '/apis/authorization.k8s.io/v1/subjectaccessreviews';
const GROUP = 'certificates.k8s.io';

/** Approves what kubelets ask for as clients, as far as the requester is allowed it. Serving certificates are for people. */
export function createCsrApprovingController({ client, clock, informers }: ControllerContext): Controller {
  const requests = informers.for(certificateSigningRequestKind);

  async function isAllowed(request: CertificateSigningRequest, subresource: string, signal: AbortSignal) {
    const { username = '', uid = '', groups = [], extra = {} } = request.spec;
    const resourceAttributes = {
      group: GROUP,
      resource: 'certificatesigningrequests',
      subresource,
      verb: 'create',
      version: '*',
    };
    const spec = { user: username, uid, groups, extra, resourceAttributes };
    const body = JSON.stringify({ apiVersion: 'authorization.k8s.io/v1', kind: 'SubjectAccessReview', spec });
    const review = await client.request('POST', REVIEWS, { body, contentType: 'application/json', signal });
    return (review as SubjectAccessReview).status?.allowed === true;
  }

  return {
    name: 'csrapproving',
    sources: [source(requests)],
    async reconcile(name, { signal }) {
      const request = requests.lister.get(name);
      if (!request || request.status?.certificate || request.spec.signerName !== KUBELET_CLIENT_SIGNER) return done;
      if (csrCondition(request, 'Approved') || csrCondition(request, 'Denied')) return done;
      const asked = await readRequest(requestText(request)).catch(() => undefined);
      if (!asked || !isKubeletClient(request, asked)) return done;
      const own = asked.commonName === request.spec.username;
      for (const { subresource, message, fits } of [
        {
          subresource: 'selfnodeclient',
          message: 'Auto approving self kubelet client certificate after SubjectAccessReview.',
          fits: own,
        },
        {
          subresource: 'nodeclient',
          message: 'Auto approving kubelet client certificate after SubjectAccessReview.',
          fits: true,
        },
      ]) {
        if (!fits || !(await isAllowed(request, subresource, signal))) continue;
        const now = timestamp(clock.now());
        const condition = { type: 'Approved', status: 'True', reason: 'AutoApproved', message };
        const conditions = [
          ...(request.status?.conditions ?? []),
          { ...condition, lastUpdateTime: now, lastTransitionTime: now },
        ];
        const body = JSON.stringify({ ...request, status: { ...request.status, conditions } });
        const path = `/apis/${GROUP}/v1/certificatesigningrequests/${name}/approval`;
        await client.request('PUT', path, { body, contentType: 'application/json', signal });
        return done;
      }
      return done;
    },
  };
}
