import type { IncomingHttpHeaders, OutgoingHttpHeaders } from 'node:http';
import type { Socket } from 'node:net';

/** What the corridor needs of a request: node's IncomingMessage or a PlainRequest. */
export interface Asked {
  readonly method?: string | undefined;
  /** Path and query, undecoded. */
  readonly url?: string | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly rawHeaders: string[];
  readonly socket: Socket;
}

/** What the corridor needs of a response: node's ServerResponse or a PlainResponse, which takes its body in one piece. */
export interface Reply {
  statusCode: number;
  readonly headersSent: boolean;
  /** All is written, or never will be. */
  readonly destroyed: boolean;
  readonly writableFinished: boolean;
  writeHead(code: number, headers: OutgoingHttpHeaders): unknown;
  end(body: string | Buffer, encoding: 'utf8'): unknown;
  once(event: 'close', listener: () => void): unknown;
  destroy(): unknown;
}
