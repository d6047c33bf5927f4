import assert from 'node:assert/strict';
import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { test } from 'node:test';
import { eventually } from '@coxswain/foundation/testing';
import { type IdleTimes, PlainConnections } from './plain-connections.ts';
import type { PlainRequest } from './plain-request.ts';
import type { PlainResponse } from './plain-response.ts';

const PLAIN = 'GET /api/v1/nodes/a HTTP/1.1\r\nHost: x\r\n\r\n';
const NODES = 'POST /api/v1/nodes HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc';

type Serve = (request: PlainRequest, response: PlainResponse) => boolean;

const answerPlain: Serve = ({ url }, response) => {
  response.writeHead(200, { 'content-length': String(url.length) }).end(url);
  return true;
};

interface Serving {
  readonly connections: PlainConnections;
  /** How many connections are node's. */
  handedOver: number;
  /** One more client. */
  open(): Promise<Client>;
}

/** A server of both kinds; what node answers begins with `node: `. */
async function serving(
  serve: Serve,
  use: (client: Client, serving: Serving) => Promise<void>,
  ending = () => false,
  idle: IdleTimes = { firstMs: 60_000, keepAliveMs: 180_000 },
): Promise<void> {
  const node = createHttpServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    response.end(`node: ${request.method} ${request.url} ${body}`);
  });
  const handOver = (socket: Socket) => {
    given.handedOver += 1;
    node.emit('connection', socket);
  };
  const connections = new PlainConnections({ serve, handOver, ending }, idle);
  const server = createServer({ allowHalfOpen: true }, (socket) => connections.accept(socket));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const open = () => Client.open((server.address() as AddressInfo).port);
  const given: Serving = { connections, handedOver: 0, open };
  const client = await open();
  try {
    await use(client, given);
  } finally {
    client.socket.destroy();
    node.closeAllConnections();
    connections.closeAll();
    server.close();
  }
}

class Client {
  text = '';
  ended = false;
  readonly socket: Socket;

  private constructor(socket: Socket) {
    this.socket = socket;
    socket.setEncoding('latin1').on('data', (part: string) => {
      this.text += part;
    });
    socket.on('end', () => {
      this.ended = true;
    });
    socket.on('error', () => {});
  }

  static open(port: number): Promise<Client> {
    return new Promise((resolve) => {
      const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true }, () => resolve(new Client(socket)));
    });
  }

  /** Everything that has come, once it matches. */
  async until(pattern: RegExp): Promise<string> {
    await eventually(() => assert.match(this.text, pattern));
    return this.text;
  }
}

test('plain GETs are answered one after another on one connection', () =>
  serving(answerPlain, async (client) => {
    for (let i = 1; i <= 3; i++) {
      client.socket.write(PLAIN);
      const text = await client.until(new RegExp(`^(HTTP/1.1 200 OK[\\s\\S]*?\r\n\r\n/api/v1/nodes/a){${i}}$`));
      assert.match(text, /\r\nDate: [A-Z][a-z]{2}, .* GMT\r\nConnection: keep-alive\r\nKeep-Alive: timeout=180\r\n/);
    }
  }));

test('what is not plain is for node, with all that follows', () =>
  serving(answerPlain, async (client) => {
    client.socket.write(PLAIN);
    await client.until(/nodes\/a$/);
    client.socket.write(NODES);
    await client.until(/node: POST \/api\/v1\/nodes abc/);
    client.socket.write(PLAIN);
    await client.until(/node: GET \/api\/v1\/nodes\/a /);
  }));

test('a request that comes in parts is for node', () =>
  serving(answerPlain, async (client, given) => {
    client.socket.write(PLAIN.slice(0, 20));
    await eventually(() => assert.equal(given.handedOver, 1));
    client.socket.write(PLAIN.slice(20));
    await client.until(/node: GET \/api\/v1\/nodes\/a /);
  }));

test('a request that is refused unread goes to node whole', () =>
  serving(
    () => false,
    async (client) => {
      client.socket.write(PLAIN);
      await client.until(/node: GET \/api\/v1\/nodes\/a /);
    },
  ));

test('pipelined requests are answered in order, each once', () =>
  serving(answerPlain, async (client) => {
    client.socket.write(PLAIN + PLAIN + NODES);
    const text = await client.until(/node: POST/);
    assert.equal(text.match(/HTTP\/1\.1 200 OK/g)?.length, 3);
  }));

test('a request that comes during another waits for its answer', () => {
  const waiting: PlainResponse[] = [];
  const serve: Serve = (_, response) => waiting.push(response) > 0;
  return serving(serve, async (client) => {
    const answer = (text: string) => waiting.shift()?.writeHead(200, { 'content-length': '1' }).end(text);
    client.socket.write(PLAIN);
    await eventually(() => assert.equal(waiting.length, 1));
    client.socket.write(PLAIN);
    await new Promise((resolve) => setTimeout(resolve, 20));
    assert.equal(waiting.length, 1);
    answer('1');
    await eventually(() => assert.equal(waiting.length, 1));
    client.socket.write(NODES);
    await new Promise((resolve) => setTimeout(resolve, 20));
    assert.equal(client.text.includes('node:'), false);
    answer('2');
    const text = await client.until(/node: POST \/api\/v1\/nodes abc/);
    assert.match(text, /\r\n1HTTP[\s\S]*\r\n2HTTP[\s\S]*node:/);
  });
});

test('a client that goes away ends the answer', async () => {
  let response: PlainResponse | undefined;
  let closed = false;
  const serve: Serve = (_, given) => {
    response = given;
    given.once('close', () => {
      closed = true;
    });
    return true;
  };
  await serving(serve, async (client) => {
    client.socket.write(PLAIN);
    await eventually(() => assert.ok(response));
    client.socket.destroy();
    await eventually(() => assert.ok(closed));
    assert.equal(response?.destroyed, true);
    assert.equal(response?.writableFinished, false);
    response?.writeHead(200, {}).end('nobody hears it');
  });
});

test('an answer that cannot be given ends the connection', () =>
  serving(
    (_, response) => {
      setImmediate(() => response.destroy());
      return true;
    },
    async (client) => {
      client.socket.write(PLAIN);
      await eventually(() => assert.ok(client.ended));
      assert.equal(client.text, '');
    },
  ));

test('large answers come whole, and letters beyond ASCII as UTF-8', () => {
  const bodies = [Buffer.alloc(300_000, 'x'), 'ä'.repeat(10_000), Buffer.alloc(0)];
  const serve: Serve = (_, response) => {
    const body = bodies.shift() as Buffer;
    response.writeHead(200, { 'content-length': String(Buffer.byteLength(body)), 'x-two': ['a', 'b'] }).end(body);
    return true;
  };
  return serving(serve, async (client) => {
    client.socket.write(PLAIN);
    await client.until(/content-length: 300000\r\nx-two: a\r\nx-two: b\r\n[\s\S]*\r\n\r\nx{300000}$/);
    client.socket.write(PLAIN);
    await client.until(/content-length: 20000\r\n[\s\S]*\r\n\r\n(Ã¤){10000}$/);
    client.socket.write(PLAIN);
    await client.until(/content-length: 0\r\n[\s\S]*\r\n\r\n$/);
  });
});

test('no header can end its line', () =>
  serving(
    (_, response) => {
      assert.throws(() => response.writeHead(200, { warning: 'a\r\nb: c' }), TypeError);
      return answerPlain(_, response);
    },
    async (client) => {
      client.socket.write(PLAIN);
      assert.doesNotMatch(await client.until(/nodes\/a$/), /b: c/);
    },
  ));

test('idle connections are closed when asked, and busy ones with their answer', async () => {
  let ends = false;
  let response: PlainResponse | undefined;
  const serve: Serve = (_, given) => {
    response = given;
    return true;
  };
  await serving(
    serve,
    async (idle, { connections, open }) => {
      const busy = await open();
      busy.socket.write(PLAIN);
      await eventually(() => assert.ok(response));
      ends = true;
      connections.closeIdle();
      await eventually(() => assert.ok(idle.ended));
      response?.writeHead(200, { 'content-length': '2' }).end('ok');
      await busy.until(/Connection: close\r\n\r\nok$/);
      await eventually(() => assert.ok(busy.ended));
      busy.socket.destroy();
    },
    () => ends,
  );
});

test('a connection that says nothing is closed, one that asked is kept', () => {
  // However slow the machine is, one of them asks in time.
  const asking = (open: () => Promise<Client>) =>
    eventually(async () => {
      const asked = await open();
      asked.socket.write(PLAIN);
      await eventually(() => assert.ok(asked.ended || /nodes\/a$/.test(asked.text)));
      assert.match(asked.text, /nodes\/a$/);
      return asked;
    });
  const idle = { firstMs: 100, keepAliveMs: 600_000, sweepMs: 10 };
  const use = async (silent: Client, { open }: Serving) => {
    const asked = await asking(open);
    const late = await open();
    await eventually(() => assert.ok(silent.ended && late.ended));
    assert.equal(asked.ended, false);
    asked.socket.destroy();
  };
  return serving(answerPlain, use, undefined, idle);
});

test('a connection that asks no more is closed, a busy one stays', () => {
  const serve: Serve = (request, response) => request.url.endsWith('busy') || answerPlain(request, response);
  const idle = { firstMs: 600_000, keepAliveMs: 100, sweepMs: 10 };
  const use = async (asked: Client, { open }: Serving) => {
    const busy = await open();
    busy.socket.write(PLAIN.replace('nodes/a', 'nodes/busy'));
    asked.socket.write(PLAIN);
    await asked.until(/nodes\/a$/);
    await eventually(() => assert.ok(asked.ended));
    assert.equal(busy.ended, false);
    busy.socket.destroy();
  };
  return serving(serve, use, undefined, idle);
});

test('a client that ends its half is done with', () =>
  serving(answerPlain, async (client) => {
    client.socket.write(PLAIN);
    await client.until(/nodes\/a$/);
    client.socket.end();
    await eventually(() => assert.ok(client.ended));
  }));
