import { finished } from 'node:stream/promises';
import type { RemoteCommandSession, TerminalSize } from '@coxswain/streaming';
import { Demultiplexer } from '../docker/demultiplex.ts';
import type { Connected } from '../docker/docker-engine.ts';

const RESIZE_ATTEMPTS = 10;
const RESIZE_PAUSE_MS = 10;

/** Passes bytes and terminal sizes between a client and a process until its output ends or the client goes. */
export async function connectSession(
  session: RemoteCommandSession,
  { stream, resize }: Connected,
  tty: boolean,
): Promise<void> {
  const { stdin, stdout, stderr, sizes, signal } = session;
  const hangUp = () => stream.destroy();
  if (signal.aborted) hangUp();
  signal.addEventListener('abort', hangUp, { once: true });
  const follow = sizeFollower(resize, signal);
  sizes.listen(follow);
  const ended = finished(stream, { writable: false }).catch(() => {});
  if (stdin) {
    stdin.on('error', hangUp);
    stdin.pipe(stream);
  }
  for (const output of [stdout, stderr]) output?.on('error', () => {});

  const frames = new Demultiplexer();
  const sinks = { stdout, stderr };
  stream.on('data', (chunk: Buffer) => {
    const parts = tty ? [{ stream: 'stdout', data: chunk } as const] : frames.push(chunk);
    for (const { stream: name, data } of parts) {
      const sink = sinks[name];
      if (!sink || sink.destroyed || sink.write(data)) continue;
      stream.pause();
      sink.once('drain', () => stream.resume());
      sink.once('close', () => stream.resume());
    }
  });
  await ended;
  stdin?.unpipe(stream);
  signal.removeEventListener('abort', hangUp);
  stream.destroy();
}

/** Applies sizes one after another, so that the last one stays; those that were overtaken meanwhile are left out. */
function sizeFollower(resize: Connected['resize'], signal: AbortSignal): (size: TerminalSize) => void {
  let wanted: TerminalSize | undefined;
  let busy = false;
  return async (size) => {
    wanted = size;
    if (busy) return;
    busy = true;
    while (wanted) {
      const next: TerminalSize = wanted;
      wanted = undefined;
      await resizeSoon(resize, next, signal);
    }
    busy = false;
  };
}

/** A process that hasn't begun can't be resized yet; the client's first size comes that early. */
async function resizeSoon(resize: Connected['resize'], size: TerminalSize, signal: AbortSignal): Promise<void> {
  for (let attempt = 1; attempt <= RESIZE_ATTEMPTS && !signal.aborted; attempt++) {
    try {
      await resize(size);
      return;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, RESIZE_PAUSE_MS * attempt));
    }
  }
}
