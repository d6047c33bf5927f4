import assert from 'node:assert/strict';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { it } from 'node:test';
import { podKind } from '@coxswain/api';
import { FakeApiClient } from '@coxswain/client/testing';
import { type Clock, systemClock } from '@coxswain/foundation';
import { eventually, FakeClock } from '@coxswain/foundation/testing';
import { buildPod } from '../testing/build-pod.ts';
import { startTestKubelet } from '../testing/start-test-kubelet.ts';
import { TokenSource } from './token-source.ts';

const OWNER = { namespace: 'default', serviceAccount: 'default', podName: 'p', podUid: 'u' };
const NEVER = new AbortController().signal;

/** An API that issues tokens by the clock, counting them. */
function issuer(clock: Clock) {
  const api = new FakeApiClient();
  const issued: unknown[] = [];
  const state = { down: false };
  api.react('create', 'serviceaccounts/token', ({ body }) => {
    if (state.down) throw new Error('the API is away');
    const { spec } = body as { spec: { expirationSeconds: number } };
    issued.push(spec);
    const expirationTimestamp = new Date(clock.now() + spec.expirationSeconds * 1000).toISOString();
    return { status: { token: `token-${issued.length}`, expirationTimestamp } };
  });
  return { api, issued, state };
}

for (const [name, expirationSeconds, steps] of [
  [
    'after 80 % of its life',
    600,
    [
      [0, 1],
      [479, 1],
      [2, 2],
      [480, 2],
      [1, 3],
    ],
  ],
  [
    'after a day, however long it lives',
    7 * 86_400,
    [
      [0, 1],
      [86_399, 1],
      [2, 2],
    ],
  ],
] as const)
  it(`renews a token ${name}`, async () => {
    const clock = new FakeClock();
    const { api } = issuer(clock);
    const tokens = new TokenSource(api, clock);
    for (const [seconds, serial] of steps) {
      await clock.advance(seconds * 1000);
      const token = await tokens.get(OWNER, { path: 't', audience: 'a', expirationSeconds }, NEVER);
      assert.equal(token, `token-${serial}`, `${seconds} s later`);
    }
  });

it('goes on with the old token while the API is away, until that ends', async () => {
  const clock = new FakeClock();
  const { api, state, issued } = issuer(clock);
  const tokens = new TokenSource(api, clock);
  const get = () => tokens.get(OWNER, { path: 't', expirationSeconds: 600 }, NEVER);
  await get();
  state.down = true;
  await clock.advance(599_000);
  assert.equal(await get(), 'token-1');
  await clock.advance(2000);
  await assert.rejects(get(), /the API is away/);
  state.down = false;
  assert.equal(await get(), 'token-2');
  assert.deepEqual(issued[0], {
    audiences: [],
    expirationSeconds: 600,
    boundObjectRef: { apiVersion: 'v1', kind: 'Pod', name: 'p', uid: 'u' },
  });
});

it("renews the file of a running pod when the token's time has come, without a restart", async () => {
  let ahead = 0;
  const clock: Clock = { now: () => systemClock.now() + ahead, sleep: (ms, signal) => systemClock.sleep(ms, signal) };
  const { api } = issuer(clock);
  const test = await startTestKubelet({ api, clock, kubelet: { syncFrequency: 200 } });
  try {
    const sources = [{ serviceAccountToken: { path: 'token', expirationSeconds: 600 } }];
    const pod = buildPod('web', { volumes: [{ name: 't', projected: { sources, defaultMode: 0o600 } }] });
    api.add(podKind, pod);
    await test.until('default/web', ({ status }) => status?.phase === 'Running');
    const file = join(test.root, 'pods', pod.metadata.uid ?? '', 'volumes/kubernetes.io~projected/t/token');
    assert.equal(await readFile(file, 'utf8'), 'token-1');
    assert.equal((await stat(file)).mode & 0o777, 0o600);
    ahead = 481_000;
    await eventually(async () => assert.equal(await readFile(file, 'utf8'), 'token-2'));
    assert.equal(test.pod('default/web')?.status?.containerStatuses?.[0]?.restartCount, 0);
  } finally {
    await test.stop();
  }
});
