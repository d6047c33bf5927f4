import type { Duplex } from 'node:stream';
import { SpdyConnection, type SpdyOptions } from '../spdy/spdy-connection.ts';

/** Answers a SPDY upgrade; `head` is what came behind the request. */
export function acceptSpdy(
  socket: Duplex,
  head: Buffer,
  protocol: string,
  options: Omit<SpdyOptions, 'side'>,
): SpdyConnection {
  const chosen = protocol === '' ? '' : `X-Stream-Protocol-Version: ${protocol}\r\n`;
  socket.write(`HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: SPDY/3.1\r\n${chosen}\r\n`);
  if (head.length > 0) socket.unshift(head);
  return new SpdyConnection(socket, { ...options, side: 'server' });
}
