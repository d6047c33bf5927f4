import type { WireRecord } from '../wire/encode-response.ts';
import type { Rcode } from '../wire/query.ts';

/** What another server said. */
export interface ForwardedAnswer {
  readonly rcode: Rcode;
  readonly answers: readonly WireRecord[];
  readonly authorities: readonly WireRecord[];
}

/** A question to ask elsewhere. `dnssec` asks for signatures too. */
export interface ForwardedQuestion {
  readonly name: string;
  readonly type: string;
  readonly dnssec: boolean;
}

/** Seconds an answer may be kept; 0 for not at all. Names that don't exist go by the zone's SOA (RFC 2308). */
export function cacheableSeconds(answer: ForwardedAnswer, longest: number): number {
  if (answer.rcode !== 'NOERROR' && answer.rcode !== 'NXDOMAIN') return 0;
  if (answer.answers.length > 0 && answer.rcode === 'NOERROR')
    return Math.min(longest, ...answer.answers.map(({ ttl }) => ttl));
  const soa = answer.authorities.find(({ type }) => type === 'SOA');
  if (!soa) return 0;
  return Math.min(longest, soa.ttl, (soa.data as { minimum?: number }).minimum ?? 0);
}

/** The answer as it is some seconds later: every TTL is less by as much. */
export function aged(answer: ForwardedAnswer, seconds: number): ForwardedAnswer {
  const age = (record: WireRecord): WireRecord => ({ ...record, ttl: Math.max(0, record.ttl - seconds) });
  return { ...answer, answers: answer.answers.map(age), authorities: answer.authorities.map(age) };
}
