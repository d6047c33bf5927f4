import { GLOBAL_FLAGS } from '../context.ts';

export const GET_FLAGS = {
  ...GLOBAL_FLAGS,
  'all-namespaces': { kind: 'boolean', short: 'A', help: 'objects of all namespaces' },
  output: { kind: 'string', default: '', short: 'o', help: 'wide, yaml, json, name or jsonpath=TEMPLATE' },
  selector: { kind: 'string', default: '', short: 'l', help: 'label selector' },
  'field-selector': { kind: 'string', default: '', help: 'field selector, as in status.phase=Running' },
  watch: { kind: 'boolean', short: 'w', help: 'print changes after the first list' },
  'watch-only': { kind: 'boolean', help: 'print changes without the first list' },
  'show-labels': { kind: 'boolean', help: 'labels as the last column' },
  'label-columns': { kind: 'list', short: 'L', help: 'labels to show as columns' },
  'no-headers': { kind: 'boolean', help: 'no header line' },
  'show-managed-fields': { kind: 'boolean', help: 'keep managedFields in yaml and json' },
  'show-kind': { kind: 'boolean', help: 'the kind before each name' },
  'ignore-not-found': { kind: 'boolean', help: 'an object that is not there is no error' },
  filename: { kind: 'list', short: 'f', help: 'files, folders or - that name the objects' },
  recursive: { kind: 'boolean', short: 'R', help: 'folders with those inside' },
  'chunk-size': { kind: 'number', default: 500, help: 'objects a request; 0 for all at once' },
} as const;
