import { setTimeout as sleep } from 'node:timers/promises';
import type { ApiClient } from '../api-client.ts';
import type { ReadRecord, Seen } from './history.ts';
import { OURS, seenOf } from './objects.ts';
import type { Random } from './random.ts';

export interface ReaderOptions {
  readonly name: string;
  readonly client: ApiClient;
  readonly random: Random;
  readonly reads: ReadRecord[];
}

/** Lists everything, whole or in pages that go from server to server, until the signal aborts. */
export async function runReader(options: ReaderOptions, signal: AbortSignal): Promise<void> {
  const { client, random, reads, name } = options;
  while (!signal.aborted) {
    const began = performance.now();
    const list = await listAll(
      client,
      random.below(3) === 0 ? undefined : 1 + random.below(9),
      () => random.below(2) === 0,
    );
    if (list) reads.push({ type: 'list', client: name, began, ended: performance.now(), ...list });
    else client.next();
    await sleep(20 + random.below(120));
  }
}

/** A whole list, all its pages of one moment; undefined when it could not be had. */
export async function listAll(
  client: ApiClient,
  limit?: number,
  wander: () => boolean = () => false,
  selector = OURS,
): Promise<{ revision: number; items: Seen[] } | undefined> {
  const items: Seen[] = [];
  let revision: number | undefined;
  let next = '';
  try {
    do {
      const query = new URLSearchParams({ labelSelector: selector });
      if (limit !== undefined) query.set('limit', String(limit));
      if (next !== '') query.set('continue', next);
      const { code, json } = await client.call('GET', `/api/v1/configmaps?${query}`);
      if (code !== 200) return undefined;
      const at = Number(json.metadata.resourceVersion);
      if (revision !== undefined && at !== revision) throw new MixedPages(`pages of ${revision} and ${at} in one list`);
      revision = at;
      items.push(...json.items.map(seenOf));
      next = json.metadata.continue ?? '';
      if (wander()) client.next();
    } while (next !== '');
    return { revision, items };
  } catch (error) {
    if (error instanceof MixedPages) throw error;
    return undefined;
  }
}

class MixedPages extends Error {}
