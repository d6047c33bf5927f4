import type { Duplex } from 'node:stream';
import type { SpdyConnection } from '../spdy/spdy-connection.ts';
import type { SpdyStream } from '../spdy/spdy-stream.ts';
import { acceptSpdy } from '../upgrade/accept-spdy.ts';
import type { CommandProtocol } from '../upgrade/protocols.ts';
import { drain } from './drain.ts';
import { renderOutcome } from './render-outcome.ts';
import type { RemoteCommandSession, StreamChoice } from './session.ts';
import { TerminalSizes } from './terminal-sizes.ts';

const STREAMS_TIMEOUT_MS = 30_000;

/**
 * A session over SPDY streams, which the client opens one for each purpose.
 * @throws when they don't come within 30 s; the connection is closed then
 */
export async function spdySession(
  socket: Duplex,
  head: Buffer,
  { name, version }: CommandProtocol,
  choice: StreamChoice,
): Promise<RemoteCommandSession> {
  const wanted = new Set(['error', ...(['stdin', 'stdout', 'stderr'] as const).filter((each) => choice[each])]);
  if (choice.tty && version >= 3) wanted.add('resize');
  const streams = new Map<string, SpdyStream>();
  const connection = await new Promise<SpdyConnection>((resolve, reject) => {
    const opened = acceptSpdy(socket, head, name, {
      maxStreams: 5,
      onStream: (stream) => {
        const type = stream.headers.get('streamtype') ?? '';
        if (!wanted.has(type) || streams.has(type)) return false;
        streams.set(type, stream);
        if (streams.size === wanted.size) {
          clearTimeout(timer);
          resolve(opened);
        }
        return true;
      },
    });
    const timer = setTimeout(
      () => opened.destroy(new Error('timed out waiting for client to create streams')),
      STREAMS_TIMEOUT_MS,
    );
    opened.closed.addEventListener('abort', () => {
      clearTimeout(timer);
      reject(opened.closed.reason);
    });
  });

  const sizes = new TerminalSizes();
  streams.get('resize')?.on('data', (chunk: Buffer) => sizes.feed(chunk.toString('utf8')));
  for (const type of ['stdout', 'stderr', 'error']) streams.get(type)?.resume();
  const stdin = streams.get('stdin');
  return {
    stdin,
    stdout: streams.get('stdout'),
    stderr: streams.get('stderr'),
    sizes,
    signal: connection.closed,
    async finish(outcome) {
      await Promise.all([drain(streams.get('stdout')), drain(streams.get('stderr'))]);
      stdin?.resume();
      stdin?.end();
      streams.get('resize')?.end();
      const error = streams.get('error');
      error?.write(renderOutcome(outcome, version));
      await drain(error);
      connection.end();
    },
  };
}
