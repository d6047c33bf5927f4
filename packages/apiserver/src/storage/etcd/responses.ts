import type { StorageEvent, StoredValue } from '../storage.ts';
import { ProtoReader } from './proto-reader.ts';

/** Calls `read` for every field; `read` returns false for those that it doesn't know. */
function eachField(buffer: Buffer, read: (reader: ProtoReader, field: number) => boolean): void {
  const reader = new ProtoReader(buffer);
  while (reader.next()) if (!read(reader, reader.field)) reader.skip();
}

function headerRevision(buffer: Buffer): number {
  let revision = 0;
  eachField(buffer, (reader, field) => {
    if (field !== 3) return false;
    revision = reader.number();
    return true;
  });
  return revision;
}

const NOTHING = Buffer.alloc(0);

function keyValue(buffer: Buffer): StoredValue {
  const result: { key: string; value: Buffer; revision: number } = { key: '', value: NOTHING, revision: 0 };
  const reader = new ProtoReader(buffer);
  while (reader.next()) {
    if (reader.field === 1) result.key = reader.bytes().toString();
    else if (reader.field === 3) result.revision = reader.number();
    else if (reader.field === 5) result.value = reader.bytes();
    else reader.skip();
  }
  return result;
}

export interface RangeResponse {
  revision: number;
  items: StoredValue[];
  more: boolean;
  count: number;
}

export function decodeRange(buffer: Buffer): RangeResponse {
  const result: RangeResponse = { revision: 0, items: [], more: false, count: 0 };
  eachField(buffer, (reader, field) => {
    if (field === 1) result.revision = headerRevision(reader.bytes());
    else if (field === 2) result.items.push(keyValue(reader.bytes()));
    else if (field === 3) result.more = reader.bool();
    else if (field === 4) result.count = reader.number();
    else return false;
    return true;
  });
  return result;
}

export interface GuardedWriteResponse {
  revision: number;
  succeeded: boolean;
  /** When it did not succeed: what the key holds. */
  current: StoredValue | undefined;
}

export function decodeGuardedWrite(buffer: Buffer): GuardedWriteResponse {
  const result: GuardedWriteResponse = { revision: 0, succeeded: false, current: undefined };
  eachField(buffer, (reader, field) => {
    if (field === 1) result.revision = headerRevision(reader.bytes());
    else if (field === 2) result.succeeded = reader.bool();
    else if (field === 3) result.current = firstOfRange(reader.bytes());
    else return false;
    return true;
  });
  return result;
}

function firstOfRange(responseOp: Buffer): StoredValue | undefined {
  let first: StoredValue | undefined;
  eachField(responseOp, (reader, field) => {
    if (field !== 1) return false;
    first = decodeRange(reader.bytes()).items[0];
    return true;
  });
  return first;
}

export interface WatchResponse {
  /** Of the last event that the message brings, kept or not; 0 without events. */
  revision: number;
  created: boolean;
  canceled: boolean;
  /** Not 0: the watch asked for a revision before this one, which is compacted. */
  compactRevision: number;
  cancelReason: string;
  events: StorageEvent[];
}

/** Events of keys that don't start with `prefix` are left out. */
export function decodeWatch(buffer: Buffer, prefix: string): WatchResponse {
  const result: WatchResponse = {
    revision: 0,
    created: false,
    canceled: false,
    compactRevision: 0,
    cancelReason: '',
    events: [],
  };
  eachField(buffer, (reader, field) => {
    if (field === 3) result.created = reader.bool();
    else if (field === 4) result.canceled = reader.bool();
    else if (field === 5) result.compactRevision = reader.number();
    else if (field === 6) result.cancelReason = reader.bytes().toString();
    else if (field === 11) {
      const event = watchEvent(reader.bytes());
      result.revision = event.revision;
      if (event.key.startsWith(prefix)) result.events.push(event);
    } else return false;
    return true;
  });
  return result;
}

function watchEvent(buffer: Buffer): StorageEvent {
  let deleted = false;
  let kv: StoredValue = { key: '', value: NOTHING, revision: 0 };
  eachField(buffer, (reader, field) => {
    if (field === 1) deleted = reader.number() === 1;
    else if (field === 2) kv = keyValue(reader.bytes());
    else return false;
    return true;
  });
  const { key, value, revision } = kv;
  return { type: deleted ? 'delete' : 'put', key, value: deleted ? undefined : value, revision };
}

/** The lease's id, a full 64-bit number. */
export function decodeLeaseGrant(buffer: Buffer): bigint {
  let id = 0n;
  eachField(buffer, (reader, field) => {
    if (field !== 2) return false;
    id = reader.bigint();
    return true;
  });
  return id;
}
