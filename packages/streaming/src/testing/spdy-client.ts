import { request } from 'node:http';
import { SpdyConnection } from '../spdy/spdy-connection.ts';

/** Upgrades as kubectl up to 1.30 does. Rejects with the server's words when it refuses. */
export function connectSpdy(
  url: string,
  protocols: readonly string[],
  more: Readonly<Record<string, string>> = {},
): Promise<{ spdy: SpdyConnection; protocol: string }> {
  return new Promise((resolve, reject) => {
    const offer = { 'x-stream-protocol-version': protocols.join(', ') };
    const headers = { ...more, connection: 'Upgrade', upgrade: 'SPDY/3.1', ...offer };
    const outgoing = request(url, { method: 'POST', headers, agent: false });
    outgoing.once('error', reject);
    outgoing.once('response', (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (text: string) => {
        body += text;
      });
      response.once('end', () => reject(new Error(`${response.statusCode} ${body}`)));
    });
    outgoing.once('upgrade', (response, socket, head) => {
      if (head.length > 0) socket.unshift(head);
      const protocol = String(response.headers['x-stream-protocol-version'] ?? '');
      resolve({ spdy: new SpdyConnection(socket, { side: 'client' }), protocol });
    });
    outgoing.end();
  });
}
