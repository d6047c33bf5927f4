import {
  type CertificateSigningRequest,
  type CertificateSigningRequestCondition,
  formatTime,
  type Kind,
  type KubeObject,
  validateConditionsUpdate,
} from '@coxswain/api';
import type { Clock } from '@coxswain/foundation';
import { objectTarget, type UpdateTarget } from '../handlers/update-target.ts';
import { editable } from '../registry/object-store.ts';

/** `certificatesigningrequests/x/approval`: of what comes, the conditions count. */
export function approvalTarget(kind: Kind, clock: Clock): UpdateTarget {
  const whole = objectTarget(kind);
  return {
    kind,
    subresource: 'approval',
    merge(incoming, current) {
      const next = editable(current) as unknown as CertificateSigningRequest;
      const { resourceVersion, uid } = incoming.metadata;
      const merged = whole.merge(
        { ...(next as unknown as KubeObject), metadata: { ...next.metadata, resourceVersion, uid } } as KubeObject,
        current,
      ) as unknown as CertificateSigningRequest;
      const { conditions } = (incoming as unknown as CertificateSigningRequest).status ?? {};
      const { conditions: _, ...status } = next.status ?? {};
      merged.status = {
        ...status,
        ...(conditions?.length ? { conditions: timed(conditions, next, clock.now()) } : {}),
      };
      return merged as unknown as KubeObject;
    },
    validate: (next, current) =>
      validateConditionsUpdate(
        next as unknown as CertificateSigningRequest,
        current as unknown as CertificateSigningRequest,
        true,
      ),
  };
}

/** Times that nobody gave; that of the transition stays while the status does. */
function timed(
  conditions: readonly CertificateSigningRequestCondition[],
  { status }: CertificateSigningRequest,
  now: number,
): CertificateSigningRequestCondition[] {
  const time = formatTime(now);
  return conditions.map((condition) => {
    const before = status?.conditions?.find(({ type }) => type === condition.type);
    const kept = before?.status === condition.status ? before?.lastTransitionTime : undefined;
    return {
      ...condition,
      lastUpdateTime: condition.lastUpdateTime ?? time,
      lastTransitionTime: condition.lastTransitionTime ?? kept ?? time,
    };
  });
}
