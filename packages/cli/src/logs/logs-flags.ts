import { GLOBAL_FLAGS } from '../context.ts';

export const LOGS_FLAGS = {
  ...GLOBAL_FLAGS,
  container: { kind: 'string', default: '', short: 'c', help: 'the container, where the pod has several' },
  'all-containers': { kind: 'boolean', help: 'all containers of the pod' },
  follow: { kind: 'boolean', short: 'f', help: 'go on with what is written from now on' },
  previous: { kind: 'boolean', short: 'p', help: 'the container that ran before this one' },
  tail: { kind: 'number', default: -1, help: 'only the last lines; -1 for all, 10 by default with a selector' },
  since: { kind: 'duration', default: '0', help: 'only what is newer than this, as in 5s or 2h' },
  'since-time': { kind: 'string', default: '', help: 'only what was written after this time (RFC 3339)' },
  timestamps: { kind: 'boolean', help: 'the time before each line' },
  'limit-bytes': { kind: 'number', default: 0, help: 'at most so many bytes; 0 for all' },
  selector: { kind: 'string', default: '', short: 'l', help: 'pods by label' },
  prefix: { kind: 'boolean', help: 'pod and container before each line' },
  'ignore-errors': { kind: 'boolean', help: 'go on with the other containers when one fails' },
} as const;
