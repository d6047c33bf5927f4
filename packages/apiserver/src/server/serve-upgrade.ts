import { type IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { failure } from '@coxswain/api';
import type { Logger } from '@coxswain/foundation';
import { proxyUpgrade, refuseUpgrade, upgradeOf } from '@coxswain/streaming';
import { type Corridor, isWrite } from './corridor.ts';
import { statusOf } from './error-status.ts';

/** Other requests with an Upgrade header are served as if they had none. */
export function wantsConnection(request: IncomingMessage): boolean {
  const upgrade = upgradeOf(request);
  return (upgrade === 'spdy' || upgrade === 'websocket') && /^\/apis?\//.test(request.url ?? '');
}

/** A request for a connection walks the same corridor; then its bytes pass to where it leads. Never rejects. */
export async function serveUpgrade(
  corridor: Corridor,
  log: Logger,
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer,
): Promise<void> {
  socket.on('error', () => socket.destroy());
  // Nothing is written through it: it stands for the connection in the corridor.
  const response = new ServerResponse(request);
  socket.once('close', () => response.emit('close'));
  const refuse = (error: unknown) => {
    const { method = 'GET', url } = request;
    const { status, unexpected } = statusOf(error, isWrite(method));
    if (unexpected) log.error({ err: error, method, url: url?.replace(/\?.*/, '') }, 'request failed unexpectedly');
    response.statusCode = status.code ?? 500;
    refuseUpgrade(socket, response.statusCode, JSON.stringify(status), 'application/json');
  };
  try {
    const admitted = await corridor.enter(request, response);
    const target = await corridor.connect(admitted);
    response.statusCode = 101;
    await proxyUpgrade(request, socket, head, {
      target,
      signal: admitted.context.signal,
      onUnreachable: ({ message }) => {
        const status = failure(500, '', `error dialing backend: ${message}`);
        response.statusCode = 500;
        refuseUpgrade(socket, 500, JSON.stringify(status), 'application/json');
      },
    });
  } catch (error) {
    refuse(error);
  }
}
