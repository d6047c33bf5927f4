import assert from 'node:assert/strict';
import { test } from 'node:test';
import { authenticationData } from './authentication-config.ts';

test('aggregated API servers are told whom to trust', () => {
  const config = { clientCa: 'A', requestheaderClientCa: 'B', requestheaderAllowedNames: ['front-proxy-client'] };
  assert.deepEqual(authenticationData(config), {
    'client-ca-file': 'A',
    'requestheader-allowed-names': '["front-proxy-client"]',
    'requestheader-client-ca-file': 'B',
    'requestheader-extra-headers-prefix': '["X-Remote-Extra-"]',
    'requestheader-group-headers': '["X-Remote-Group"]',
    'requestheader-username-headers': '["X-Remote-User"]',
  });
  assert.deepEqual(authenticationData({ requestheaderAllowedNames: [] }), {});
});
