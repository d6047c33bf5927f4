import assert from 'node:assert/strict';
import { Duplex, PassThrough } from 'node:stream';
import { describe, it } from 'node:test';
import { type RemoteCommandSession, TerminalSizes } from '@coxswain/streaming';
import { connectSession } from './connect-session.ts';

function frame(stream: 1 | 2, text: string): Buffer {
  const head = Buffer.alloc(8);
  head[0] = stream;
  head.writeUInt32BE(text.length, 4);
  return Buffer.concat([head, Buffer.from(text)]);
}

/** A process: what it is sent, and the means to let it speak. */
function fakeProcess() {
  const sent: Buffer[] = [];
  const stream = new Duplex({
    read() {},
    write(chunk: Buffer, _, done) {
      sent.push(chunk);
      done();
    },
  });
  return { stream, sent: () => Buffer.concat(sent).toString() };
}

function fakeSession(signal = new AbortController().signal) {
  const streams = { stdin: new PassThrough(), stdout: new PassThrough(), stderr: new PassThrough() };
  const session: RemoteCommandSession = { ...streams, sizes: new TerminalSizes(), signal, finish: async () => {} };
  return { ...streams, session };
}

const noResize = async () => {};

describe('a session with a process', () => {
  it('takes stdout and stderr apart and passes stdin with its end', async () => {
    const { stream, sent } = fakeProcess();
    const { session, stdin, stdout, stderr } = fakeSession();
    const connected = connectSession(session, { stream, resize: noResize }, false);
    stdin.end('typed');
    await new Promise((resolve) => stream.once('finish', resolve));
    assert.equal(sent(), 'typed');
    stream.push(frame(1, 'out'));
    stream.push(frame(2, 'err'));
    stream.push(null);
    await connected;
    assert.deepEqual([String(stdout.read()), String(stderr.read())], ['out', 'err']);
  });

  it("passes a terminal's bytes as they are and tries sizes until the process is there", async () => {
    const { stream } = fakeProcess();
    const { session, stdout } = fakeSession();
    const tried: object[] = [];
    const resized = new Promise<void>((resolve) => {
      const resize = async (size: object) => {
        tried.push(size);
        if (tried.length < 3) throw new Error('not started');
        resolve();
      };
      session.sizes.push({ width: 80, height: 24 });
      void connectSession(session, { stream, resize }, true);
    });
    await resized;
    assert.deepEqual(tried, Array(3).fill({ width: 80, height: 24 }));
    stream.push('\u0001raw');
    await new Promise((resolve) => stdout.once('readable', resolve));
    assert.equal(String(stdout.read()), '\u0001raw');
    stream.push(null);
  });

  it('ends at the last of sizes that come faster than they are applied', async () => {
    const { stream } = fakeProcess();
    const { session } = fakeSession();
    const applied: object[] = [];
    const resize = async (size: { width: number; height: number }) => {
      // The sooner asked, the later done.
      await new Promise((resolve) => setTimeout(resolve, 30 - applied.length * 10));
      applied.push(size);
    };
    const connected = connectSession(session, { stream, resize }, true);
    for (const height of [10, 20, 30]) session.sizes.push({ width: 80, height });
    while (applied.length < 2) await new Promise((resolve) => setTimeout(resolve, 5));
    assert.deepEqual(applied, [
      { width: 80, height: 10 },
      { width: 80, height: 30 },
    ]);
    stream.push(null);
    await connected;
  });

  it('ends when the client goes, or the connection to the process breaks', async () => {
    const gone = new AbortController();
    const first = fakeProcess();
    const ended = connectSession(fakeSession(gone.signal).session, { stream: first.stream, resize: noResize }, false);
    gone.abort();
    await ended;
    assert.ok(first.stream.destroyed);
    const second = fakeProcess();
    const broken = connectSession(fakeSession().session, { stream: second.stream, resize: noResize }, false);
    second.stream.destroy(new Error('engine went away'));
    await broken;
  });
});
