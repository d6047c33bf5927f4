import { setTimeout as sleep } from 'node:timers/promises';
import type { ApiClient } from '../api-client.ts';
import type { ReadRecord, Seen, WriteRecord } from './history.ts';
import { bodyOf, COLORS, collectionOf, KEYS, pathOf, seenOf } from './objects.ts';
import type { Random } from './random.ts';

export interface WriterOptions {
  readonly name: string;
  readonly client: ApiClient;
  readonly random: Random;
  readonly writes: WriteRecord[];
  readonly reads: ReadRecord[];
  readonly keys?: readonly string[];
}

/** Reads an object and then creates, replaces, patches or deletes it, over and over, until the signal aborts. */
export async function runWriter(options: WriterOptions, signal: AbortSignal): Promise<void> {
  const { client, random, keys = KEYS } = options;
  for (let turn = 0; !signal.aborted; turn++) {
    const key = random.pick(keys);
    const read = await get(options, key);
    if (read) await write(options, key, read.seen, `${options.name}-${turn}`, random.pick(COLORS));
    else {
      client.next();
      await sleep(50 + random.below(100));
    }
    if (random.below(20) === 0) client.next();
    await sleep(random.below(15));
  }
}

async function get(
  { client, name, reads }: WriterOptions,
  key: string,
): Promise<{ seen: Seen | undefined } | undefined> {
  const began = performance.now();
  try {
    const { code, json } = await client.call('GET', pathOf(key));
    if (code !== 200 && code !== 404) return undefined;
    const seen = code === 200 ? seenOf(json) : undefined;
    reads.push({ type: 'get', client: name, began, ended: performance.now(), key, seen });
    return { seen };
  } catch {
    return undefined;
  }
}

const PATCHES = ['application/merge-patch+json', 'application/strategic-merge-patch+json'];

/** One write; it is in the records before it is sent. */
export async function write(
  { client, name, random, writes }: WriterOptions,
  key: string,
  seen: Seen | undefined,
  stamp: string,
  color: string,
): Promise<void> {
  const record = (operation: WriteRecord['operation'], expected?: number) => {
    const at = writes.push({
      client: name,
      operation,
      key,
      stamp: operation === 'delete' ? '' : stamp,
      expected,
      began: performance.now(),
      ended: Number.POSITIVE_INFINITY,
      outcome: 'unknown',
      revision: undefined,
    });
    return (code: number, revision?: number) => {
      const outcome = code < 300 ? 'done' : code < 500 && code !== 408 && code !== 429 ? 'refused' : 'unknown';
      const known = writes[at - 1] as WriteRecord;
      writes[at - 1] = { ...known, ended: performance.now(), outcome, revision: code < 300 ? revision : undefined };
    };
  };
  try {
    if (!seen) {
      const settle = record('create');
      const { code, json } = await client.call('POST', collectionOf(key), bodyOf(key, stamp, color));
      settle(code, Number(json?.metadata?.resourceVersion));
      return;
    }
    const choice = random.below(10);
    if (choice < 2) {
      const settle = record('delete', seen.revision);
      const preconditions = { resourceVersion: String(seen.revision) };
      const { code } = await client.call('DELETE', pathOf(key), {
        kind: 'DeleteOptions',
        apiVersion: 'v1',
        preconditions,
      });
      settle(code);
    } else if (choice < 6) {
      const settle = record('update', seen.revision);
      const { code, json } = await client.call('PUT', pathOf(key), bodyOf(key, stamp, color, seen.revision));
      settle(code, Number(json?.metadata?.resourceVersion));
    } else {
      const expected = choice < 8 ? seen.revision : undefined;
      const settle = record('patch', expected);
      const headers = { 'content-type': random.pick(PATCHES) };
      const { code, json } = await client.call('PATCH', pathOf(key), bodyOf(key, stamp, color, expected), headers);
      settle(code, Number(json?.metadata?.resourceVersion));
    }
  } catch {
    client.next();
  }
}
