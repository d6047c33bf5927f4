import assert from 'node:assert/strict';
import { Duplex } from 'node:stream';
import { describe, it } from 'node:test';
import { constants, createDeflate } from 'node:zlib';
import { eventually } from '@coxswain/foundation/testing';
import fc from 'fast-check';
import { DICTIONARY } from './dictionary.ts';
import { dataHead, FrameParser, goaway, ping, rstStream, synReply, synStream } from './frames.ts';
import { HeaderBlockReader, HeaderBlockWriter } from './header-block.ts';
import { SpdyConnection } from './spdy-connection.ts';
import type { SpdyStream } from './spdy-stream.ts';

describe('header blocks', () => {
  it('are read as they were written, one after another', () => {
    fc.assert(
      fc.property(
        fc.array(fc.dictionary(fc.stringMatching(/^[a-z-]{1,20}$/), fc.string({ maxLength: 200 })), { maxLength: 8 }),
        (blocks) => {
          const writer = new HeaderBlockWriter();
          const reader = new HeaderBlockReader();
          for (const block of blocks) {
            const headers = new Map(Object.entries(block));
            assert.deepEqual(reader.read(writer.write(headers)), headers);
          }
        },
      ),
    );
  });

  it('are read when compressed against the dictionary and earlier blocks', async () => {
    const deflate = createDeflate({ dictionary: DICTIONARY, level: 9 });
    const parts: Buffer[] = [];
    deflate.on('data', (part) => parts.push(part));
    const block = async (pairs: Record<string, string>) => {
      const number = (value: number) => Buffer.from([0, 0, value >> 8, value & 0xff]);
      const strings = Object.entries(pairs).flat();
      const body = strings.flatMap((each) => [number(Buffer.byteLength(each)), Buffer.from(each)]);
      parts.length = 0;
      deflate.write(Buffer.concat([number(Object.keys(pairs).length), ...body]));
      await new Promise<void>((resolve) => deflate.flush(constants.Z_SYNC_FLUSH, () => setImmediate(resolve)));
      return Buffer.concat(parts);
    };
    const reader = new HeaderBlockReader();
    for (let i = 0; i < 50; i++) {
      const pairs = {
        Streamtype: i % 2 ? 'data' : 'error',
        Port: '8080',
        Requestid: String(i),
        filler: 'x'.repeat(1500),
      };
      const read = reader.read(await block(pairs));
      assert.deepEqual(Object.fromEntries(read), {
        streamtype: pairs.Streamtype,
        port: '8080',
        requestid: String(i),
        filler: pairs.filler,
      });
    }
  });

  for (const [what, bytes] of [
    ['nonsense', Buffer.from('this is not deflate')],
    ['nothing', Buffer.alloc(0)],
  ] as const)
    it(`refuses ${what}`, () => {
      assert.throws(() => new HeaderBlockReader().read(bytes));
    });
});

it('frames are found wherever the bytes are cut', () => {
  const block = Buffer.from('headers');
  const bytes = Buffer.concat([
    synStream(1, false, block),
    synReply(1, true, block),
    dataHead(1, false, 300),
    Buffer.alloc(300, 7),
    ping(3),
    dataHead(1, true, 0),
    dataHead(3, true, 5),
    Buffer.from('hello'),
    rstStream(3, 5),
    goaway(3),
  ]);
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: bytes.length - 1 }), { maxLength: 20 }), (cuts) => {
      const parser = new FrameParser();
      const at = [0, ...[...cuts].sort((a, b) => a - b), bytes.length];
      const frames = at.slice(1).flatMap((end, i) => parser.push(bytes.subarray(at[i], end)));
      const data = (id: number) =>
        frames.filter((frame) => frame.type === 'data' && frame.id === id) as { data: Buffer; fin: boolean }[];
      assert.deepEqual(
        frames.filter(({ type }) => type !== 'data').map((frame) => [frame.type, 'id' in frame ? frame.id : 0]),
        [
          ['syn-stream', 1],
          ['syn-reply', 1],
          ['ping', 3],
          ['rst-stream', 3],
          ['goaway', 0],
        ],
      );
      assert.equal(Buffer.concat(data(1).map((frame) => frame.data)).length, 300);
      assert.equal(Buffer.concat(data(3).map((frame) => frame.data)).toString(), 'hello');
      for (const id of [1, 3])
        assert.deepEqual(
          data(id)
            .map(({ fin }) => fin)
            .indexOf(true),
          data(id).length - 1,
        );
    }),
  );
});

it('refuses what is not SPDY/3', () => {
  assert.throws(() => new FrameParser().push(Buffer.from([0x80, 2, 0, 1, 0, 0, 0, 0])), /not SPDY/);
  assert.throws(() => new FrameParser().push(Buffer.from([0x80, 3, 0, 1, 0, 0xff, 0xff, 0xff])), /too long/);
});

/** Two ends of a wire. */
function wire(): [Duplex, Duplex] {
  const end = (other: () => Duplex) =>
    new Duplex({
      read() {},
      write(chunk, _, done) {
        other().push(chunk);
        setImmediate(done);
      },
      final(done) {
        other().push(null);
        done();
      },
      destroy(error, done) {
        other().push(null);
        done(error);
      },
    });
  const a: Duplex = end(() => b);
  const b: Duplex = end(() => a);
  return [a, b];
}

/** Not by iteration, which would destroy a duplex at the end of what it reads. */
function text(stream: SpdyStream): Promise<string> {
  return new Promise((resolve, reject) => {
    let all = '';
    stream.setEncoding('utf8').on('data', (part) => {
      all += part;
    });
    stream.once('end', () => resolve(all));
    stream.once('error', reject);
    if (stream.errored) reject(stream.errored);
  });
}

function pair(onStream: (stream: SpdyStream) => boolean) {
  const [a, b] = wire();
  const server = new SpdyConnection(b, { side: 'server', onStream });
  return { client: new SpdyConnection(a, { side: 'client' }), server };
}

describe('a connection', () => {
  it('carries streams both ways, each half closing on its own', async () => {
    const { client } = pair((stream) => {
      void text(stream).then((all) => stream.end(`${stream.headers.get('streamtype')}: ${all}`));
      return true;
    });
    const answers = await Promise.all(
      ['one', 'two', 'three'].map(async (name) => {
        const stream = client.open(new Map([['streamtype', name]]));
        stream.end('x'.repeat(200_000));
        return text(stream);
      }),
    );
    assert.deepEqual(
      answers.map((answer) => answer.slice(0, 6)),
      ['one: x', 'two: x', 'three:'],
    );
    assert.deepEqual(
      answers.map((answer) => answer.length),
      [200_005, 200_005, 200_007],
    );
  });

  it('ends streams that were not over when it breaks, and keeps what came in full', async () => {
    const opened: SpdyStream[] = [];
    const { client, server } = pair((stream) => opened.push(stream) > 0);
    const whole = client.open(new Map([['streamtype', 'whole']]));
    whole.end('all of it');
    client.open(new Map([['streamtype', 'half']])).write('half of');
    await eventually(() => (opened[1]?.readableLength ?? 0) > 0);
    const [first, second] = opened as [SpdyStream, SpdyStream];
    client.destroy();
    await new Promise<void>((resolve) => server.closed.addEventListener('abort', () => resolve()));
    assert.equal(await text(first), 'all of it');
    await assert.rejects(text(second));
  });

  it('resets streams that nobody wants', async () => {
    const { client } = pair(() => false);
    const stream = client.open(new Map());
    await assert.rejects(text(stream), /stream was reset/);
  });
});
