import { bool, bytes, int32, int64, list, of, str, time } from '../../schema/builders.ts';
import { column } from '../../schema/column.ts';
import type { Field } from '../../schema/field.ts';
import { defineKind } from '../../schema/kind.ts';
import { type Infer, struct } from '../../schema/struct.ts';
import { ObjectMeta } from '../meta/object-meta.ts';
import { validateDefinition, validateDefinitionUpdate } from './custom-resource-definition-validation.ts';
import { JSONSchemaProps } from './json-schema-props.ts';

export const ConversionServiceReference = struct('ServiceReference', {
  namespace: str(1).required(),
  name: str(2).required(),
  path: str(3).pointer(),
  port: int32(4).pointer().default(443),
});
export type ConversionServiceReference = Infer<typeof ConversionServiceReference>;

export const WebhookClientConfig = struct('WebhookClientConfig', {
  service: of(1, ConversionServiceReference),
  caBundle: bytes(2),
  url: str(3).pointer(),
});
export type WebhookClientConfig = Infer<typeof WebhookClientConfig>;

export const WebhookConversion = struct('WebhookConversion', {
  clientConfig: of(2, WebhookClientConfig),
  conversionReviewVersions: list(3, str()).always().atomic(),
});
export type WebhookConversion = Infer<typeof WebhookConversion>;

export const CustomResourceConversion = struct('CustomResourceConversion', {
  strategy: str(1).required(),
  webhook: of(2, WebhookConversion),
});
export type CustomResourceConversion = Infer<typeof CustomResourceConversion>;

export const CustomResourceDefinitionNames = struct('CustomResourceDefinitionNames', {
  plural: str(1).required(),
  singular: str(2),
  shortNames: list(3, str()).atomic(),
  kind: str(4).required(),
  listKind: str(5),
  categories: list(6, str()).atomic(),
});
export type CustomResourceDefinitionNames = Infer<typeof CustomResourceDefinitionNames>;

export const CustomResourceColumnDefinition = struct('CustomResourceColumnDefinition', {
  name: str(1).required(),
  type: str(2).required(),
  format: str(3),
  description: str(4),
  priority: int32(5),
  jsonPath: str(6).required(),
});
export type CustomResourceColumnDefinition = Infer<typeof CustomResourceColumnDefinition>;

export const CustomResourceValidation = struct('CustomResourceValidation', {
  openAPIV3Schema: of(1, JSONSchemaProps) as Field<JSONSchemaProps>,
});
export type CustomResourceValidation = Infer<typeof CustomResourceValidation>;

export const SelectableField = struct('SelectableField', {
  jsonPath: str(1).required(),
});
export type SelectableField = Infer<typeof SelectableField>;

export const CustomResourceSubresourceScale = struct('CustomResourceSubresourceScale', {
  specReplicasPath: str(1).required(),
  statusReplicasPath: str(2).required(),
  labelSelectorPath: str(3).pointer(),
});
export type CustomResourceSubresourceScale = Infer<typeof CustomResourceSubresourceScale>;

export const CustomResourceSubresourceStatus = struct('CustomResourceSubresourceStatus', {});
export type CustomResourceSubresourceStatus = Infer<typeof CustomResourceSubresourceStatus>;

export const CustomResourceSubresources = struct('CustomResourceSubresources', {
  status: of(1, CustomResourceSubresourceStatus),
  scale: of(2, CustomResourceSubresourceScale),
});
export type CustomResourceSubresources = Infer<typeof CustomResourceSubresources>;

export const CustomResourceDefinitionVersion = struct('CustomResourceDefinitionVersion', {
  name: str(1).required(),
  served: bool(2).required(),
  storage: bool(3).required(),
  schema: of(4, CustomResourceValidation),
  subresources: of(5, CustomResourceSubresources),
  additionalPrinterColumns: list(6, CustomResourceColumnDefinition).atomic(),
  deprecated: bool(7),
  deprecationWarning: str(8).pointer(),
  selectableFields: list(9, SelectableField).atomic(),
});
export type CustomResourceDefinitionVersion = Infer<typeof CustomResourceDefinitionVersion>;

export const CustomResourceDefinitionSpec = struct('CustomResourceDefinitionSpec', {
  group: str(1).required(),
  names: of(3, CustomResourceDefinitionNames).expected(),
  scope: str(4).required().oneOf('Cluster', 'Namespaced'),
  versions: list(7, CustomResourceDefinitionVersion).always().atomic(),
  conversion: of(9, CustomResourceConversion).default({ strategy: 'None' }),
  preserveUnknownFields: bool(10),
});
export type CustomResourceDefinitionSpec = Infer<typeof CustomResourceDefinitionSpec>;

export const CustomResourceDefinitionCondition = struct('CustomResourceDefinitionCondition', {
  type: str(1).required(),
  status: str(2).required(),
  lastTransitionTime: time(3),
  reason: str(4),
  message: str(5),
  observedGeneration: int64(6),
});
export type CustomResourceDefinitionCondition = Infer<typeof CustomResourceDefinitionCondition>;

export const CustomResourceDefinitionStatus = struct('CustomResourceDefinitionStatus', {
  conditions: list(1, CustomResourceDefinitionCondition).always().listMap('type'),
  acceptedNames: of(2, CustomResourceDefinitionNames).filled(),
  storedVersions: list(3, str()).always().atomic(),
  observedGeneration: int64(4),
});
export type CustomResourceDefinitionStatus = Infer<typeof CustomResourceDefinitionStatus>;

export const CustomResourceDefinition = struct('CustomResourceDefinition', {
  apiVersion: str(),
  kind: str(),
  metadata: of(1, ObjectMeta).expected(),
  spec: of(2, CustomResourceDefinitionSpec).expected(),
  status: of(3, CustomResourceDefinitionStatus),
});
export type CustomResourceDefinition = Infer<typeof CustomResourceDefinition>;

export const customResourceDefinitionKind = defineKind<CustomResourceDefinition>({
  group: 'apiextensions.k8s.io',
  version: 'v1',
  kind: 'CustomResourceDefinition',
  plural: 'customresourcedefinitions',
  shortNames: ['crd', 'crds'],
  categories: ['api-extensions'],
  namespaced: false,
  struct: CustomResourceDefinition,
  defaults({ spec }) {
    const { names } = spec;
    if (!names?.kind) return;
    names.singular ??= names.kind.toLowerCase();
    names.listKind ??= `${names.kind}List`;
  },
  prepareForCreate(definition) {
    definition.status = { conditions: [], acceptedNames: { plural: '', kind: '' }, storedVersions: [] };
    rememberStoredVersion(definition);
  },
  prepareForUpdate: rememberStoredVersion,
  validate: validateDefinition,
  validateUpdate: validateDefinitionUpdate,
  subresources: { status: true },
  columns: [column('Created At', ({ metadata }) => metadata.creationTimestamp, 'date')],
});

/** Objects may lie in etcd in every version that ever was the storage version. */
function rememberStoredVersion({ spec, status }: CustomResourceDefinition): void {
  const stored = spec.versions?.find(({ storage }) => storage)?.name;
  if (!status || stored === undefined || status.storedVersions?.includes(stored)) return;
  status.storedVersions = [...(status.storedVersions ?? []), stored];
}
