import {
  type FieldError,
  fieldDuplicate,
  fieldInvalid,
  fieldNotSupported,
  fieldRequired,
} from '../../machinery/field-error.ts';
import { path } from '../../machinery/field-path.ts';
import { isDns1123Subdomain } from '../../machinery/names.ts';
import type { CertificateSigningRequest } from './certificate-signing-request.ts';

const USAGES = [
  'any',
  'cert sign',
  'client auth',
  'code signing',
  'content commitment',
  'crl sign',
  'data encipherment',
  'decipher only',
  'digital signature',
  'email protection',
  'encipher only',
  'ipsec end system',
  'ipsec tunnel',
  'ipsec user',
  'key agreement',
  'key encipherment',
  'microsoft sgc',
  'netscape sgc',
  'ocsp signing',
  's/mime',
  'server auth',
  'signing',
  'timestamping',
];
const MIN_DURATION = 600;

export function validateSigningRequest({ spec }: CertificateSigningRequest): FieldError[] {
  const errors: FieldError[] = [];
  const { expirationSeconds, request, signerName, usages = [] } = spec;
  if (!isRequest(request ?? ''))
    errors.push(fieldInvalid(path('spec', 'request'), request ?? '', 'PEM block type must be CERTIFICATE REQUEST'));
  const seen = new Set<string>();
  if (usages.length === 0) errors.push(fieldRequired(path('spec', 'usages'), 'usages must be provided'));
  usages.forEach((usage, i) => {
    const at = path('spec', 'usages').index(i);
    if (!USAGES.includes(usage)) errors.push(fieldNotSupported(at, usage, USAGES));
    if (seen.has(usage)) errors.push(fieldDuplicate(at, usage));
    seen.add(usage);
  });
  if (signerName) errors.push(...validateSignerName(signerName));
  else errors.push(fieldRequired(path('spec', 'signerName'), 'signerName must be provided'));
  if (expirationSeconds !== undefined && expirationSeconds < MIN_DURATION)
    errors.push(
      fieldInvalid(
        path('spec', 'expirationSeconds'),
        expirationSeconds,
        'may not specify a duration less than 600 seconds (10 minutes)',
      ),
    );
  return errors;
}

function isRequest(base64: string): boolean {
  const text = Buffer.from(base64, 'base64').toString('latin1');
  return /-----BEGIN CERTIFICATE REQUEST-----[\s\S]+-----END CERTIFICATE REQUEST-----/.test(text);
}

function validateSignerName(name: string): FieldError[] {
  const at = path('spec', 'signerName');
  const [domain = '', ...rest] = name.split('/');
  if (rest.length !== 1)
    return [fieldInvalid(at, name, "must be a fully qualified domain and path of the form 'example.com/signer-name'")];
  const problems = isDns1123Subdomain(domain).map((m) => `validating label "${domain}": ${m}`);
  if (!domain.includes('.')) problems.push(`should be a domain with at least two segments separated by dots`);
  if (rest[0] === '') problems.push('validating label "": must be a path segment');
  return problems.map((message) => fieldInvalid(at, domain, message));
}
