import type { IncomingMessage, OutgoingHttpHeaders } from 'node:http';
import type { RequestContext } from '../server/request-context.ts';

/** Of one hop, or credentials and orders for the apiserver alone. */
const KEPT_BACK =
  /^(connection|keep-alive|proxy-authenticate|proxy-authorization|te|trailer|transfer-encoding|upgrade|authorization|impersonate-.*|x-remote-.*|sec-websocket-.*|x-stream-protocol-version)$/;
const HOP = /^(connection|keep-alive|proxy-authenticate|transfer-encoding|trailer|upgrade|access-control-.*)$/;

/** What goes on of a request's headers, and where it comes from. */
export function forwardedHeaders({ headers, raw, path }: RequestContext): OutgoingHttpHeaders {
  const passed: OutgoingHttpHeaders = {};
  for (const [name, value] of Object.entries(headers))
    if (value !== undefined && !KEPT_BACK.test(name)) passed[name] = value;
  const from = raw.request.socket.remoteAddress;
  const before = headers['x-forwarded-for'];
  if (from !== undefined) passed['x-forwarded-for'] = before === undefined ? from : `${before}, ${from}`;
  passed['x-forwarded-uri'] = path;
  if (headers.host !== undefined) passed['x-forwarded-host'] = headers.host;
  passed['x-forwarded-proto'] = 'https';
  return passed;
}

/** What comes back of an answer's headers, repeated ones as they were. */
export function passedHeaders({ headersDistinct }: Pick<IncomingMessage, 'headersDistinct'>): OutgoingHttpHeaders {
  const passed: OutgoingHttpHeaders = {};
  for (const [name, values] of Object.entries(headersDistinct))
    if (values !== undefined && !HOP.test(name)) passed[name] = values.length === 1 ? values[0] : values;
  return passed;
}
