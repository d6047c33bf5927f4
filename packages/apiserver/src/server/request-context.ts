import type { IncomingHttpHeaders, OutgoingHttpHeaders } from 'node:http';
import type { Readable } from 'node:stream';
import type { Logger } from '@coxswain/foundation';
import type { UserInfo } from '../authentication/user-info.ts';
import type { Asked, Reply } from './reply.ts';

/** One request on its way through the corridor. */
export interface RequestContext {
  readonly method: string;
  /** Undecoded, without query. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  /** Empty when there is none. */
  readonly body: Buffer;
  /** Who asks; set by the authenticate step. */
  user: UserInfo;
  /** Texts for Warning headers, in order. */
  readonly warnings: string[];
  /** Aborts when the client goes away or the server ends. */
  readonly signal: AbortSignal;
  readonly log: Logger;
  readonly raw: { readonly request: Asked; readonly response: Reply };
}

/** What a handler answers; the encode step writes it. */
export type Answer =
  | {
      readonly type: 'body';
      readonly code: number;
      readonly contentType: string;
      readonly body: Buffer | string;
      readonly headers?: Readonly<Record<string, string>>;
    }
  /** Chunks written one after another as they come, with respect for back-pressure. */
  | {
      readonly type: 'stream';
      readonly code: number;
      readonly contentType: string;
      readonly chunks: AsyncIterable<Buffer> | Iterable<Buffer>;
      /** Bytes of all chunks, where that is known beforehand. */
      readonly length?: number;
      readonly headers?: Readonly<Record<string, string>>;
    }
  /** Somebody else's answer, passed on as it is. */
  | {
      readonly type: 'passed';
      readonly code: number;
      readonly headers: OutgoingHttpHeaders;
      readonly body: Readable;
    };

export function jsonAnswer(
  code: number,
  value: unknown,
  headers: Readonly<Record<string, string>> = {},
  contentType = 'application/json',
): Answer {
  return { type: 'body', code, contentType, body: Buffer.from(JSON.stringify(value)), headers };
}

export function textAnswer(code: number, body: string): Answer {
  return { type: 'body', code, contentType: 'text/plain; charset=utf-8', body };
}
