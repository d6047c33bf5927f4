import { ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import type { Status } from '@coxswain/api';
import { protobufStatus } from '../protobuf/protobuf-watch-encoding.ts';
import { acceptsGzip, gzipped } from './gzip.ts';
import type { LiveRequest } from './live-request.ts';
import { acceptsProtobuf, PROTOBUF } from './negotiate.ts';
import type { Reply } from './reply.ts';
import type { Answer } from './request-context.ts';
import { streamOf } from './stream-of.ts';
import { truncateWarnings } from './truncate-warnings.ts';
import { writeLive } from './write-live.ts';
import { writeSized } from './write-sized.ts';

/** Answers are handed to TLS in pieces of about this size: large enough to be cheap, small enough to let others in. */
const FLUSH_BYTES = 256 * 1024;
/** Smaller answers are not worth the time, as upstream judges it. */
const GZIP_FROM_BYTES = 128 * 1024;

/** What TLS takes in one record. */
const ONE_PIECE_BYTES = 16 * 1024;

const GZIP = { 'content-encoding': 'gzip', vary: 'Accept-Encoding' };

type Stream = Extract<Answer, { type: 'stream' }>;
type Head = Record<string, string | string[]>;

/** The encode step. Resolves when all is handed over or the client has gone. Throws what a stream's chunks throw. */
export function writeAnswer(response: Reply, answer: Answer, request: LiveRequest): Promise<void> | void {
  if (answer.type === 'passed') return passOn(streamOf(response), answer);
  const head: Head = { 'cache-control': 'no-cache, private', ...answer.headers };
  if (request.warnings.length > 0) head['warning'] = truncateWarnings(request.warnings).map(warningHeader);
  head['content-type'] = answer.contentType;
  if (answer.type === 'stream') {
    request.answered = answer.length;
    const stream = streamOf(response);
    if (Symbol.asyncIterator in answer.chunks) {
      stream.writeHead(answer.code, head);
      return writeLive(stream, answer.chunks);
    }
    return writeChunks(stream, answer, head, acceptsGzip(request.headers));
  }
  const { code, body } = answer;
  const length = Buffer.byteLength(body);
  request.answered = length;
  if (length >= GZIP_FROM_BYTES && acceptsGzip(request.headers))
    return endGzip(response, code, head, Buffer.from(body as string));
  head['content-length'] = String(length);
  response.writeHead(code, head);
  // Node sends a text in one piece with its head; what the text says of the bytes is of no matter.
  if (response instanceof ServerResponse && typeof body !== 'string' && length <= ONE_PIECE_BYTES)
    response.end(body.toString('latin1'), 'latin1');
  else response.end(body, 'utf8');
}

function passOn(response: ServerResponse, { code, headers, body }: Extract<Answer, { type: 'passed' }>): Promise<void> {
  response.writeHead(code, headers);
  response.flushHeaders();
  return pipeline(body, response);
}

/** An error's answer. */
export function writeStatus(response: Reply, status: Status, accept?: string): void {
  const protobuf = acceptsProtobuf(accept);
  const body = protobuf ? protobufStatus(status) : JSON.stringify(status);
  const retry = status.details?.retryAfterSeconds;
  response.writeHead(status.code ?? 500, {
    'cache-control': 'no-cache, private',
    'content-type': protobuf ? PROTOBUF : 'application/json',
    'content-length': String(Buffer.byteLength(body)),
    ...(retry ? { 'retry-after': String(retry) } : {}),
    ...(status.code === 401 ? { 'www-authenticate': 'Bearer realm="kubernetes"' } : {}),
  });
  response.end(body, 'utf8');
}

async function writeChunks(response: ServerResponse, answer: Stream, head: Head, gzip: boolean): Promise<void> {
  const { code, length } = answer;
  const chunks = answer.chunks as Iterable<Buffer>;
  if (length !== undefined && length >= FLUSH_BYTES && !gzip) {
    response.writeHead(code, { ...head, 'content-length': String(length) });
    return writeSized(response, chunks, FLUSH_BYTES);
  }
  const pieces = inPieces(chunks);
  const first = pieces.next();
  const only = first.done ? Buffer.alloc(0) : first.value;
  if (only.length < FLUSH_BYTES) {
    if (gzip && only.length >= GZIP_FROM_BYTES) return endGzip(response, code, head, only);
    response.writeHead(code, { ...head, 'content-length': String(only.length) });
    response.end(only);
    return;
  }
  if (gzip) return writeGzip(response, code, head, prepend(only, pieces));
  response.writeHead(code, head);
  for (const piece of prepend(only, pieces)) {
    const written = write(response, piece);
    if (written !== true && !(await written)) return;
  }
  response.end();
}

async function endGzip(response: Reply, code: number, head: Head, body: Buffer): Promise<void> {
  const pieces: Buffer[] = [];
  for await (const piece of gzipped([body])) pieces.push(piece);
  const compressed = Buffer.concat(pieces);
  if (response.destroyed) return;
  response.writeHead(code, { ...head, ...GZIP, 'content-length': String(compressed.length) });
  response.end(compressed, 'utf8');
}

async function writeGzip(response: ServerResponse, code: number, head: Head, pieces: Iterable<Buffer>): Promise<void> {
  response.writeHead(code, { ...head, ...GZIP });
  for await (const piece of gzipped(pieces)) if (!(await write(response, piece))) return;
  response.end();
}

/** Joins chunks until they are worth a write. */
function* inPieces(chunks: Iterable<Buffer>): Generator<Buffer, void> {
  let pending: Buffer[] = [];
  let size = 0;
  for (const chunk of chunks) {
    pending.push(chunk);
    size += chunk.length;
    if (size < FLUSH_BYTES) continue;
    yield Buffer.concat(pending, size);
    pending = [];
    size = 0;
  }
  if (size > 0) yield Buffer.concat(pending, size);
}

function* prepend<T>(first: T, rest: Iterable<T>): Generator<T, void> {
  yield first;
  yield* rest;
}

/** False when the client has gone. */
function write(response: ServerResponse, chunk: Buffer): Promise<boolean> | boolean {
  if (response.destroyed) return false;
  if (response.write(chunk)) return true;
  return new Promise((resolve) => {
    const settle = () => {
      response.off('drain', settle);
      response.off('close', settle);
      resolve(!response.destroyed);
    };
    response.once('drain', settle);
    response.once('close', settle);
  });
}

/** RFC 7234 warn-code 299, as upstream writes it. */
function warningHeader(text: string): string {
  return `299 - ${JSON.stringify(text).replaceAll(/[^\x20-\x7e]/g, '?')}`;
}
