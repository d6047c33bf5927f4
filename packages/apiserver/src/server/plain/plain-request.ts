import type { IncomingHttpHeaders } from 'node:http';
import type { Socket } from 'node:net';

/** A request that is a head and nothing else; the corridor sees of it what it sees of node's IncomingMessage. */
export interface PlainRequest {
  readonly method: 'GET';
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly rawHeaders: string[];
  readonly socket: Socket;
}

type Fields = Pick<PlainRequest, 'headers' | 'rawHeaders'>;

const LONGEST_HEAD = 8 * 1024;
const START = 'GET /api';
const VERSION = ' HTTP/1.1\r\n';
const END = '\r\n\r\n';
const TARGET = /^[\w/.~:?&=,;!$'()*@%+-]+$/;
const FIELD = /^([\w!#$%&'*+.^`|~-]+):[ \t]*([\x21-\x7e](?:[\x20-\x7e\t]*[\x21-\x7e])?)$/;
/** Fields that say how the connection or the message goes on. */
const NOT_PLAIN =
  /^(connection|content-encoding|content-length|expect|http2-settings|keep-alive|proxy-connection|te|trailer|transfer-encoding|upgrade)$/;

/**
 * Reads the GETs of one connection. It knows the simplest heads only; what it does not know is for node's parser, which
 * then knows better or refuses it. Fields that are those of the request before are not read again.
 */
export class PlainRequestReader {
  readonly #socket: Socket;
  #text = '';
  #fields: Fields | undefined;

  constructor(socket: Socket) {
    this.#socket = socket;
  }

  /** The request that these bytes are, whole and alone; undefined for anything else. Never throws. */
  read(bytes: Buffer): PlainRequest | undefined {
    if (bytes.length > LONGEST_HEAD || bytes[0] !== 0x47) return undefined;
    const text = bytes.toString('latin1');
    if (!text.startsWith(START) || !text.endsWith(END)) return undefined;
    const lineEnd = text.indexOf('\r\n');
    const urlEnd = lineEnd + 2 - VERSION.length;
    if (!text.startsWith(VERSION, urlEnd)) return undefined;
    const url = text.slice(4, urlEnd);
    if (!TARGET.test(url)) return undefined;
    const rest = text.slice(lineEnd + 2, -END.length);
    if (rest !== this.#text || !this.#fields) {
      this.#fields = readFields(rest);
      this.#text = rest;
    }
    return this.#fields && { method: 'GET', url, ...this.#fields, socket: this.#socket };
  }
}

/** Undefined unless all lines are plain, each field comes once, and there is a host. */
function readFields(text: string): Fields | undefined {
  const headers: IncomingHttpHeaders = {};
  const rawHeaders: string[] = [];
  for (const line of text.split('\r\n')) {
    const [, field, value] = FIELD.exec(line) ?? [];
    if (field === undefined || value === undefined) return undefined;
    const name = field.toLowerCase();
    if (Object.hasOwn(headers, name) || name === '__proto__') return undefined;
    if (NOT_PLAIN.test(name) && !(name === 'connection' && value.toLowerCase() === 'keep-alive')) return undefined;
    headers[name] = value;
    rawHeaders.push(field, value);
  }
  return headers.host === undefined ? undefined : { headers, rawHeaders };
}
