import { type ClientHttp2Session, connect, constants } from 'node:http2';
import type { ProbeResult } from './http-probe.ts';

const SERVING = 1;
const STATUS_NAMES = ['UNKNOWN', 'SERVING', 'NOT_SERVING', 'SERVICE_UNKNOWN'];

/** One `grpc.health.v1.Health/Check` over plain HTTP/2; SERVING is success. */
export async function grpcProbe(
  host: string,
  port: number,
  service: string,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<ProbeResult> {
  const address = `${host.includes(':') ? `[${host}]` : host}:${port}`;
  const failure = (why: string): ProbeResult => ({ outcome: 'failure', output: why });
  const session = connect(`http://${address}`);
  const limit = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
  try {
    const { grpcStatus, grpcMessage, status } = await check(session, service, limit);
    if (grpcStatus === 12) return failure('error: this server does not implement the grpc health protocol');
    if (grpcStatus !== 0) return failure(`error: health rpc probe failed: code ${grpcStatus}: ${grpcMessage}`);
    if (status === SERVING) return { outcome: 'success', output: '' };
    return failure(`service unhealthy (responded with "${STATUS_NAMES[status] ?? status}")`);
  } catch {
    signal.throwIfAborted();
    return failure(
      `timeout: failed to connect service "${address}" within ${timeoutMs / 1000}s: context deadline exceeded`,
    );
  } finally {
    session.destroy();
  }
}

interface Answer {
  readonly grpcStatus: number;
  readonly grpcMessage: string;
  /** HealthCheckResponse.status; 0 when the answer has none. */
  readonly status: number;
}

function check(session: ClientHttp2Session, service: string, signal: AbortSignal): Promise<Answer> {
  return new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    session.on('error', reject);
    const stream = session.request(
      {
        [constants.HTTP2_HEADER_METHOD]: 'POST',
        [constants.HTTP2_HEADER_PATH]: '/grpc.health.v1.Health/Check',
        'content-type': 'application/grpc',
        'user-agent': 'kube-probe/1.36',
        te: 'trailers',
      },
      { signal },
    );
    const chunks: Buffer[] = [];
    let trailers: Record<string, unknown> = {};
    stream.on('response', (headers) => {
      if ('grpc-status' in headers) trailers = headers;
    });
    stream.on('trailers', (headers) => {
      trailers = headers;
    });
    stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    stream.on('error', reject);
    stream.on('close', () =>
      resolve({
        grpcStatus: Number(trailers['grpc-status'] ?? 2),
        grpcMessage: String(trailers['grpc-message'] ?? ''),
        status: readStatus(Buffer.concat(chunks)),
      }),
    );
    stream.end(request(service));
  });
}

/** A length-prefixed HealthCheckRequest: field 1 is the service's name. */
function request(service: string): Buffer {
  const name = Buffer.from(service).subarray(0, 127);
  const message = name.length === 0 ? Buffer.alloc(0) : Buffer.concat([Buffer.from([0x0a, name.length]), name]);
  const prefix = Buffer.alloc(5);
  prefix.writeUInt32BE(message.length, 1);
  return Buffer.concat([prefix, message]);
}

/** Field 1 of the length-prefixed HealthCheckResponse. */
function readStatus(frame: Buffer): number {
  return frame.length >= 7 && frame[5] === 0x08 ? (frame[6] ?? 0) : 0;
}
