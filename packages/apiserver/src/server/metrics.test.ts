import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TestApiserver } from '../testing/test-apiserver.ts';

const MAPS = '/api/v1/namespaces/default/configmaps';

test('metrics have the names and labels of upstream', async () => {
  const server = await new TestApiserver().ready();
  try {
    await server.request('POST', MAPS, { body: { metadata: { name: 'a' } } });
    await server.request('GET', `${MAPS}/a`);
    await server.request('GET', `${MAPS}/none`);
    await server.request('GET', MAPS);
    await server.request('GET', `${MAPS}?watch=1&timeoutSeconds=1`);
    const { text } = await server.request('GET', '/metrics');
    const value = (name: string, ...labels: string[]) => {
      const line = text
        .split('\n')
        .find((one) => one.startsWith(`${name}{`) && labels.every((label) => one.includes(label)));
      assert.ok(line, `${name} ${labels}`);
      return Number(line.slice(line.lastIndexOf(' ')));
    };
    const maps = ['version="v1"', 'resource="configmaps"'];
    const verb = (name: string) => [...maps, `verb="${name}"`, 'component="apiserver"'];
    assert.equal(value('apiserver_request_total', ...verb('POST'), 'code="201"', 'scope="resource"'), 1);
    assert.equal(value('apiserver_request_total', ...verb('GET'), 'code="404"'), 1);
    assert.equal(value('apiserver_request_total', ...verb('WATCH'), 'code="200"', 'scope="namespace"'), 1);
    assert.equal(value('apiserver_request_duration_seconds_count', ...verb('GET')), 2);
    assert.equal(value('apiserver_request_sli_duration_seconds_count', ...verb('LIST')), 1);
    assert.ok(value('apiserver_response_sizes_sum', ...verb('LIST')) > 100);
    assert.equal(value('apiserver_longrunning_requests', ...verb('WATCH')), 0);
    assert.equal(value('apiserver_watch_events_total', ...maps), 1);
    assert.ok(value('apiserver_watch_events_sizes_sum', ...maps) > 100);
    assert.equal(value('apiserver_current_inflight_requests', 'request_kind="readOnly"'), 0);
    // Beside this one there is the one that says since when uses of legacy tokens are noted.
    assert.equal(value('apiserver_storage_objects', 'resource="configmaps"'), 2);
    assert.ok(value('apiserver_watch_cache_resource_version', 'resource="configmaps"') > 0);
  } finally {
    await server.close();
  }
});
