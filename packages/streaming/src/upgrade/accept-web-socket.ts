import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';

const MESSAGE_MAX_BYTES = 16 * 1024 * 1024;

/**
 * Answers a WebSocket upgrade with the protocol, none when empty. `ws` takes only tokens for protocols, and Kubernetes
 * has one with a slash, so the header is kept from it both ways. Answers a broken request itself and never calls back.
 */
export function acceptWebSocket(
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer,
  protocol: string,
  accepted: (webSocket: WebSocket) => void,
): void {
  const server = new WebSocketServer({ noServer: true, perMessageDeflate: false, maxPayload: MESSAGE_MAX_BYTES });
  delete request.headers['sec-websocket-protocol'];
  server.on('headers', (headers) => {
    if (protocol !== '') headers.push(`Sec-WebSocket-Protocol: ${protocol}`);
  });
  server.handleUpgrade(request, socket, head, accepted);
}
