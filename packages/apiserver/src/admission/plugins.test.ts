import assert from 'node:assert/strict';
import { test } from 'node:test';
import { choosePlugins } from './plugins.ts';

const all = ['NamespaceLifecycle', 'Priority', 'ResourceQuota'].map((name) => ({ name }));
const names = (enable: string[], disable: string[]) => choosePlugins(all, { enable, disable }).map(({ name }) => name);

test('plugins are on unless disabled, in their order', () => {
  assert.deepEqual(names([], []), ['NamespaceLifecycle', 'Priority', 'ResourceQuota']);
  assert.deepEqual(names(['ResourceQuota'], ['Priority']), ['NamespaceLifecycle', 'ResourceQuota']);
});

test('an optional plugin is on when somebody enables it', () => {
  const chosen = (enable: string[]) => choosePlugins(all, { enable, disable: [] }, ['Priority']).length;
  assert.deepEqual([chosen([]), chosen(['Priority'])], [2, 3]);
});

test('names that make no sense are refused', () => {
  assert.throws(() => names(['Nonsense'], []), /enable-admission-plugins plugin "Nonsense" is unknown/);
  assert.throws(() => names(['Priority'], ['Priority']), /overlapped/);
});
