import type { IncomingMessage } from 'node:http';

/** How a client that asks for an upgrade wants to talk. */
export type Upgrade = 'spdy' | 'websocket' | 'other' | 'none';

export function upgradeOf({ headers }: Pick<IncomingMessage, 'headers'>): Upgrade {
  const wanted = (headers.upgrade ?? '').toLowerCase();
  if (wanted === '' || !/\bupgrade\b/i.test(headers.connection ?? '')) return 'none';
  if (wanted === 'websocket') return 'websocket';
  return wanted === 'spdy/3.1' ? 'spdy' : 'other';
}

/** Protocols by the client's preference; empty when it names none. */
export function offeredProtocols({ headers }: Pick<IncomingMessage, 'headers'>): string[] {
  const header = headers['x-stream-protocol-version'] ?? headers['sec-websocket-protocol'] ?? '';
  return (Array.isArray(header) ? header.join(',') : header)
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
}

export interface CommandProtocol {
  /** Empty when none was named. */
  readonly name: string;
  /** 1 to 5; from 3 on terminals are resized, from 4 on outcomes are a Status, from 5 on WebSockets half-close. */
  readonly version: number;
  /** Text messages instead of binary ones, for browsers. */
  readonly base64: boolean;
}

/** The first offer that is understood; undefined when there is none. */
export function chooseCommandProtocol(
  kind: 'spdy' | 'websocket',
  offers: readonly string[],
): CommandProtocol | undefined {
  // Clients from before there were versions name none.
  if (offers.length === 0) return { name: '', version: 1, base64: false };
  for (const name of offers) {
    const [, digits, base64] = /^(?:v([1-5])\.)?(base64\.)?channel\.k8s\.io$/.exec(name) ?? [];
    const version = digits === undefined ? 1 : Number(digits);
    if (!/channel\.k8s\.io$/.test(name) || (digits === undefined && !/^(base64\.)?channel/.test(name))) continue;
    if (kind === 'spdy' && base64 === undefined) return { name, version, base64: false };
    if (kind === 'websocket' && (version === 1 || version >= 4)) return { name, version, base64: base64 !== undefined };
  }
  return undefined;
}

export const PORT_FORWARD = 'portforward.k8s.io';
/** SPDY inside binary WebSocket messages, from kubectl 1.31 on. */
export const PORT_FORWARD_TUNNEL = 'SPDY/3.1+portforward.k8s.io';
