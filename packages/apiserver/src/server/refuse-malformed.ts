import type { Socket } from 'node:net';
import { failure } from '@coxswain/api';

const REFUSALS: Readonly<Record<string, readonly [code: number, reason: string, message: string]>> = {
  HPE_HEADER_OVERFLOW: [431, 'RequestHeaderFieldsTooLarge', 'Request Header Fields Too Large'],
  ERR_HTTP_REQUEST_TIMEOUT: [408, 'RequestTimeout', 'Request Timeout'],
};

/** Answers what is no HTTP request with a Status and ends the connection: nobody knows where a next one would begin. */
export function refuseMalformed(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed || !socket.writable) {
    socket.destroy();
    return;
  }
  const [code, reason, phrase] = REFUSALS[error.code ?? ''] ?? [400, 'BadRequest', 'Bad Request'];
  const message = code === 400 ? `malformed HTTP request: ${error.message}` : phrase;
  const body = JSON.stringify(failure(code, reason, message));
  socket.end(
    `HTTP/1.1 ${code} ${phrase}\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  );
}
