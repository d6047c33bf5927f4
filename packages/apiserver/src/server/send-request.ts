import type { IncomingMessage } from 'node:http';
import { type RequestOptions, request } from 'node:https';

export interface SendOptions extends RequestOptions {
  readonly host: string;
  readonly port: number;
  /** Sent whole; nothing unless given. */
  readonly body?: Buffer | undefined;
  /** Milliseconds until the answer's head; no bound unless given. */
  readonly headTimeoutMs?: number | undefined;
}

/** Resolves with the answer's head, its body still to be read. Rejects when there is no answer. */
export function sendRequest({ body, headTimeoutMs, ...options }: SendOptions): Promise<IncomingMessage> {
  const { host, port } = options;
  return new Promise((resolve, reject) => {
    const outgoing = request(options);
    const late = () => outgoing.destroy(new Error(`dial tcp ${host}:${port}: i/o timeout`));
    const timer = headTimeoutMs === undefined ? undefined : setTimeout(late, headTimeoutMs);
    outgoing.once('response', (response) => {
      clearTimeout(timer);
      // Whoever reads it gets the error thrown; nobody may be reading yet.
      response.on('error', () => {});
      resolve(response);
    });
    outgoing.on('error', (error) => {
      clearTimeout(timer);
      reject(error);
    });
    outgoing.end(body !== undefined && body.length > 0 ? body : undefined);
  });
}
