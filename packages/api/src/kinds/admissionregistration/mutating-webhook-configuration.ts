import { int32, list, of, str } from '../../schema/builders.ts';
import { column } from '../../schema/column.ts';
import { defineKind } from '../../schema/kind.ts';
import { type Infer, struct } from '../../schema/struct.ts';
import { LabelSelector } from '../meta/label-selector.ts';
import { ObjectMeta } from '../meta/object-meta.ts';
import { validateWebhooks } from './webhook-validation.ts';
import { AdmissionWebhookClientConfig, MatchCondition, RuleWithOperations } from './webhooks.ts';

export const MutatingWebhook = struct('MutatingWebhook', {
  name: str(1).required(),
  clientConfig: of(2, AdmissionWebhookClientConfig).required('exactly one of url or service is required'),
  rules: list(3, RuleWithOperations).atomic(),
  failurePolicy: str(4).pointer().oneOf('Fail', 'Ignore').default('Fail'),
  namespaceSelector: of(5, LabelSelector).default({}),
  sideEffects: str(6).required('must specify one of None, NoneOnDryRun').pointer(),
  timeoutSeconds: int32(7).pointer().default(10),
  admissionReviewVersions: list(8, str()).always().atomic(),
  matchPolicy: str(9).pointer().oneOf('Equivalent', 'Exact').default('Equivalent'),
  reinvocationPolicy: str(10).pointer().oneOf('IfNeeded', 'Never').default('Never'),
  objectSelector: of(11, LabelSelector).default({}),
  matchConditions: list(12, MatchCondition).keyed('name'),
});
export type MutatingWebhook = Infer<typeof MutatingWebhook>;

export const MutatingWebhookConfiguration = struct('MutatingWebhookConfiguration', {
  apiVersion: str(),
  kind: str(),
  metadata: of(1, ObjectMeta).expected(),
  webhooks: list(2, MutatingWebhook).keyed('name'),
});
export type MutatingWebhookConfiguration = Infer<typeof MutatingWebhookConfiguration>;

export const mutatingWebhookConfigurationKind = defineKind<MutatingWebhookConfiguration>({
  group: 'admissionregistration.k8s.io',
  version: 'v1',
  kind: 'MutatingWebhookConfiguration',
  plural: 'mutatingwebhookconfigurations',
  categories: ['api-extensions'],
  namespaced: false,
  struct: MutatingWebhookConfiguration,
  hasGeneration: true,
  validate: ({ webhooks }) => validateWebhooks(webhooks),
  columns: [column('Webhooks', ({ webhooks }) => webhooks?.length ?? 0, 'integer')],
});
