import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { eventually } from '@coxswain/foundation/testing';
import { type TestCluster, testCluster } from '@coxswain/pki/testing';
import { EtcdStorage } from '../../storage/etcd/etcd-storage.ts';
import { ApiClient } from '../api-client.ts';
import { ApiserverProcess } from '../apiserver-process.ts';
import { EtcdServer } from '../etcd-server.ts';
import { checkHistory } from './check-history.ts';
import type { ReadRecord, WriteRecord } from './history.ts';
import { COLORS, NAMESPACES } from './objects.ts';
import { Random } from './random.ts';
import { ChangeRecorder, storedObjects } from './record-changes.ts';
import { runFaults } from './run-faults.ts';
import { runReader } from './run-reader.ts';
import { Watcher } from './run-watcher.ts';
import { runWriter, write } from './run-writer.ts';

const CHAOS_MS = Number(process.env['CONSISTENCY_SECONDS'] ?? 50) * 1000;
const SEED = Number(process.env['CONSISTENCY_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
const WRITERS = 4;
const READERS = 2;
const PROBLEMS_SHOWN = 20;

let cluster: TestCluster;
let etcd: EtcdServer;
let storage: EtcdStorage;
const servers: ApiserverProcess[] = [];

before(async () => {
  cluster = await testCluster();
  etcd = await EtcdServer.start();
  storage = new EtcdStorage({ servers: [etcd.url] });
  for (let i = 0; i < 2; i++) servers.push(await ApiserverProcess.start({ dir: cluster.dir, etcd: etcd.url }));
});

after(async () => {
  await Promise.all(servers.map((server) => server.down()));
  storage?.close();
  await etcd?.remove();
  await cluster?.[Symbol.asyncDispose]();
});

test('writers, readers and watchers over two apiservers on one etcd, all of them killed at random', async (t) => {
  const random = new Random(SEED);
  const clients: ApiClient[] = [];
  const clientOf = (index: number, timeoutMs = 4_000) => {
    const [{ ca, token }] = servers as [ApiserverProcess];
    const client = new ApiClient({ ports: servers.map(({ port }) => port), ca, token, timeoutMs }, index);
    clients.push(client);
    return client;
  };
  const ready = async () => {
    for (let i = 0; i < servers.length; i++) {
      const client = clientOf(i);
      await eventually(async () => assert.equal((await client.call('GET', '/readyz')).code, 200), { timeout: 60_000 });
    }
  };
  await ready();

  const writes: WriteRecord[] = [];
  const reads: ReadRecord[] = [];
  const recorder = new ChangeRecorder(storage, await storage.currentRevision());
  const watchers = Array.from(
    { length: 6 },
    (_, i) =>
      new Watcher({
        name: `watcher ${i}`,
        client: clientOf(i),
        random: new Random(SEED + 100 + i),
        streams: i % 2 === 1,
        color: i >= 4 ? COLORS[i - 4] : undefined,
      }),
  );
  const recording = new AbortController();
  const recorded = recorder.run(recording.signal);
  const watching = new AbortController();
  const watched = watchers.map((watcher) => watcher.run(watching.signal));
  const working = new AbortController();
  const writerOf = (i: number) => ({
    name: `writer${i}`,
    client: clientOf(i),
    random: new Random(SEED + 200 + i),
    writes,
    reads,
  });
  const worked = [
    ...Array.from({ length: WRITERS }, (_, i) => runWriter(writerOf(i), working.signal)),
    ...Array.from({ length: READERS }, (_, i) =>
      runReader({ name: `reader${i}`, client: clientOf(i), random: new Random(SEED + 300 + i), reads }, working.signal),
    ),
  ];
  const faulting = AbortSignal.timeout(CHAOS_MS);
  const faults = await runFaults({ servers, etcd, storage, recorder, random }, faulting);
  working.abort();
  await Promise.all(worked);

  // Calm again: a last change of every colour shows each watcher that nothing more comes.
  await ready();
  const closer = { ...writerOf(0), name: 'closer' };
  for (const [i, color] of COLORS.entries()) {
    const key = `${NAMESPACES[0]}/last-${color}`;
    await write(closer, key, undefined, `last-${i}`, color);
  }
  const last = Math.max(...writes.slice(-COLORS.length).map(({ revision }) => revision ?? 0));
  assert.ok(last > 0, 'the last writes were refused');
  const context = () => `seed ${SEED}\n${faults.join('\n')}\n${servers.map(({ output }) => output).join('\n----\n')}`;
  await eventually(() => assert.ok(recorder.revision >= last));
  await eventually(
    () => {
      for (const [i, watcher] of watchers.entries()) {
        const own = i >= 4 ? writes.at(-COLORS.length + i - 4)?.revision : last;
        assert.ok(
          watcher.revision >= (own ?? last),
          `watcher ${i} is at ${watcher.revision}, not ${own}\n${context()}`,
        );
      }
    },
    { timeout: 60_000 },
  );
  watching.abort();
  recording.abort();
  await Promise.all([...watched, recorded]);
  const final = await storedObjects(storage);
  for (const client of clients) client.close();

  const done = writes.filter(({ outcome }) => outcome === 'done').length;
  const steps = watchers.map(({ record }) => record.steps);
  const count = (step: string) => steps.flat().filter((one) => one.step === step).length;
  t.diagnostic(
    `seed ${SEED}: ${faults.length} faults; ${done} writes done, ${writes.length - done} refused or unknown; ` +
      `${reads.length} reads; ${count('event')} events, ${count('watch')} watches, ${count('list')} lists, ` +
      `${count('stream')} streams, ${count('bookmark')} bookmarks`,
  );
  assert.ok(done > 100 && reads.length > 100 && count('event') > 300, 'too little happened to say anything');
  const records = watchers.map(({ record }) => record);
  const problems = checkHistory({ changes: recorder.changes, writes, reads, watchers: records, final });
  assert.deepEqual(problems.slice(0, PROBLEMS_SHOWN), [], `${problems.length} problems; ${context()}`);
});
