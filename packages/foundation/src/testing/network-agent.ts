// A program inside a network namespace that a NetworkLab commands over its IPC channel: it serves and it asks.
import { createSocket } from 'node:dgram';
import { connect, createServer, type Socket } from 'node:net';
import type { AgentRequest, Question } from './network-lab.ts';

/** On a busy machine an answer that is late is not lost. */
const PATIENCE_MS = 20_000;
const UDP_AGAIN_MS = 2000;
const held = new Map<number, Socket>();

/** A server says its name and the client's address, then its name again for each line that it gets. */
function serve(name: string, ports: readonly number[]): Promise<unknown> {
  return Promise.all(
    ports.map(async (port) => {
      const server = createServer((socket) => {
        socket.on('error', () => {});
        socket.write(`${name} ${(socket.remoteAddress ?? '').replace(/^::ffff:/, '')}\n`);
        socket.on('data', () => socket.write(`${name}\n`));
      });
      await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, '::', resolve));
      const udp = createSocket({ type: 'udp6', ipv6Only: false });
      udp.on('message', (_, from) => {
        if (from.port !== 0) udp.send(`${name} ${from.address.replace(/^::ffff:/, '')}`, from.port, from.address);
      });
      await new Promise<void>((resolve, reject) => udp.once('error', reject).bind(port, '::', resolve));
    }),
  );
}

function askTcp({ host, port, from, fromPort, timeoutMs = PATIENCE_MS }: Question, keep?: number): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect({
      host,
      port,
      ...(from === undefined ? {} : { localAddress: from }),
      ...(fromPort === undefined ? {} : { localPort: fromPort }),
    });
    const end = (answer: string) => {
      if (keep === undefined || !answer.includes(' ')) socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(timeoutMs, () => end('timeout'));
    socket.once('data', (data) => {
      if (keep !== undefined) held.set(keep, socket.setTimeout(0));
      end(String(data).trim());
    });
    socket.on('error', (error: NodeJS.ErrnoException) => end(error.code ?? error.message));
    socket.once('close', () => resolve('closed'));
  });
}

/** As a resolver: nobody else sends a lost datagram again. */
function askUdp({ host, port, from, fromPort, timeoutMs = PATIENCE_MS }: Question): Promise<string> {
  return new Promise((resolve) => {
    const socket = createSocket(host.includes(':') ? 'udp6' : 'udp4');
    const end = (answer: string) => {
      clearTimeout(timer);
      clearInterval(again);
      socket.close();
      resolve(answer);
    };
    const timer = setTimeout(() => end('timeout'), timeoutMs);
    let again: NodeJS.Timeout | undefined;
    socket.once('message', (data) => end(String(data)));
    socket.once('error', (error: NodeJS.ErrnoException) => end(error.code ?? error.message));
    socket.bind(fromPort ?? 0, from, () =>
      socket.connect(port, host, () => {
        socket.send('?');
        again = setInterval(() => socket.send('?'), UDP_AGAIN_MS);
      }),
    );
  });
}

/** One more line over a connection that is held. */
function more(id: number, timeoutMs = PATIENCE_MS): Promise<string> {
  const socket = held.get(id);
  if (!socket || socket.destroyed) return Promise.resolve('closed');
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve('timeout'), timeoutMs);
    socket.once('data', (data) => {
      clearTimeout(timer);
      resolve(String(data).trim());
    });
    socket.write('?\n');
  });
}

function answer(request: AgentRequest): Promise<unknown> {
  switch (request.do) {
    case 'serve':
      return serve(request.name, request.ports);
    case 'ask':
      return request.question.protocol === 'UDP' ? askUdp(request.question) : askTcp(request.question);
    case 'hold':
      return askTcp(request.question, request.connection);
    case 'more':
      return more(request.connection);
    default:
      request satisfies never;
      return Promise.reject(new TypeError('no such request'));
  }
}

process.on('message', ({ id, request }: { id: number; request: AgentRequest }) => {
  answer(request).then(
    (result) => process.send?.({ id, result }),
    (error: Error) => process.send?.({ id, error: error.message }),
  );
});
process.on('disconnect', () => process.exit(0));
process.send?.({ id: 0 });
