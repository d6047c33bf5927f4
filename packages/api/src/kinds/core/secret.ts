import { type FieldError, fieldInvalid, fieldRequired } from '../../machinery/field-error.ts';
import { type FieldPath, path } from '../../machinery/field-path.ts';
import { goJsonError } from '../../machinery/go-json-error.ts';
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

const SERVICE_ACCOUNT_TOKEN = 'kubernetes.io/service-account-token';
const SERVICE_ACCOUNT_NAME = 'kubernetes.io/service-account.name';

/** Types whose data must hold certain keys. */
const REQUIRED_KEYS: ReadonlyMap<string, readonly string[]> = new Map(
  Object.entries({
    'kubernetes.io/tls': ['tls.crt', 'tls.key'],
    'kubernetes.io/dockerconfigjson': ['.dockerconfigjson'],
    'kubernetes.io/dockercfg': ['.dockercfg'],
  }),
);

function validateSecret(secret: Secret): FieldError[] {
  const errors = validateKeys({ data: secret.data }, new Set(['data']));
  const { data = {}, type = '' } = secret;
  for (const key of REQUIRED_KEYS.get(type) ?? [])
    if (data[key] === undefined) errors.push(fieldRequired(path('data').key(key)));
    else if (key.startsWith('.docker')) errors.push(...validateJson(data[key], path('data').key(key)));
  if (type === 'kubernetes.io/basic-auth' && data['username'] === undefined && data['password'] === undefined)
    for (const key of ['username', 'password']) errors.push(fieldRequired(path('data[%s]').key(key)));
  if (type === 'kubernetes.io/ssh-auth' && !data['ssh-privatekey'])
    errors.push(fieldRequired(path('data[%s]').key('ssh-privatekey')));
  if (type === SERVICE_ACCOUNT_TOKEN && !secret.metadata.annotations?.[SERVICE_ACCOUNT_NAME])
    errors.push(fieldRequired(path('metadata').child('annotations').key(SERVICE_ACCOUNT_NAME)));
  return errors;
}

/** The value itself is never shown. */
function validateJson(encoded: string, at: FieldPath): FieldError[] {
  const text = Buffer.from(encoded, 'base64').toString();
  try {
    JSON.parse(text);
    return [];
  } catch (error) {
    return [fieldInvalid(at, '<secret contents redacted>', goJsonError(text, String((error as Error).message)))];
  }
}
