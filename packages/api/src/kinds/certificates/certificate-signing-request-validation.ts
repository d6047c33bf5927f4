import {
  type FieldError,
  fieldDuplicate,
  fieldForbidden,
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

const DECISIONS = ['Approved', 'Denied'];

/** Approved and Denied are set once, by `/approval` alone, and stay; Failed stays too. */
export function validateConditionsUpdate(
  next: CertificateSigningRequest,
  old: CertificateSigningRequest,
  approval: boolean,
): FieldError[] {
  const at = path('status', 'conditions');
  const errors: FieldError[] = [];
  const conditions = next.status?.conditions ?? [];
  const types = new Set<string>();
  conditions.forEach(({ type, status }, i) => {
    const here = at.index(i);
    if (!type) errors.push(fieldRequired(here.child('type')));
    if (!['True', 'False', 'Unknown'].includes(status ?? ''))
      errors.push(
        status
          ? fieldNotSupported(here.child('status'), status, ['True', 'False', 'Unknown'])
          : fieldRequired(here.child('status')),
      );
    else if (FINAL.includes(type ?? '') && status !== 'True')
      errors.push(fieldNotSupported(here.child('status'), status, ['True']));
    const rival = DECISIONS.find((decision) => decision !== type && DECISIONS.includes(type ?? ''));
    if (rival !== undefined && types.has(rival))
      errors.push(fieldInvalid(here.child('type'), type, 'Approved and Denied conditions are mutually exclusive'));
    if (types.has(type ?? '')) errors.push(fieldDuplicate(here.child('type'), type));
    types.add(type ?? '');
  });
  const before = new Map((old.status?.conditions ?? []).map((condition) => [condition.type ?? '', condition]));
  for (const type of FINAL) {
    if (before.has(type) && !types.has(type))
      errors.push(fieldForbidden(at, `updates may not remove a condition of type "${type}"`));
    if (!approval && DECISIONS.includes(type) && types.has(type) && !before.has(type))
      errors.push(fieldForbidden(at, `updates may not add a condition of type "${type}"`));
  }
  return errors;
}

const FINAL = [...DECISIONS, 'Failed'];

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
