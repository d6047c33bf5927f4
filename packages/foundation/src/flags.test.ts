import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseFlags, UsageError } from './flags.ts';

const SPECS = {
  all: { kind: 'boolean', short: 'A', help: '' },
  watch: { kind: 'boolean', short: 'w', help: '' },
  namespace: { kind: 'string', short: 'n', help: '' },
  files: { kind: 'list', short: 'f', help: '' },
  wait: { kind: 'duration', default: '1s', help: '' },
  cascade: { kind: 'string', default: 'none', alone: 'background', help: '' },
} as const;

const cases: [string, Record<string, unknown>, string[]?][] = [
  ['-A -w', { all: true, watch: true }],
  ['-Aw x', { all: true, watch: true }, ['x']],
  ['-Awn kube-system', { all: true, watch: true, namespace: 'kube-system' }],
  ['-nkube-system', { namespace: 'kube-system' }],
  ['-n=kube-system', { namespace: 'kube-system' }],
  ['-A=false --watch=false', { all: false, watch: false }],
  ['-f a,b --files c -f=d', { files: ['a', 'b', 'c', 'd'] }],
  ['--wait 1m30s', { wait: 90_000 }],
  ['--cascade orphan', { cascade: 'background' }, ['orphan']],
  ['--cascade=orphan - -- -w', { cascade: 'orphan', watch: false }, ['-', '-w']],
];
for (const [line, wanted, words = []] of cases)
  test(`flags: ${line}`, () => {
    const { flags, args } = parseFlags(SPECS, line.split(' '));
    assert.partialDeepStrictEqual(flags, wanted);
    assert.deepEqual(args, words);
  });

for (const line of ['--nope', '-x', '-Ax', '-n', '--wait soon', '--watch=maybe'])
  test(`not flags: ${line}`, () => {
    assert.throws(() => parseFlags(SPECS, line.split(' ')), UsageError);
  });
