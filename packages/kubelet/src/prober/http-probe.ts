import { type ClientRequest, request as httpRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { Container, HTTPGetAction } from '@coxswain/api';
import { resolvePort } from './resolve-port.ts';

export interface ProbeResult {
  readonly outcome: 'success' | 'failure' | 'warning';
  /** What is told in the Unhealthy event. */
  readonly output: string;
}

export interface HttpTarget {
  readonly url: string;
  readonly headers: readonly { readonly name: string; readonly value: string }[];
  readonly userAgent?: string;
}

const MAX_BODY = 10 * 1024;
const MAX_REDIRECTS = 10;

/** @throws if the port's name isn't one of the container's */
export function httpTarget(action: HTTPGetAction, container: Container, podIP: string): HttpTarget {
  const host = action.host || podIP;
  const port = resolvePort(action.port, container);
  const scheme = (action.scheme ?? 'HTTP').toLowerCase();
  const path = (action.path ?? '/').replace(/^\/?/, '/');
  return {
    url: `${scheme}://${host.includes(':') ? `[${host}]` : host}:${port}${path}`,
    headers: action.httpHeaders ?? [],
  };
}

/**
 * One GET without keep-alive and without checking certificates; 200 to 399 is success. Redirects on the same host are
 * followed, one to elsewhere is a success with a warning.
 */
export async function httpProbe(target: HttpTarget, timeoutMs: number, signal: AbortSignal): Promise<ProbeResult> {
  const timeout = AbortSignal.timeout(timeoutMs);
  let url = target.url;
  try {
    for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
      const { status, location, body } = await get(url, target, AbortSignal.any([signal, timeout]));
      if (status >= 300 && status < 400 && location !== undefined) {
        const next = new URL(location, url);
        if (next.hostname !== new URL(url).hostname)
          return { outcome: 'warning', output: `Probe terminated redirects, Response body: ${body}` };
        url = next.href;
        continue;
      }
      if (status >= 200 && status < 400) return { outcome: 'success', output: body };
      return { outcome: 'failure', output: `HTTP probe failed with statuscode: ${status}` };
    }
    return { outcome: 'failure', output: `Get "${target.url}": stopped after ${MAX_REDIRECTS} redirects` };
  } catch (error) {
    signal.throwIfAborted();
    return { outcome: 'failure', output: `Get "${target.url}": ${describe(error, timeout)}` };
  }
}

interface Answer {
  readonly status: number;
  readonly location: string | undefined;
  readonly body: string;
}

function get(
  url: string,
  { headers, userAgent = 'kube-probe/1.36' }: HttpTarget,
  signal: AbortSignal,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const fields: Record<string, string[]> = { 'user-agent': [userAgent], accept: ['*/*'], connection: ['close'] };
    const given: Record<string, string[]> = {};
    for (const { name, value } of headers) {
      const key = name.toLowerCase();
      given[key] = [...(given[key] ?? []), value];
    }
    const options: RequestOptions = { agent: false, signal, headers: { ...fields, ...given } };
    const onAnswer = (response: IncomingMessage) => {
      const chunks: Buffer[] = [];
      let size = 0;
      const finish = () =>
        resolve({
          status: response.statusCode ?? 0,
          location: response.headers.location,
          body: Buffer.concat(chunks).subarray(0, MAX_BODY).toString('utf8'),
        });
      response.on('data', (chunk: Buffer) => {
        chunks.push(chunk);
        size += chunk.length;
        if (size < MAX_BODY) return;
        finish();
        response.destroy();
      });
      response.on('end', finish);
      response.on('error', reject);
    };
    const call: ClientRequest = url.startsWith('https:')
      ? httpsRequest(url, { ...options, rejectUnauthorized: false }, onAnswer)
      : httpRequest(url, options, onAnswer);
    call.on('error', reject);
    call.end();
  });
}

function describe(error: unknown, timeout: AbortSignal): string {
  if (timeout.aborted) return 'context deadline exceeded (Client.Timeout exceeded while awaiting headers)';
  return dialError(error);
}

/** A connection error in Go's words. */
export function dialError(error: unknown): string {
  const { code, address, port, message } = error as NodeJS.ErrnoException & { address?: string; port?: number };
  const where = address?.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
  const words: Record<string, string> = {
    ECONNREFUSED: `dial tcp ${where}: connect: connection refused`,
    EHOSTUNREACH: `dial tcp ${where}: connect: no route to host`,
    ENETUNREACH: `dial tcp ${where}: connect: network is unreachable`,
    ETIMEDOUT: `dial tcp ${where}: i/o timeout`,
    ECONNRESET: 'read: connection reset by peer',
  };
  return words[code ?? ''] ?? (message === 'socket hang up' ? 'EOF' : message);
}
