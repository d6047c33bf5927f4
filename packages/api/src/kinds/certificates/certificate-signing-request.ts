import { isPathSegmentName } from '../../machinery/names.ts';
import { bytes, int32, list, map, of, str, time } from '../../schema/builders.ts';
import { column } from '../../schema/column.ts';
import { formatAge, humanDuration } from '../../schema/durations.ts';
import { defineKind } from '../../schema/kind.ts';
import { type Infer, struct } from '../../schema/struct.ts';
import { ObjectMeta } from '../meta/object-meta.ts';
import { validateConditionsUpdate, validateSigningRequest } from './certificate-signing-request-validation.ts';

export const CertificateSigningRequestSpec = struct('CertificateSigningRequestSpec', {
  request: bytes(1).always(),
  username: str(2),
  uid: str(3),
  groups: list(4, str()).atomic(),
  usages: list(5, str()).always().atomic(),
  extra: map(6, list(0, str())),
  signerName: str(7).always(),
  expirationSeconds: int32(8).pointer(),
});
export type CertificateSigningRequestSpec = Infer<typeof CertificateSigningRequestSpec>;

export const CertificateSigningRequestCondition = struct('CertificateSigningRequestCondition', {
  type: str(1).required(),
  reason: str(2),
  message: str(3),
  lastUpdateTime: time(4),
  lastTransitionTime: time(5),
  status: str(6).required(),
});
export type CertificateSigningRequestCondition = Infer<typeof CertificateSigningRequestCondition>;

export const CertificateSigningRequestStatus = struct('CertificateSigningRequestStatus', {
  conditions: list(1, CertificateSigningRequestCondition).listMap('type'),
  certificate: bytes(2),
});
export type CertificateSigningRequestStatus = Infer<typeof CertificateSigningRequestStatus>;

export const CertificateSigningRequest = struct('CertificateSigningRequest', {
  apiVersion: str(),
  kind: str(),
  metadata: of(1, ObjectMeta).expected(),
  spec: of(2, CertificateSigningRequestSpec).expected(),
  status: of(3, CertificateSigningRequestStatus),
});
export type CertificateSigningRequest = Infer<typeof CertificateSigningRequest>;

export const certificateSigningRequestKind = defineKind<CertificateSigningRequest>({
  group: 'certificates.k8s.io',
  version: 'v1',
  kind: 'CertificateSigningRequest',
  plural: 'certificatesigningrequests',
  shortNames: ['csr'],
  namespaced: false,
  struct: CertificateSigningRequest,
  nameRule: isPathSegmentName,
  hasGeneration: false,
  prepareForCreate(request, { name, uid, groups, extra }) {
    const { username: _u, uid: _i, groups: _g, extra: _e, ...asked } = request.spec;
    request.spec = {
      ...asked,
      ...(name !== '' && { username: name }),
      ...(uid !== '' && { uid }),
      ...(groups.length > 0 && { groups: [...groups] }),
      ...(extra && { extra: mapValues(extra) }),
    };
    request.status = {};
  },
  prepareForUpdate(next, old) {
    next.spec = old.spec;
  },
  validate: validateSigningRequest,
  validateStatusUpdate: (next, old) => validateConditionsUpdate(next, old, false),
  subresources: {
    status: true,
    others: {
      approval: {
        kind: ['certificates.k8s.io', 'v1', 'CertificateSigningRequest'],
        verbs: ['get', 'patch', 'update'],
      },
    },
  },
  fieldSelectors: { 'spec.signerName': ({ spec }) => spec.signerName ?? '' },
  columns: [
    column('Age', ({ metadata }, now) => formatAge(metadata.creationTimestamp, now)),
    column('SignerName', ({ spec }) => spec.signerName || '<none>'),
    column('Requestor', ({ spec }) => spec.username ?? ''),
    column('RequestedDuration', ({ spec }) =>
      spec.expirationSeconds === undefined ? '<none>' : humanDuration(spec.expirationSeconds * 1000),
    ),
    column('Condition', ({ status }) => conditionCell(status)),
  ],
});

function mapValues(extra: Readonly<Record<string, readonly string[]>>): Record<string, string[]> {
  return Object.fromEntries(Object.entries(extra).map(([key, values]) => [key, [...values]]));
}

/** `Pending`, `Approved`, `Approved,Issued`, `Denied`, with `Failed` where signing failed. */
function conditionCell({ conditions = [], certificate }: CertificateSigningRequestStatus = {}): string {
  const types = new Set(conditions.map(({ type }) => type));
  const words = ['Approved', 'Denied', 'Failed'].filter((type) => types.has(type));
  if (words.length === 0) words.push('Pending');
  if (certificate) words.push('Issued');
  return words.join(',');
}
