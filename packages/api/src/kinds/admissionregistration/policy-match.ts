import { list, of, str } from '../../schema/builders.ts';
import { type Infer, inlined, struct } from '../../schema/struct.ts';
import { LabelSelector } from '../meta/label-selector.ts';
import { RuleWithOperations } from './webhooks.ts';

export const ParamKind = struct('ParamKind', {
  apiVersion: str(1),
  kind: str(2),
});
export type ParamKind = Infer<typeof ParamKind>;

export const ParamRef = struct('ParamRef', {
  name: str(1),
  namespace: str(2),
  selector: of(3, LabelSelector),
  parameterNotFoundAction: str(4).pointer().oneOf('Allow', 'Deny'),
});
export type ParamRef = Infer<typeof ParamRef>;

export const PolicyVariable = struct('Variable', {
  name: str(1).required(),
  expression: str(2).required(),
});
export type PolicyVariable = Infer<typeof PolicyVariable>;

export const NamedRuleWithOperations = struct('NamedRuleWithOperations', {
  ...inlined(2, RuleWithOperations),
  resourceNames: list(1, str()).atomic(),
});
export type NamedRuleWithOperations = Infer<typeof NamedRuleWithOperations>;

export const MatchResources = struct('MatchResources', {
  namespaceSelector: of(1, LabelSelector).default({}),
  objectSelector: of(2, LabelSelector).default({}),
  resourceRules: list(3, NamedRuleWithOperations).atomic(),
  excludeResourceRules: list(4, NamedRuleWithOperations).atomic(),
  matchPolicy: str(7).pointer().oneOf('Equivalent', 'Exact').default('Equivalent'),
});
export type MatchResources = Infer<typeof MatchResources>;
