import { type FieldError, fieldInvalid, fieldRequired } from '../../machinery/field-error.ts';
import { path } from '../../machinery/field-path.ts';
import { bool, bytes, map, of, str } from '../../schema/builders.ts';
import { column } from '../../schema/column.ts';
import { defineKind } from '../../schema/kind.ts';
import { type Infer, struct } from '../../schema/struct.ts';
import { ObjectMeta } from '../meta/object-meta.ts';
import { validateImmutable, validateKeys } from './data-validation.ts';

export const Secret = struct('Secret', {
  apiVersion: str(),
  kind: str(),
  metadata: of(1, ObjectMeta).expected(),
  data: map(2, bytes()),
  type: str(3).default('Opaque'),
  stringData: map(4, str()),
  immutable: bool(5).pointer(),
});
export type Secret = Infer<typeof Secret>;

export const secretKind = defineKind<Secret>({
  group: '',
  version: 'v1',
  kind: 'Secret',
  plural: 'secrets',
  namespaced: true,
  struct: Secret,
  hasGeneration: false,
  defaults(secret) {
    // stringData is write-only: it ends up in data.
    for (const [key, value] of Object.entries(secret.stringData ?? {})) {
      secret.data ??= {};
      secret.data[key] = Buffer.from(value).toString('base64');
    }
    delete secret.stringData;
  },
  validate: validateSecret,
  validateUpdate: (next, old) => [
    ...(next.type === old.type ? [] : [fieldInvalid(path('type'), next.type, 'field is immutable')]),
    ...validateImmutable(old.immutable, next.immutable, [['data', next.data, old.data]]),
  ],
  fieldSelectors: { type: (secret) => secret.type ?? '' },
  columns: [
    column('Type', (secret) => secret.type),
    column('Data', ({ data = {} }) => Object.keys(data).length, 'integer'),
  ],
});

/** Types whose data must hold certain keys. */
const REQUIRED_KEYS: Readonly<Record<string, readonly string[]>> = {
  'kubernetes.io/tls': ['tls.crt', 'tls.key'],
  'kubernetes.io/dockerconfigjson': ['.dockerconfigjson'],
  'kubernetes.io/dockercfg': ['.dockercfg'],
  'kubernetes.io/ssh-auth': ['ssh-privatekey'],
};

function validateSecret(secret: Secret): FieldError[] {
  const errors = validateKeys({ data: secret.data });
  for (const key of REQUIRED_KEYS[secret.type ?? ''] ?? [])
    if (secret.data?.[key] === undefined) errors.push(fieldRequired(path('data').key(key)));
  return errors;
}
