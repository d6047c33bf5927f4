import assert from 'node:assert/strict';
import { it } from 'node:test';
import { expandEnv, expandStrict } from './expand-env.ts';

const known: Record<string, string> = { A: 'one', B: '$(A)', EMPTY: '' };
const rows: [text: string, expanded: string][] = [
  ['plain', 'plain'],
  ['$(A)', 'one'],
  ['x$(A)y$(A)', 'xoneyone'],
  ['$(B)', '$(A)'],
  ['$$(A)', '$(A)'],
  ['$$$(A)', '$one'],
  ['$$$$(A)', '$$(A)'],
  ['$(EMPTY)', ''],
  ['$(NOPE)', '$(NOPE)'],
  ['$A $', '$A $'],
  ['$(A', '$(A'],
  ['$()', '$()'],
];

for (const [text, expanded] of rows) {
  it(`expands ${text}`, () =>
    assert.equal(
      expandEnv(text, (name) => known[name]),
      expanded,
    ));
}

it('lists what is missing', () => {
  assert.deepEqual(
    expandStrict('$(A)/$(NOPE)', (name) => known[name]),
    { text: 'one/$(NOPE)', missing: ['NOPE'] },
  );
});
