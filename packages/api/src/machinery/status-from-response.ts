import { goQuote } from './go-text.ts';
import { failure, type Status, StatusError } from './status-error.ts';
import { type GroupResource, groupResourceString } from './status-errors.ts';

/** What is known of the request whose answer is read. */
export interface RequestFacts {
  /** The HTTP method. */
  method?: string;
  resource?: GroupResource;
  name?: string;
  retryAfterSeconds?: number;
}

/** The cause that marks an answer that did not come from an API server. */
const UNEXPECTED = 'UnexpectedServerResponse';

interface Guess {
  reason: string;
  message: string;
}

function guess(code: number, method: string, body: string): Guess {
  switch (code) {
    case 400:
      return { reason: 'BadRequest', message: 'the server rejected our request for an unknown reason' };
    case 401:
      return { reason: 'Unauthorized', message: 'the server has asked for the client to provide credentials' };
    case 403:
      return { reason: 'Forbidden', message: body };
    case 404:
      return { reason: 'NotFound', message: 'the server could not find the requested resource' };
    case 405:
      return {
        reason: 'MethodNotAllowed',
        message: 'the server does not allow this method on the requested resource',
      };
    case 406: {
      const fallback = 'the server was unable to respond with a content type that the client supports';
      return { reason: 'NotAcceptable', message: body === '' || body === 'unknown' ? fallback : body };
    }
    case 409:
      return { reason: method === 'POST' ? 'AlreadyExists' : 'Conflict', message: 'the server reported a conflict' };
    case 415:
      return { reason: 'UnsupportedMediaType', message: body };
    case 422:
      return { reason: 'Invalid', message: 'the server rejected our request due to an error in our request' };
    case 429:
      return {
        reason: 'TooManyRequests',
        message: 'the server has received too many requests and has asked us to try again later',
      };
    case 503:
      return { reason: 'ServiceUnavailable', message: 'the server is currently unable to handle the request' };
    case 504:
      return {
        reason: 'Timeout',
        message:
          'the server was unable to return a response in the time allotted, but may still be processing the request',
      };
  }
  if (code >= 500) {
    const message = `an error on the server (${goQuote(body)}) has prevented the request from succeeding`;
    return { reason: 'InternalError', message };
  }
  const message = `the server responded with the status code ${code} but did not return more information`;
  return { reason: '', message };
}

/**
 * The error for a server's answer that is not a Status, in the words of upstream's client.
 *
 * @param unexpected true adds the body as a cause
 */
export function newGenericServerResponse(
  code: number,
  body: string,
  facts: RequestFacts = {},
  unexpected = false,
): StatusError {
  const { method = '', resource, name = '', retryAfterSeconds = 0 } = facts;
  let { reason, message } = guess(code, method, body);
  if (resource && (resource.group !== '' || resource.resource !== '')) {
    const target = `${groupResourceString(resource)}${name === '' ? '' : ` ${name}`}`;
    message = `${message} (${method.toLowerCase()} ${target})`;
  }
  const details = {
    name,
    group: resource?.group ?? '',
    kind: resource?.resource ?? '',
    causes: unexpected ? [{ reason: UNEXPECTED, message: body }] : [],
    retryAfterSeconds,
  };
  return new StatusError(failure(code, reason, message, details));
}

/**
 * Builds the error of a response with a status code of 400 or more. A body that is a Status is taken as it is; anything
 * else becomes a generic error that keeps up to 2 KiB of the body.
 */
export function statusFrom(code: number, body: string | Uint8Array, facts: RequestFacts = {}): StatusError {
  const text = typeof body === 'string' ? body : Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString();
  const status = parseStatus(text);
  if (status !== undefined) return new StatusError(status.code === undefined ? { ...status, code } : status);
  return newGenericServerResponse(code, text.trim().slice(0, 2048) || 'unknown', facts, true);
}

function parseStatus(text: string): Status | undefined {
  if (!/^\s*\{/.test(text)) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return isStatus(value) && value.status !== 'Success' ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Whether a decoded object is a Status, e.g. the object of a watch's ERROR event. */
export function isStatus(value: unknown): value is Status {
  if (typeof value !== 'object' || value === null) return false;
  const { kind, apiVersion } = value as { kind?: unknown; apiVersion?: unknown };
  return kind === 'Status' && (apiVersion === 'v1' || apiVersion === 'meta.k8s.io/v1');
}
