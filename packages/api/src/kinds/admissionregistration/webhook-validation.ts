import {
  type FieldError,
  fieldDuplicate,
  fieldInvalid,
  fieldNotSupported,
  fieldRequired,
} from '../../machinery/field-error.ts';
import { type FieldPath, path } from '../../machinery/field-path.ts';
import { isDns1123Subdomain } from '../../machinery/names.ts';
import { validateLabelSelector } from '../../machinery/validate-meta.ts';
import type { MutatingWebhook } from './mutating-webhook-configuration.ts';
import { validateRule } from './rule-validation.ts';
import type { ValidatingWebhook } from './validating-webhook-configuration.ts';
import type { AdmissionWebhookClientConfig } from './webhooks.ts';

const REVIEW_VERSIONS = ['v1', 'v1beta1'];
const MAX_TIMEOUT = 30;

export function validateWebhooks(webhooks: readonly (MutatingWebhook | ValidatingWebhook)[] = []): FieldError[] {
  const seen = new Set<string>();
  return webhooks.flatMap((webhook, i) => {
    const at = path('webhooks').index(i);
    const errors = validateWebhook(webhook, at);
    if (seen.has(webhook.name)) errors.push(fieldDuplicate(at.child('name'), webhook.name));
    seen.add(webhook.name);
    return errors;
  });
}

function validateWebhook(webhook: MutatingWebhook | ValidatingWebhook, at: FieldPath): FieldError[] {
  const { admissionReviewVersions = [], clientConfig, name, rules = [], sideEffects, timeoutSeconds } = webhook;
  const errors: FieldError[] = [];
  if (name) {
    for (const message of isDns1123Subdomain(name)) errors.push(fieldInvalid(at.child('name'), name, message));
    if (name.split('.').length < 3)
      errors.push(
        fieldInvalid(at.child('name'), name, 'should be a domain with at least three segments separated by dots'),
      );
  }
  rules.forEach((rule, j) => {
    errors.push(...validateRule(rule, at.child('rules').index(j)));
  });
  if (sideEffects && sideEffects !== 'None' && sideEffects !== 'NoneOnDryRun')
    errors.push(fieldNotSupported(at.child('sideEffects'), sideEffects, ['None', 'NoneOnDryRun']));
  if (timeoutSeconds !== undefined && (timeoutSeconds < 1 || timeoutSeconds > MAX_TIMEOUT))
    errors.push(
      fieldInvalid(
        at.child('timeoutSeconds'),
        timeoutSeconds,
        `the timeout value must be between 1 and ${MAX_TIMEOUT} seconds`,
      ),
    );
  if (admissionReviewVersions.length === 0)
    errors.push(
      fieldRequired(at.child('admissionReviewVersions'), `must specify one of ${REVIEW_VERSIONS.join(', ')}`),
    );
  else if (!REVIEW_VERSIONS.some((v) => admissionReviewVersions.includes(v)))
    errors.push(
      fieldInvalid(
        at.child('admissionReviewVersions'),
        admissionReviewVersions,
        `must include at least one of ${REVIEW_VERSIONS.join(', ')}`,
      ),
    );
  for (const selector of ['namespaceSelector', 'objectSelector'] as const)
    errors.push(...validateLabelSelector(webhook[selector], at.child(selector)));
  if (clientConfig) errors.push(...validateClientConfig(clientConfig, at.child('clientConfig')));
  return errors;
}

/** Where a webhook is called: a URL or a Service, never both. */
export function validateClientConfig({ service, url }: AdmissionWebhookClientConfig, at: FieldPath): FieldError[] {
  if ((service === undefined) === (url === undefined))
    return [fieldRequired(at, 'exactly one of url or service is required')];
  if (url !== undefined) return validateUrl(url, at.child('url'));
  const servicePath = service?.path;
  return servicePath !== undefined && !servicePath.startsWith('/')
    ? [fieldInvalid(at.child('service', 'path'), servicePath, "must start with a '/'")]
    : [];
}

const FORM = 'desired format: https://host[/path]';

function validateUrl(text: string, at: FieldPath): FieldError[] {
  const url = URL.parse(text);
  if (!url) return [fieldRequired(at, `url must be a valid URL: ${text}; ${FORM}`)];
  const errors: FieldError[] = [];
  if (url.protocol !== 'https:')
    errors.push(fieldInvalid(at, url.protocol.slice(0, -1), `'https' is the only allowed URL scheme; ${FORM}`));
  if (url.host === '') errors.push(fieldInvalid(at, url.host, `host must be specified; ${FORM}`));
  if (url.username !== '') errors.push(fieldInvalid(at, url.username, 'user information is not permitted in the URL'));
  if (url.hash !== '') errors.push(fieldInvalid(at, url.hash.slice(1), 'fragments are not permitted in the URL'));
  if (url.search !== '')
    errors.push(fieldInvalid(at, url.search.slice(1), 'query parameters are not permitted in the URL'));
  return errors;
}
