import type { Duplex } from 'node:stream';
import { SpdyConnection } from '../spdy/spdy-connection.ts';

const ERROR_MAX_BYTES = 4096;

/**
 * The client's side of a port-forward: one connection to a port of the pod, over a socket that was upgraded to SPDY for
 * `portforward.k8s.io`. The socket ends with it; a failure to connect breaks it with the server's words.
 */
export function openForward(socket: Duplex, port: number): Duplex {
  const connection = new SpdyConnection(socket, { side: 'client' });
  const headers = (streamtype: string) =>
    new Map([
      ['streamtype', streamtype],
      ['port', String(port)],
      ['requestid', '0'],
    ]);
  const error = connection.open(headers('error'));
  error.end();
  const data = connection.open(headers('data'));
  let words = '';
  error.setEncoding('utf8').on('data', (text: string) => {
    words = (words + text).slice(0, ERROR_MAX_BYTES);
  });
  error.once('end', () => {
    if (words !== '') data.destroy(new Error(words));
  });
  data.once('close', () => connection.end());
  return data;
}
