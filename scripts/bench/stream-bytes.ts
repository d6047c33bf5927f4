// Takes or sends bytes over one TCP connection as fast as it can; commanded over its IPC channel.
import { connect, createServer } from 'node:net';

export type StreamRequest =
  | { readonly do: 'take'; readonly port: number }
  | { readonly do: 'send'; readonly host: string; readonly port: number; readonly ms: number };

export interface Sent {
  readonly bytes: number;
  readonly ms: number;
}

const CHUNK = Buffer.alloc(1 << 18);

function take(port: number): Promise<void> {
  const server = createServer({ noDelay: true }, (socket) => socket.on('error', () => {}));
  server.on('connection', (socket) => socket.on('data', () => {}));
  return new Promise((resolve, reject) => server.once('error', reject).listen(port, '0.0.0.0', () => resolve()));
}

function send({ host, port, ms }: { host: string; port: number; ms: number }): Promise<Sent> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port });
    socket.once('error', reject);
    socket.once('connect', () => {
      const began = performance.now();
      const more = () => {
        do {
          if (performance.now() - began >= ms) {
            socket.end(() => resolve({ bytes: socket.bytesWritten, ms: performance.now() - began }));
            return;
          }
        } while (socket.write(CHUNK));
        socket.once('drain', more);
      };
      more();
    });
  });
}

process.on('message', ({ id, request }: { id: number; request: StreamRequest }) => {
  const answer: Promise<unknown> = request.do === 'take' ? take(request.port) : send(request);
  answer.then(
    (result) => process.send?.({ id, result }),
    (error: Error) => process.send?.({ id, error: error.message }),
  );
});
process.on('disconnect', () => process.exit(0));
process.send?.({ id: 0 });
