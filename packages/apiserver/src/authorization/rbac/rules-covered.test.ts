import assert from 'node:assert/strict';
import { test } from 'node:test';
import { uncoveredRules } from './rules-covered.ts';

const rule = (verbs: string, groups: string, resources: string, names?: string) => ({
  verbs: verbs.split(' '),
  apiGroups: groups.split(' '),
  resources: resources.split(' '),
  ...(names && { resourceNames: names.split(' ') }),
});

const rows: [string, object[], object[], object[]][] = [
  ['everything covers all', [rule('*', '*', '*')], [rule('get', 'apps', 'deployments/scale')], []],
  ['several rules together', [rule('get', '', 'pods'), rule('list', '', 'pods')], [rule('get list', '', 'pods')], []],
  ['a verb lacks', [rule('get', '', 'pods')], [rule('get list', '', 'pods')], [rule('list', '', 'pods')]],
  ['a star takes a star', [rule('get list watch', '', 'pods')], [rule('*', '', 'pods')], [rule('*', '', 'pods')]],
  ['names are narrower', [rule('get', '', 'pods')], [rule('get', '', 'pods', 'a')], []],
  ['and not wider', [rule('get', '', 'pods', 'a')], [rule('get', '', 'pods')], [rule('get', '', 'pods')]],
  ['subresources by star', [rule('get', '', '*/scale')], [rule('get', '', 'deployments/scale')], []],
  [
    'an object is not its subresource',
    [rule('get', '', 'pods')],
    [rule('get', '', 'pods/log')],
    [rule('get', '', 'pods/log')],
  ],
  [
    'paths',
    [{ verbs: ['get'], nonResourceURLs: ['/api/*'] }],
    [{ verbs: ['get'], nonResourceURLs: ['/api/v1', '/metrics'] }],
    [{ verbs: ['get'], nonResourceURLs: ['/metrics'] }],
  ],
];
for (const [name, held, wanted, missing] of rows)
  test(name, () => assert.deepEqual(uncoveredRules(held as never, wanted as never), missing));
