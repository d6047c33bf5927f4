import { lookup } from 'node:dns/promises';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { aborted, type Logger } from '@coxswain/foundation';

export interface GatewayOptions {
  readonly log: Logger;
  readonly listen: { readonly host: string; readonly port: number };
  /** A name that all nodes answer to (or one address), and the port on each. */
  readonly target: { readonly host: string; readonly port: number };
  /** Connections at a time; further ones are closed at once. 1,024 unless given. */
  readonly maxConnections?: number;
  /** For tests: the addresses of a name. */
  readonly resolve?: (host: string) => Promise<readonly string[]>;
}

/** Milliseconds that one node has to accept a connection before the next is tried. */
const CONNECT_TIMEOUT_MS = 1000;

/**
 * Passes each TCP connection on to one of the nodes, another first each time, until the signal aborts. Nodes may come
 * and go: their name is looked up for every connection. `listening` hears the port taken.
 */
export async function runGateway(
  options: GatewayOptions,
  signal: AbortSignal,
  listening: (port: number) => void = () => {},
): Promise<void> {
  const { log, listen, target, maxConnections = 1024, resolve = addressesOf } = options;
  const sockets = new Set<Socket>();
  let turn = 0;

  async function pass(client: Socket): Promise<void> {
    const addresses = await resolve(target.host);
    const first = turn++;
    for (let i = 0; i < addresses.length && !client.destroyed; i += 1) {
      const address = addresses[(first + i) % addresses.length] as string;
      const node = await tryConnect(address, target.port);
      if (!node) continue;
      sockets.add(node);
      node.once('close', () => sockets.delete(node));
      join(client, node);
      return;
    }
    log.debug({ target: target.host, port: target.port }, 'no node took the connection');
    client.destroy();
  }

  const server = createServer({ allowHalfOpen: true, pauseOnConnect: true, noDelay: true }, (client) => {
    sockets.add(client);
    client.once('close', () => sockets.delete(client));
    client.on('error', () => client.destroy());
    pass(client).catch((err) => {
      log.debug({ err, target: target.host }, 'no address of a node');
      client.destroy();
    });
  });
  server.maxConnections = maxConnections;
  await new Promise<void>((started, failed) => {
    server.once('error', failed);
    server.listen(listen.port, listen.host, () => {
      server.off('error', failed);
      started();
    });
  });
  const { port } = server.address() as AddressInfo;
  log.info({ port, target: target.host, targetPort: target.port }, 'passing connections to the nodes');
  listening(port);
  await aborted(signal);
  server.close();
  for (const socket of sockets) socket.destroy();
}

async function addressesOf(host: string): Promise<string[]> {
  return (await lookup(host, { all: true })).map(({ address }) => address);
}

/** The connection; undefined when the address refuses it or says nothing for too long. */
function tryConnect(host: string, port: number): Promise<Socket | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, noDelay: true, allowHalfOpen: true });
    const timer = setTimeout(() => socket.destroy(), CONNECT_TIMEOUT_MS);
    const settle = (result: Socket | undefined) => {
      clearTimeout(timer);
      resolve(result);
    };
    socket.once('connect', () => settle(socket));
    socket.on('error', () => socket.destroy());
    socket.once('close', () => settle(undefined));
  });
}

/** What one side says the other hears, at the pace of the slower; the end of one side alone is passed on as well. */
function join(client: Socket, node: Socket): void {
  client.pipe(node);
  node.pipe(client);
  client.once('close', () => node.destroy());
  node.once('close', () => client.destroy());
}
