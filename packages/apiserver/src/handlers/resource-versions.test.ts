import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import { MemoryStorage } from '../testing/memory-storage.ts';
import { TestApiserver } from '../testing/test-apiserver.ts';

const MAPS = '/api/v1/namespaces/default/configmaps';

/**
 * What a list answers for every combination of the API's page on resource versions. Two config maps, then (`old`) a third,
 * then one of the first goes. The second server started afterwards, so its cache does not remember `old`.
 */
suite('resourceVersion and resourceVersionMatch', () => {
  const storage = new MemoryStorage();
  let writer: TestApiserver;
  let reader: TestApiserver;
  let old = '';
  let newest = '';
  before(async () => {
    writer = await new TestApiserver({ storage }).ready();
    for (const name of ['a', 'b', 'c']) {
      const { code, json, text } = await writer.request('POST', MAPS, {
        body: { metadata: { name, labels: { name } } },
      });
      assert.equal(code, 201, text);
      old = json.metadata.resourceVersion;
    }
    assert.equal((await writer.request('DELETE', `${MAPS}/a`)).code, 200);
    const last = await writer.request('POST', MAPS, { body: { metadata: { name: 'd', labels: { name: 'd' } } } });
    newest = last.json.metadata.resourceVersion;
    reader = await new TestApiserver({ storage }).ready();
  });
  after(async () => {
    await reader.close();
    await writer.close();
  });

  const list = async (server: TestApiserver, query: string) => {
    const text = query.replaceAll('OLD', old).replaceAll('NEWEST', newest);
    return server.request('GET', `${MAPS}?${text}`);
  };
  const names = (json: { items: { metadata: { name: string } }[] }) =>
    json.items.map(({ metadata }) => metadata.name).join(' ');

  const answered: readonly (readonly [query: string, names: string])[] = [
    ['', 'b c d'],
    ['limit=2', 'b c'],
    ['resourceVersion=0', 'b c d'],
    ['resourceVersion=0&limit=2', 'b c d'],
    ['resourceVersion=OLD', 'b c d'],
    ['resourceVersion=OLD&limit=2', 'a b'],
    ['resourceVersion=OLD&limit=5', 'a b c'],
    ['resourceVersion=OLD&resourceVersionMatch=Exact', 'a b c'],
    ['resourceVersion=OLD&resourceVersionMatch=Exact&limit=2', 'a b'],
    ['resourceVersion=OLD&resourceVersionMatch=Exact&labelSelector=name+in+(a,c)', 'a c'],
    ['resourceVersion=OLD&resourceVersionMatch=Exact&fieldSelector=metadata.name%3Db', 'b'],
    ['resourceVersion=OLD&resourceVersionMatch=NotOlderThan', 'b c d'],
    ['resourceVersion=OLD&resourceVersionMatch=NotOlderThan&limit=2', 'b c'],
    ['resourceVersion=0&resourceVersionMatch=NotOlderThan', 'b c d'],
    ['resourceVersion=0&resourceVersionMatch=NotOlderThan&limit=2', 'b c d'],
    ['resourceVersion=NEWEST&resourceVersionMatch=Exact', 'b c d'],
  ];
  for (const [query, want] of answered)
    test(`?${query}: ${want}`, async () => {
      for (const server of [writer, reader]) {
        const { code, json, text } = await list(server, query);
        assert.equal(code, 200, text);
        assert.equal(names(json), want);
        const exact =
          query.includes('Exact') || (query.includes('limit') && !query.includes('NotOlder') && /=OLD/.test(query));
        if (exact) assert.equal(json.metadata.resourceVersion, query.includes('NEWEST') ? newest : old);
        else assert.ok(Number(json.metadata.resourceVersion) >= Number(newest));
      }
    });

  const refused: readonly (readonly [query: string, code: number, message: RegExp])[] = [
    ['resourceVersionMatch=Exact', 422, /resourceVersionMatch is forbidden unless resourceVersion is provided/],
    ['resourceVersionMatch=NotOlderThan&limit=2', 422, /forbidden unless resourceVersion is provided/],
    [
      'resourceVersion=0&resourceVersionMatch=Exact',
      422,
      /resourceVersionMatch "exact" is forbidden for resourceVersion "0"/,
    ],
    ['resourceVersion=OLD&resourceVersionMatch=Newest', 422, /Unsupported value: "Newest"/],
    ['resourceVersion=yesterday', 422, /Invalid value: "yesterday"/],
    ['resourceVersion=NEWEST9', 504, /Too large resource version/],
    ['resourceVersion=NEWEST9&resourceVersionMatch=Exact', 504, /Too large resource version/],
  ];
  for (const [query, code, message] of refused)
    test(`?${query}: ${code}`, async () => {
      const answer = await list(reader, query);
      assert.equal(answer.code, code, answer.text);
      assert.match(answer.json.message, message);
    });

  test('the pages of one list show one moment, whichever server answers and however old it is', async () => {
    const first = (await list(writer, 'limit=1&resourceVersion=OLD')).json;
    assert.equal(first.metadata.remainingItemCount, 2);
    const second = (await list(reader, `limit=1&continue=${first.metadata.continue}`)).json;
    assert.deepEqual(
      [names(second), second.metadata.resourceVersion, second.metadata.remainingItemCount],
      ['b', old, 1],
    );
    const third = (await list(reader, `limit=1&continue=${second.metadata.continue}`)).json;
    assert.deepEqual([names(third), third.metadata.continue], ['c', undefined]);
  });

  test('a continued list takes no resourceVersion but 0', async () => {
    const { metadata } = (await list(reader, 'limit=1')).json;
    assert.equal((await list(reader, `limit=1&resourceVersion=0&continue=${metadata.continue}`)).code, 200);
    const wrong = await list(reader, `limit=1&resourceVersion=OLD&continue=${metadata.continue}`);
    assert.deepEqual(
      [wrong.code, wrong.json.message],
      [400, 'specifying resource version is not allowed when using continue'],
    );
    const match = await list(reader, `limit=1&resourceVersionMatch=Exact&continue=${metadata.continue}`);
    assert.equal(match.code, 422);
  });

  test('what the store has compacted is gone: 410, and a token to go on with where there was one', async () => {
    const { metadata } = (await list(writer, 'limit=1&resourceVersion=OLD')).json;
    await storage.compact(Number(newest));
    const late = await new TestApiserver({ storage }).ready();
    try {
      const exact = await list(late, 'resourceVersion=OLD&resourceVersionMatch=Exact');
      assert.deepEqual([exact.code, exact.json.reason], [410, 'Expired']);
      const page = await list(late, `limit=5&continue=${metadata.continue}`);
      assert.deepEqual([page.code, page.json.reason], [410, 'Expired']);
      const rest = await list(late, `limit=5&continue=${page.json.metadata.continue}`);
      assert.deepEqual([rest.code, names(rest.json)], [200, 'b c d']);
    } finally {
      await late.close();
    }
  });
});
