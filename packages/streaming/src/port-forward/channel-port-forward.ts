import type { WebSocket } from 'ws';
import { ChannelSocket } from '../remote-command/channel-socket.ts';
import { drain } from '../remote-command/drain.ts';
import type { Dial } from './serve-port-forward.ts';

/**
 * The WebSocket port-forward of Kubernetes' Python and JavaScript clients (`v4.channel.k8s.io` with `ports` in the
 * query): two channels a port, data and error, each begun by the port's number; one connection a port.
 */
export function channelPortForward(webSocket: WebSocket, base64: boolean, ports: readonly number[], dial: Dial): void {
  const gone = new AbortController();
  const inputs = ports.map(() => undefined as ReturnType<ChannelSocket['readable']> | undefined);
  const channels = new ChannelSocket(webSocket, base64, {
    onMessage: (channel, data) => {
      if (channel % 2 === 0) inputs[channel / 2]?.take(data);
    },
    onClose: () => {
      gone.abort(new Error('the client has gone'));
      for (const input of inputs) input?.push(null);
    },
  });
  let left = ports.length;
  for (const [i, port] of ports.entries()) {
    const head = Buffer.from([port & 0xff, port >> 8]);
    channels.send(2 * i, head);
    channels.send(2 * i + 1, head);
    const input = channels.readable();
    inputs[i] = input;
    const output = channels.writable(2 * i);
    const over = async (error?: Error) => {
      if (error) channels.send(2 * i + 1, Buffer.from(error.message));
      await drain(output);
      if (--left === 0) await channels.close();
    };
    dial(port, gone.signal).then((target) => {
      gone.signal.addEventListener('abort', () => target.destroy());
      target.once('error', (error) => channels.send(2 * i + 1, Buffer.from(error.message)));
      target.once('close', () => void over());
      input.pipe(target);
      target.pipe(output);
    }, over);
  }
}
