import type { KubeObject } from '@coxswain/api';
import type { Context, Session } from '../context.ts';
import type { Lines } from './lines.ts';

/** What a describer may ask the server for. */
export interface Described {
  readonly session: Session;
  readonly context: Context;
}

/** Adds an object's description without its events. */
export type Describer<T extends KubeObject> = (lines: Lines, object: T, described: Described) => void | Promise<void>;

/** A list's items; none when the server refuses or doesn't know them: a description shows what it can. */
export async function listOrNone<T>(path: string, { session, context }: Described): Promise<T[]> {
  const options = { signal: context.signal, timeoutMs: session.timeoutMs };
  const list = (await session.client.request('GET', path, options).catch(() => undefined)) as
    | { items?: T[] }
    | undefined;
  return list?.items ?? [];
}
