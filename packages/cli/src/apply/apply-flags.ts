import { GLOBAL_FLAGS } from '../context.ts';

export const APPLY_FLAGS = {
  ...GLOBAL_FLAGS,
  filename: { kind: 'list', short: 'f', help: 'files, folders or - that contain the objects' },
  recursive: { kind: 'boolean', short: 'R', help: 'folders with those inside' },
  output: { kind: 'string', default: '', short: 'o', help: 'yaml, json, name or jsonpath=TEMPLATE' },
  validate: { kind: 'string', default: 'strict', alone: 'strict', help: 'strict, warn or ignore unknown fields' },
  'dry-run': { kind: 'string', default: 'none', alone: 'client', help: 'none, client or server' },
  'server-side': { kind: 'boolean', help: 'let the server merge, by field managers' },
  'force-conflicts': { kind: 'boolean', help: 'with --server-side: take fields over from other managers' },
  'field-manager': { kind: 'string', default: '', help: 'the name under which fields are set' },
} as const;
