import { type AddressInfo, createServer, type Socket } from 'node:net';

type Answer = (message: Buffer) => Buffer | undefined | Promise<Buffer>;

export interface TcpLimits {
  /** Connections at a time; further ones are closed at once. */
  readonly maxConnections: number;
  /** Milliseconds a connection may be silent. */
  readonly idleMs: number;
  /** Queries of one connection that wait for other servers; reading pauses at that many. */
  readonly maxPending: number;
}

const LIMITS: TcpLimits = { maxConnections: 512, idleMs: 10_000, maxPending: 64 };

/** Answers queries over TCP (RFC 7766) until the signal aborts; resolves, with the port, when it listens. */
export async function serveTcp(
  { host, port, limits = LIMITS }: { host: string; port: number; limits?: TcpLimits },
  answer: Answer,
  signal: AbortSignal,
): Promise<number> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    serveConnection(socket, answer, limits);
  });
  server.maxConnections = limits.maxConnections;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
  signal.addEventListener(
    'abort',
    () => {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
    { once: true },
  );
  return (server.address() as AddressInfo).port;
}

function serveConnection(socket: Socket, answer: Answer, { idleMs, maxPending }: TcpLimits): void {
  let received = Buffer.alloc(0);
  let pending = 0;
  socket.setTimeout(idleMs, () => socket.destroy());
  socket.on('error', () => socket.destroy());
  const send = (bytes: Buffer) => {
    if (!socket.writable) return;
    const length = Buffer.alloc(2);
    length.writeUInt16BE(bytes.length);
    socket.write(Buffer.concat([length, bytes]));
  };
  const later = async (bytes: Promise<Buffer>) => {
    pending += 1;
    if (pending >= maxPending) socket.pause();
    send(await bytes);
    pending -= 1;
    if (pending < maxPending) socket.resume();
  };
  socket.on('data', (chunk) => {
    received = received.length === 0 ? chunk : Buffer.concat([received, chunk]);
    while (received.length >= 2 && received.length >= 2 + received.readUInt16BE(0)) {
      const length = received.readUInt16BE(0);
      const bytes = answer(received.subarray(2, 2 + length));
      received = received.subarray(2 + length);
      if (bytes instanceof Promise) void later(bytes);
      else if (bytes) send(bytes);
      else {
        socket.destroy();
        return;
      }
    }
  });
}
