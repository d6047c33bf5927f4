import { bytes, int32, list, of, str } from '../../schema/builders.ts';
import { type Infer, inlined, struct } from '../../schema/struct.ts';

export const AdmissionRule = struct('Rule', {
  apiGroups: list(1, str()).atomic(),
  apiVersions: list(2, str()).atomic(),
  resources: list(3, str()).atomic(),
  scope: str(4).oneOf('*', 'Cluster', 'Namespaced').default('*'),
});
export type AdmissionRule = Infer<typeof AdmissionRule>;

export const RuleWithOperations = struct('RuleWithOperations', {
  ...inlined(2, AdmissionRule),
  operations: list(1, str()).atomic(),
});
export type RuleWithOperations = Infer<typeof RuleWithOperations>;

export const MatchCondition = struct('MatchCondition', {
  name: str(1).required(),
  expression: str(2).required(),
});
export type MatchCondition = Infer<typeof MatchCondition>;

export const WebhookServiceReference = struct('ServiceReference', {
  namespace: str(1).required(),
  name: str(2).required(),
  path: str(3).pointer(),
  port: int32(4).pointer().default(443),
});
export type WebhookServiceReference = Infer<typeof WebhookServiceReference>;

export const AdmissionWebhookClientConfig = struct('WebhookClientConfig', {
  service: of(1, WebhookServiceReference),
  caBundle: bytes(2),
  url: str(3).pointer(),
});
export type AdmissionWebhookClientConfig = Infer<typeof AdmissionWebhookClientConfig>;
