import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventually, FakeClock } from '@coxswain/foundation/testing';
import { type Storage, StorageUnavailable } from '../storage/storage.ts';
import { Random } from '../testing/consistency/random.ts';
import { MemoryStorage } from '../testing/memory-storage.ts';
import { TestApiserver } from '../testing/test-apiserver.ts';
import { readBitmap } from './bitmap.ts';
import { NODE_PORTS_KEY } from './port-claims.ts';

const SERVICES = '/api/v1/namespaces/default/services';
const ADDRESSES = '/apis/networking.k8s.io/v1/ipaddresses';

/** Two apiservers on one store, whose writes fail at random, half of them after they have happened. */
async function pair(seed: number | undefined) {
  const shared = new MemoryStorage();
  const random = new Random(seed ?? 0);
  let flaky = false;
  const wrap = (storage: Storage) =>
    new Proxy(storage, {
      get(target, name) {
        const value = Reflect.get(target, name);
        if (typeof value !== 'function') return value;
        if (!['create', 'update', 'delete'].includes(String(name))) return value.bind(target);
        return async (...args: unknown[]) => {
          const fails = flaky && random.below(6) === 0;
          if (fails && random.below(2) === 0) throw new StorageUnavailable('before');
          const result = await value.apply(target, args);
          if (fails) throw new StorageUnavailable('after');
          return result;
        };
      },
    });
  const clock = new FakeClock(Date.now());
  const servers: TestApiserver[] = [];
  for (let i = 0; i < 2; i++) {
    const serviceRepair = { intervalMs: 10_000, graceMs: 60_000 };
    servers.push(await new TestApiserver({ storage: shared, wrap, clock, serviceRepair }).ready());
  }
  return {
    servers: servers as [TestApiserver, TestApiserver],
    random,
    clock,
    shared,
    set flaky(on: boolean) {
      flaky = on;
    },
    async [Symbol.asyncDispose]() {
      for (const server of servers) await server.close();
    },
  };
}

const service = (name: string, spec: object = {}) => ({
  metadata: { name },
  spec: { type: 'NodePort', ports: [{ port: 80 }], ...spec },
});

async function held(server: TestApiserver, shared: MemoryStorage) {
  const services = (await server.request('GET', '/api/v1/services')).json.items;
  const stored = await shared.get(NODE_PORTS_KEY);
  const bits = stored ? readBitmap(JSON.parse(stored.value.toString()).data) : new Set<number>();
  return {
    addresses: services.map((one: { spec: { clusterIP: string } }) => one.spec.clusterIP).sort() as string[],
    ports: services
      .flatMap((one: { spec: { ports: { nodePort?: number }[] } }) =>
        one.spec.ports.map(({ nodePort }) => nodePort ?? 0),
      )
      .filter((port: number) => port > 0)
      .sort() as number[],
    claimed: (await server.request('GET', ADDRESSES)).json.items
      .map((one: { metadata: { name: string } }) => one.metadata.name)
      .sort() as string[],
    marked: [...bits].map((bit) => bit + 30000).sort(),
  };
}

test('two servers never give out the same, and what is deleted is free again', async () => {
  await using test = await pair(undefined);
  const [a, b] = test.servers;
  const made = await Promise.all(
    Array.from({ length: 10 }, (_, i) => (i % 2 ? a : b).request('POST', SERVICES, { body: service(`s${i}`) })),
  );
  assert.deepEqual(
    made.map(({ code }) => code),
    Array(10).fill(201),
  );
  const state = await held(a, test.shared);
  assert.equal(new Set(state.addresses).size, 11);
  assert.equal(new Set(state.ports).size, 10);
  assert.deepEqual([state.claimed, state.marked], [state.addresses, state.ports]);
  const full = await b.request('POST', SERVICES, { body: service('more') });
  assert.match(full.json.message, /failed to allocate a nodePort: range is full/);
  // The same address asked for at both servers at once; low ones are not chosen while there are others.
  const asked = await Promise.all(
    [a, b].map((server, i) =>
      server.request('POST', SERVICES, { body: service(`asked${i}`, { type: 'ClusterIP', clusterIP: '10.96.0.9' }) }),
    ),
  );
  assert.deepEqual(asked.map(({ code }) => code).sort(), [201, 422]);
  const dry = await a.request('POST', `${SERVICES}?dryRun=All`, { body: service('dry', { type: 'ClusterIP' }) });
  assert.match(dry.json.spec.clusterIP, /^10\.96\./);
  // One becomes ExternalName, the others go: all is free again.
  const { code } = await a.request('PATCH', `${SERVICES}/s0`, {
    body: { spec: { type: 'ExternalName', externalName: 'x.y' } },
    headers: { 'content-type': 'application/merge-patch+json' },
  });
  assert.equal(code, 200);
  for (let i = 1; i < 10; i++) assert.equal((await b.request('DELETE', `${SERVICES}/s${i}`)).code, 200);
  const after = await held(b, test.shared);
  assert.deepEqual(after.claimed, ['10.96.0.1', '10.96.0.9']);
  assert.deepEqual(after.marked, []);
  const cidr = await a.request('GET', '/apis/networking.k8s.io/v1/servicecidrs/kubernetes');
  assert.deepEqual(cidr.json.spec.cidrs, ['10.96.0.0/24']);
  assert.equal(cidr.json.status.conditions[0].type, 'Ready');
});

for (const seed of [1, 2, 3])
  test(`a store that fails at random: nothing is given twice, leaks are repaired (seed ${seed})`, async () => {
    await using test = await pair(seed);
    test.flaky = true;
    const work = async (server: TestApiserver, offset: number) => {
      for (let i = 0; i < 40; i++) {
        const name = `s${(offset + test.random.below(8)) % 12}`;
        const choice = test.random.below(5);
        if (choice < 3) await server.request('POST', SERVICES, { body: service(name) });
        else if (choice === 3) await server.request('DELETE', `${SERVICES}/${name}`);
        else
          await server.request('PATCH', `${SERVICES}/${name}`, {
            body: { spec: { type: test.random.below(2) ? 'ClusterIP' : 'NodePort' } },
            headers: { 'content-type': 'application/merge-patch+json' },
          });
      }
    };
    await Promise.all(test.servers.map((server, i) => work(server, i * 4)));
    test.flaky = false;
    const state = await held(test.servers[0], test.shared);
    assert.equal(new Set(state.addresses).size, state.addresses.length, 'an address was given twice');
    assert.equal(new Set(state.ports).size, state.ports.length, 'a port was given twice');
    for (const address of state.addresses) assert.ok(state.claimed.includes(address), `${address} has no claim`);
    for (const port of state.ports) assert.ok(state.marked.includes(port), `${port} is not marked`);
    await eventually(async () => {
      test.clock.advance(12_000);
      const repaired = await held(test.servers[1], test.shared);
      assert.deepEqual([repaired.claimed, repaired.marked], [repaired.addresses, repaired.ports]);
    });
  });
