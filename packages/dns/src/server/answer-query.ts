import type { ForwardedAnswer } from '../forward/forwarded-answer.ts';
import type { Forwarder } from '../forward/forwarder.ts';
import type { ClusterView } from '../records/cluster-view.ts';
import { addressOfReverseName } from '../records/normal-address.ts';
import type { Resolution, Zone } from '../records/resolution.ts';
import { resolveAddress } from '../records/resolve-address.ts';
import { resolveName, startOfAuthority } from '../records/resolve-name.ts';
import type { Response, WireRecord } from '../wire/encode-response.ts';
import type { Query } from '../wire/query.ts';
import { shuffled } from './shuffled.ts';

export interface Answerer {
  readonly view: ClusterView;
  readonly zone: Zone;
  readonly forwarder: Forwarder;
  /** Whether the cluster's objects are known; until then its names can't be answered. */
  readonly synced: () => boolean;
  readonly random: () => number;
  readonly signal: AbortSignal;
}

/** How many aliases are followed for one answer. */
const MAX_ALIASES = 8;

/** The response to a query; a promise only where another server has to be asked. Never throws or rejects. */
export function answerQuery(query: Query, answerer: Answerer): Response | Promise<Response> {
  const { zone, view, synced } = answerer;
  if ((query.edns?.version ?? 0) > 0) return { rcode: 'BADVERS', authoritative: false };
  const name = query.name.toLowerCase();
  const labels = labelsInZone(name, zone.domain);
  if (labels) {
    if (!synced()) return { rcode: 'SERVFAIL', authoritative: false };
    return finish(resolveName(labels, query.name, query.type, view, zone), query, answerer, 0);
  }
  const address = name.endsWith('.arpa') ? addressOfReverseName(name.split('.')) : undefined;
  if (address !== undefined && synced()) {
    const names = resolveAddress(address, view, zone);
    if (names.length > 0) {
      const answers = names.map((data) => ({ name: query.name, type: 'PTR', ttl: zone.ttl, data }));
      return { rcode: 'NOERROR', authoritative: true, ...(query.type === 'PTR' ? { answers } : noData(zone)) };
    }
  }
  return forward(query.name, query, answerer, (answer) => ({ ...answer, authoritative: false }));
}

function finish(
  resolution: Resolution,
  query: Query,
  answerer: Answerer,
  aliases: number,
): Response | Promise<Response> {
  const { zone, view, random } = answerer;
  switch (resolution.kind) {
    case 'nxdomain':
      return { rcode: 'NXDOMAIN', authoritative: true, lasting: true, ...noData(zone) };
    case 'answer':
      if (resolution.answers.length === 0)
        return { rcode: 'NOERROR', authoritative: true, lasting: true, ...noData(zone) };
      return {
        rcode: 'NOERROR',
        authoritative: true,
        lasting: resolution.answers.length === 1 || isAddress(resolution.answers[0]),
        answers: shuffled(resolution.answers, random),
        additionals: resolution.additionals ?? [],
      };
    case 'external': {
      const { answers, target } = resolution;
      if (query.type === 'CNAME' || aliases >= MAX_ALIASES) return { rcode: 'NOERROR', authoritative: true, answers };
      const prepend = (rest: Response): Response => ({
        ...rest,
        rcode: 'NOERROR',
        authoritative: true,
        // The alias has to stay in front.
        lasting: false,
        answers: [...answers, ...(rest.answers ?? [])],
        authorities: [],
      });
      const labels = labelsInZone(target.toLowerCase(), zone.domain);
      if (!labels) return forward(target, query, answerer, (answer) => prepend({ ...answer, authoritative: true }));
      const rest = finish(resolveName(labels, target, query.type, view, zone), query, answerer, aliases + 1);
      return rest instanceof Promise ? rest.then(prepend) : prepend(rest);
    }
    default:
      return resolution satisfies never;
  }
}

function forward(
  name: string,
  query: Query,
  { forwarder, signal }: Answerer,
  finishWith: (answer: ForwardedAnswer) => Response,
): Response | Promise<Response> {
  const question = { name: name.toLowerCase(), type: query.type, dnssec: query.edns?.dnssec ?? false };
  const cached = forwarder.cached(question);
  return cached ? finishWith(cached) : forwarder.ask(question, signal).then(finishWith);
}

function isAddress(record: WireRecord | undefined): boolean {
  return record?.type === 'A' || record?.type === 'AAAA';
}

/** Tells the asker for how long it may remember that there is nothing. */
function noData(zone: Zone): { authorities: readonly WireRecord[] } {
  return { authorities: [startOfAuthority(zone)] };
}

/** The labels before the zone; undefined for a name of another. */
function labelsInZone(name: string, domain: string): string[] | undefined {
  if (name === domain) return [];
  return name.endsWith(`.${domain}`) ? name.slice(0, -domain.length - 1).split('.') : undefined;
}
