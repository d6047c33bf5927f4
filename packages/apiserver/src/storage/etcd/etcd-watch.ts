import { AsyncQueue } from '@coxswain/foundation';
import { StorageUnavailable, type WatchBatch } from '../storage.ts';
import type { EtcdConnection } from './etcd-connection.ts';
import { translateError } from './etcd-errors.ts';
import type { GrpcStream } from './grpc-stream.ts';
import { encodeWatch } from './requests.ts';
import { decodeWatch, type WatchResponse } from './responses.ts';

export interface EtcdWatchOptions {
  readonly prefix: string;
  readonly from: number;
  /** The server has to confirm the watch within so many milliseconds. */
  readonly openTimeoutMs: number;
}

/** Batches that wait for the reader; beyond it the stream is paused, so that etcd holds the rest back. */
const HIGH_WATER = 256;

const ALL_KEYS = { key: Buffer.of(0), end: Buffer.of(0) };

/**
 * One watch stream over the whole key space, filtered here: so every write of the store moves the revision on, and a
 * reader that waits for etcd's current revision never waits for a write that it can't see. (etcd's progress requests
 * would serve too, but up to 3.4.24 and 3.5.7 their answers may overtake events.)
 */
export async function* watchEtcd(
  connection: EtcdConnection,
  { prefix, from, openTimeoutMs }: EtcdWatchOptions,
  signal: AbortSignal,
): AsyncGenerator<WatchBatch> {
  if (signal.aborted) return;
  const queue = new AsyncQueue<WatchBatch>(Number.POSITIVE_INFINITY);
  const opening = setTimeout(() => {
    queue.close(new StorageUnavailable(`etcd Watch: not confirmed within ${openTimeoutMs} ms`));
  }, openTimeoutMs);
  const onAbort = () => queue.close();
  signal.addEventListener('abort', onAbort, { once: true });
  if (signal.aborted) onAbort();

  const receive = (response: WatchResponse) => {
    if (response.created) clearTimeout(opening);
    if (response.compactRevision > 0) {
      queue.push({ outcome: 'compacted', compactRevision: response.compactRevision });
      queue.close();
    } else if (response.canceled) {
      queue.close(new StorageUnavailable(`etcd Watch: canceled: ${response.cancelReason}`));
    } else if (response.revision > 0) {
      queue.push({ outcome: 'events', events: response.events, revision: response.revision });
      if (queue.size > HIGH_WATER) stream?.pause();
    }
  };
  let stream: GrpcStream | undefined;
  try {
    stream = await connection
      .openWatch({
        onMessage: (message) => receive(decodeWatch(message, prefix)),
        onEnd: (failure) =>
          queue.close(failure ? translateError(failure, 'Watch') : new StorageUnavailable('etcd Watch: stream ended')),
      })
      .catch((error: unknown) => {
        throw translateError(error, 'Watch');
      });
    stream.write(encodeWatch({ ...ALL_KEYS, from }));
    for await (const batch of queue) {
      yield batch;
      if (stream.paused && queue.size < HIGH_WATER / 2) stream.resume();
    }
  } finally {
    clearTimeout(opening);
    signal.removeEventListener('abort', onAbort);
    stream?.cancel();
  }
}
