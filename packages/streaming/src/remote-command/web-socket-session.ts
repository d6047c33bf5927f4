import type { WebSocket } from 'ws';
import type { CommandProtocol } from '../upgrade/protocols.ts';
import { CHANNEL, ChannelSocket } from './channel-socket.ts';
import { drain } from './drain.ts';
import { renderOutcome } from './render-outcome.ts';
import type { RemoteCommandSession, StreamChoice } from './session.ts';
import { TerminalSizes } from './terminal-sizes.ts';

/** A session over a WebSocket's channels (`v4.channel.k8s.io`, `v5.channel.k8s.io` and their elders). */
export function webSocketSession(
  webSocket: WebSocket,
  { version, base64 }: CommandProtocol,
  choice: StreamChoice,
): RemoteCommandSession {
  const gone = new AbortController();
  const sizes = new TerminalSizes();
  let stdinOver = false;
  const endStdin = () => {
    if (!stdinOver) stdin?.push(null);
    stdinOver = true;
  };
  const channels = new ChannelSocket(webSocket, base64, {
    onMessage: (channel, data) => {
      if (channel === CHANNEL.stdin && data.length > 0 && !stdinOver) stdin?.take(data);
      else if (channel === CHANNEL.resize) sizes.feed(data.toString('utf8'));
      else if (channel === CHANNEL.close && version >= 5 && data[0] === CHANNEL.stdin) endStdin();
    },
    onClose: () => {
      gone.abort(new Error('the client has gone'));
      endStdin();
    },
  });
  const stdin = choice.stdin ? channels.readable() : undefined;
  const stdout = choice.stdout ? channels.writable(CHANNEL.stdout) : undefined;
  const stderr = choice.stderr ? channels.writable(CHANNEL.stderr) : undefined;
  // Tells clients without eyes for the handshake that the connection stands.
  channels.send(stdout ? CHANNEL.stdout : stderr ? CHANNEL.stderr : CHANNEL.error, Buffer.alloc(0));
  return {
    stdin,
    stdout,
    stderr,
    sizes,
    signal: gone.signal,
    async finish(outcome) {
      await Promise.all([drain(stdout), drain(stderr)]);
      stdin?.resume();
      const text = renderOutcome(outcome, version);
      if (text !== '') channels.send(CHANNEL.error, Buffer.from(text));
      await channels.close();
    },
  };
}
