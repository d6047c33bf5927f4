import { isConditionTrue } from '../../machinery/conditions.ts';
import {
  type FieldError,
  fieldDuplicate,
  fieldInvalid,
  fieldNotSupported,
  fieldRequired,
} from '../../machinery/field-error.ts';
import { path } from '../../machinery/field-path.ts';
import { isDns1035Label, isDns1123Subdomain } from '../../machinery/names.ts';
import type { CustomResourceDefinition, CustomResourceDefinitionSpec } from './custom-resource-definition.ts';

export function validateDefinition({ metadata, spec }: CustomResourceDefinition): FieldError[] {
  const errors: FieldError[] = [];
  const { conversion, group, names } = spec;
  if (metadata.name !== `${names.plural ?? ''}.${group ?? ''}`)
    errors.push(fieldInvalid(path('metadata', 'name'), metadata.name, 'must be spec.names.plural+"."+spec.group'));
  if (group) {
    for (const message of isDns1123Subdomain(group)) errors.push(fieldInvalid(path('spec', 'group'), group, message));
    if (!group.includes('.'))
      errors.push(fieldInvalid(path('spec', 'group'), group, 'should be a domain with at least one dot'));
  }
  errors.push(...validateVersions(spec), ...validateNames(spec));
  const strategy = conversion?.strategy;
  if (strategy && strategy !== 'None' && strategy !== 'Webhook')
    errors.push(fieldNotSupported(path('spec', 'conversion', 'strategy'), strategy, ['None', 'Webhook']));
  if (strategy === 'Webhook' && !conversion?.webhook?.clientConfig)
    errors.push(
      fieldRequired(path('spec', 'conversion', 'webhookClientConfig'), 'required when strategy is set to Webhook'),
    );
  return errors;
}

function validateVersions({ versions = [] }: CustomResourceDefinitionSpec): FieldError[] {
  const at = path('spec', 'versions');
  const errors: FieldError[] = [];
  const seen = new Set<string>();
  versions.forEach(({ name, schema }, i) => {
    const item = at.index(i);
    if (name) for (const message of isDns1035Label(name)) errors.push(fieldInvalid(item.child('name'), name, message));
    if (seen.has(name)) errors.push(fieldDuplicate(item.child('name'), name));
    seen.add(name);
    // A schema that all versions share stands in spec.validation of upstream's own form.
    const root =
      versions.length === 1 ? path('spec', 'validation', 'openAPIV3Schema') : item.child('schema', 'openAPIV3Schema');
    if (!schema?.openAPIV3Schema)
      errors.push(fieldRequired(item.child('schema', 'openAPIV3Schema'), 'schemas are required'));
    else if (schema.openAPIV3Schema.type !== 'object')
      errors.push(
        schema.openAPIV3Schema.type
          ? fieldInvalid(root.child('type'), schema.openAPIV3Schema.type, 'must be object at the root')
          : fieldRequired(root.child('type'), 'must not be empty at the root'),
      );
  });
  if (versions.filter(({ storage }) => storage).length !== 1)
    errors.push(fieldInvalid(at, versions, 'must have exactly one version marked as storage version'));
  if (!versions.some(({ storage }) => storage))
    errors.push(fieldInvalid(path('status', 'storedVersions'), null, 'must have at least one stored version'));
  return errors;
}

function validateNames({ names }: CustomResourceDefinitionSpec): FieldError[] {
  const at = path('spec', 'names');
  const errors: FieldError[] = [];
  for (const field of ['plural', 'singular', 'kind', 'listKind'] as const) {
    const name = names[field];
    if (!name) {
      if (field === 'singular' || field === 'listKind') errors.push(fieldRequired(at.child(field)));
      continue;
    }
    const mixed = field === 'kind' || field === 'listKind';
    for (const message of isDns1035Label(mixed ? name.toLowerCase() : name))
      errors.push(
        fieldInvalid(
          at.child(field),
          name,
          mixed ? `may have mixed case, but should otherwise match: ${message}` : message,
        ),
      );
  }
  if (names.kind && names.kind === names.listKind)
    errors.push(fieldInvalid(at.child('listKind'), names.listKind, 'kind and listKind may not be the same'));
  return errors;
}

/** Once a definition is established, what its objects are called and where they live stays. */
export function validateDefinitionUpdate(next: CustomResourceDefinition, old: CustomResourceDefinition): FieldError[] {
  const errors: FieldError[] = [];
  const immutable = (field: string, value: unknown, before: unknown): void => {
    if (value !== before) errors.push(fieldInvalid(path('spec', ...field.split('.')), value, 'field is immutable'));
  };
  immutable('group', next.spec.group, old.spec.group);
  immutable('names.plural', next.spec.names.plural, old.spec.names.plural);
  if (isConditionTrue(old.status?.conditions, 'Established')) {
    immutable('scope', next.spec.scope, old.spec.scope);
    immutable('names.kind', next.spec.names.kind, old.spec.names.kind);
  }
  return errors;
}
