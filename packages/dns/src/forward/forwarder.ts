import { type Clock, childController } from '@coxswain/foundation';
import { AnswerCache, cacheKey } from './answer-cache.ts';
import { type Exchange, exchange } from './exchange.ts';
import type { ForwardedAnswer, ForwardedQuestion } from './forwarded-answer.ts';
import type { UpstreamAddress } from './parse-resolv-conf.ts';

export interface ForwarderOptions {
  /** Asked in this order, starting with the one that answered last. */
  readonly servers: readonly UpstreamAddress[];
  readonly clock: Clock;
  /** Milliseconds until the next server is asked. */
  readonly timeoutMs: number;
  /** Questions under way at most; further ones are refused. */
  readonly maxConcurrent: number;
  /** Seconds an answer is kept at most. */
  readonly cacheSeconds: number;
  readonly cacheCapacity: number;
  /** Each look-up in the cache. */
  readonly onCache?: ((hit: boolean) => void) | undefined;
  readonly onExchange?: ((server: UpstreamAddress, rcode: string) => void) | undefined;
  /** For tests. */
  readonly exchange?: Exchange | undefined;
}

const REFUSED: ForwardedAnswer = { rcode: 'REFUSED', answers: [], authorities: [] };
const FAILED: ForwardedAnswer = { rcode: 'SERVFAIL', answers: [], authorities: [] };

/** Answers of other servers: from memory, by joining a question under way, or by asking. */
export class Forwarder {
  readonly #options: ForwarderOptions;
  readonly #cache: AnswerCache;
  readonly #underWay = new Map<string, Promise<ForwardedAnswer>>();
  #preferred = 0;

  constructor(options: ForwarderOptions) {
    this.#options = options;
    const { clock, cacheCapacity: capacity, cacheSeconds: longest } = options;
    this.#cache = new AnswerCache({ clock, capacity, longest });
  }

  cached(question: ForwardedQuestion): ForwardedAnswer | undefined {
    const answer = this.#cache.get(question);
    this.#options.onCache?.(answer !== undefined);
    return answer;
  }

  /** Never rejects: SERVFAIL when no server answers in time, REFUSED when too many questions are under way or there is no server. */
  async ask(question: ForwardedQuestion, signal: AbortSignal): Promise<ForwardedAnswer> {
    const key = cacheKey(question);
    const present = this.#underWay.get(key);
    if (present) return present;
    const { servers, maxConcurrent } = this.#options;
    if (servers.length === 0 || this.#underWay.size >= maxConcurrent) return REFUSED;
    const asking = this.#askInTurn(question, signal).finally(() => this.#underWay.delete(key));
    this.#underWay.set(key, asking);
    return asking;
  }

  async #askInTurn(question: ForwardedQuestion, signal: AbortSignal): Promise<ForwardedAnswer> {
    const { servers, clock, timeoutMs, onExchange, exchange: ask = exchange } = this.#options;
    const first = this.#preferred;
    for (let turn = 0; turn < servers.length && !signal.aborted; turn += 1) {
      const index = (first + turn) % servers.length;
      const server = servers[index] as UpstreamAddress;
      const attempt = childController(signal);
      clock.sleep(timeoutMs, attempt.signal).then(
        () => attempt.abort(new Error('the server did not answer in time')),
        () => {},
      );
      try {
        const answer = await ask(question, server, attempt.signal);
        onExchange?.(server, answer.rcode);
        if (answer.rcode === 'SERVFAIL' || answer.rcode === 'REFUSED') continue;
        this.#preferred = index;
        this.#cache.put(question, answer);
        return answer;
      } catch {
        onExchange?.(server, 'ERROR');
      } finally {
        attempt.abort();
      }
    }
    return FAILED;
  }
}
