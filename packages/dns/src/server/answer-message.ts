import type { DnsMetrics } from '../dns-metrics.ts';
import { encodeRefusal, encodeResponse, type Response } from '../wire/encode-response.ts';
import { decodeQuery, type Query } from '../wire/query.ts';
import { shuffleAnswers } from '../wire/shuffle-answers.ts';
import type { AnswerMemory } from './answer-memory.ts';
import { type Answerer, answerQuery } from './answer-query.ts';

export type Transport = 'udp' | 'tcp';

/**
 * The bytes that answer a message: at once where the cluster's own records or the cache do, undefined for what deserves
 * no answer. Neither throws nor rejects, whatever the bytes.
 */
export function answerMessage(
  message: Buffer,
  transport: Transport,
  answerer: Answerer,
  { metrics, memory }: { metrics: DnsMetrics; memory: AnswerMemory },
): Buffer | undefined | Promise<Buffer> {
  const started = performance.now();
  const known = transport === 'udp' ? memory.recall(message) : undefined;
  if (known) {
    shuffleAnswers(known.bytes, answerer.random);
    metrics.answered(transport, known.type, known.rcode, performance.now() - started);
    return known.bytes;
  }
  const decoded = decodeQuery(message);
  if (decoded.kind === 'drop') return undefined;
  if (decoded.kind === 'refuse') {
    metrics.answered(transport, 'other', decoded.rcode, 0);
    return encodeRefusal(decoded.id, decoded.rcode, decoded.question);
  }
  const { query } = decoded;
  const encode = (response: Response): Buffer => {
    const bytes = encodeSafely(query, response, transport);
    if (response.lasting && transport === 'udp' && !isTruncated(bytes))
      memory.remember(message, { bytes, type: query.type, rcode: response.rcode });
    metrics.answered(transport, query.type, response.rcode, performance.now() - started);
    return bytes;
  };
  const response = answerQuery(query, answerer);
  return response instanceof Promise ? response.then(encode) : encode(response);
}

/** Of more records than fit, others are to be left out the next time. */
function isTruncated(message: Buffer): boolean {
  return ((message[2] as number) & 0x02) !== 0;
}

/** Another server's records may be of a type or a size that can't be written again. */
function encodeSafely(query: Query, response: Response, transport: Transport): Buffer {
  try {
    return encodeResponse(query, response, transport);
  } catch {
    return encodeResponse(query, { rcode: 'SERVFAIL', authoritative: false }, transport);
  }
}
