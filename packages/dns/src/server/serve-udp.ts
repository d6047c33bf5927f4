import { createSocket, type Socket } from 'node:dgram';
import { isIPv6 } from 'node:net';
import type { Logger } from '@coxswain/foundation';

/** Room for a burst; the kernel may give less. */
const RECEIVE_BUFFER = 4 << 20;

type Answer = (message: Buffer) => Buffer | undefined | Promise<Buffer>;

/** Answers datagrams on the address until the signal aborts; resolves, with the port, when it listens. */
export function serveUdp(
  { host, port, log }: { host: string; port: number; log: Logger },
  answer: Answer,
  signal: AbortSignal,
): Promise<number> {
  const family = isIPv6(host) ? 6 : 4;
  const socket = createSocket({
    type: `udp${family}`,
    // Addresses are all it is ever asked to find.
    lookup: (address, _options, found) => found(null, address, family),
  });
  const send = (bytes: Buffer, to: { port: number; address: string }) => {
    // A client that is gone is not our trouble.
    if (!signal.aborted) socket.send(bytes, to.port, to.address, () => {});
  };
  socket.on('message', (message, from) => {
    // Nobody hears an answer there, and the socket throws.
    if (from.port === 0) return;
    const bytes = answer(message);
    if (bytes instanceof Promise) void bytes.then((later) => send(later, from));
    else if (bytes) send(bytes, from);
  });
  return new Promise((resolve, reject) => {
    socket.once('error', reject);
    socket.bind(port, host, () => {
      socket.off('error', reject);
      socket.on('error', (err) => log.warn({ err }, 'datagram socket failed'));
      widen(socket);
      signal.addEventListener('abort', () => socket.close(), { once: true });
      resolve(socket.address().port);
    });
  });
}

function widen(socket: Socket): void {
  try {
    socket.setRecvBufferSize(RECEIVE_BUFFER);
  } catch {
    // The kernel's own size serves, with less room.
  }
}
