import type { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { createWebSocketStream, type WebSocket } from 'ws';
import { channelPortForward } from '../port-forward/channel-port-forward.ts';
import { type Dial, PortForwardServer } from '../port-forward/serve-port-forward.ts';
import { serveCommand } from '../remote-command/session.ts';
import { spdySession } from '../remote-command/spdy-session.ts';
import { webSocketSession } from '../remote-command/web-socket-session.ts';
import { SpdyConnection } from '../spdy/spdy-connection.ts';
import { acceptSpdy } from '../upgrade/accept-spdy.ts';
import { acceptWebSocket } from '../upgrade/accept-web-socket.ts';
import {
  chooseCommandProtocol,
  offeredProtocols,
  PORT_FORWARD,
  PORT_FORWARD_TUNNEL,
  upgradeOf,
} from '../upgrade/protocols.ts';
import { refuseUpgrade } from '../upgrade/refuse-upgrade.ts';
import type { StreamingTask } from './streaming-server.ts';

const KEEP_ALIVE_MS = 30_000;
const STREAMS_MAX = 10_000;

/** Speaks the protocol that the client asks for and does the task. Resolves when it is under way or was refused. */
export async function serveUpgrade(
  task: StreamingTask,
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer,
): Promise<void> {
  if (socket instanceof Socket) {
    socket.setNoDelay(true);
    socket.setKeepAlive(true, KEEP_ALIVE_MS);
    socket.setTimeout(0);
  }
  const upgrade = upgradeOf(request);
  const offers = offeredProtocols(request);
  if (upgrade !== 'spdy' && upgrade !== 'websocket')
    return refuseUpgrade(socket, 400, `unable to upgrade: unexpected upgrade "${request.headers.upgrade}"`);
  const none = () =>
    refuseUpgrade(
      socket,
      403,
      `unable to upgrade: unable to negotiate protocol: client supports [${offers.join(' ')}]`,
    );

  if (task.kind !== 'portforward') {
    const protocol = chooseCommandProtocol(upgrade, offers);
    if (!protocol) return none();
    const { choice, run } = task;
    if (upgrade === 'spdy') {
      const session = await spdySession(socket, head, protocol, choice);
      await serveCommand(session, run);
    } else
      acceptWebSocket(request, socket, head, protocol.name, (webSocket) => {
        void serveCommand(webSocketSession(webSocket, protocol, choice), run);
      });
    return;
  }
  const { dial, ports } = task;
  if (upgrade === 'spdy') {
    if (offers.length > 0 && !offers.includes(PORT_FORWARD)) return none();
    const forwards = new PortForwardServer(dial);
    const onStream = forwards.onStream.bind(forwards);
    forwards.attach(acceptSpdy(socket, head, PORT_FORWARD, { onStream, maxStreams: STREAMS_MAX }));
  } else if (offers.includes(PORT_FORWARD_TUNNEL))
    acceptWebSocket(request, socket, head, PORT_FORWARD_TUNNEL, (webSocket) => serveTunnel(webSocket, dial));
  else {
    const protocol = chooseCommandProtocol('websocket', offers);
    if (!protocol || ports.length === 0) return none();
    acceptWebSocket(request, socket, head, protocol.name, (webSocket) =>
      channelPortForward(webSocket, protocol.base64, ports, dial),
    );
  }
}

/** SPDY inside binary messages. */
function serveTunnel(webSocket: WebSocket, dial: Dial): void {
  const forwards = new PortForwardServer(dial);
  const onStream = forwards.onStream.bind(forwards);
  const stream = createWebSocketStream(webSocket);
  forwards.attach(new SpdyConnection(stream, { side: 'server', onStream, maxStreams: STREAMS_MAX }));
}
