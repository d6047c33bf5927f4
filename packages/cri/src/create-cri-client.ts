import { Client, type ClientReadableStream, credentials, Metadata, type ServiceError } from '@grpc/grpc-js';
import { type Codecs, loadCodecs, type RpcCodec } from './codec.ts';
import { CriError, codeName } from './cri-error.ts';
import type { CallOptions, CriClient } from './cri-service.ts';
import type { ProtoOptions } from './find-proto.ts';
import type { ContainerEventResponse } from './messages/container.ts';

export interface ClientOptions extends ProtoOptions {
  /** Default of `CallOptions.timeoutMs`; 2 minutes unless given. */
  readonly timeoutMs?: number | undefined;
}

const TWO_MINUTES = 120_000;
const THIRTY_MINUTES = 1_800_000;

/**
 * A runtime behind `endpoint` (`unix:///run/cri-docker.sock`). Connects on the first call and again by itself;
 * a call while the runtime is away fails with UNAVAILABLE at once.
 */
export function createCriClient(endpoint: string, options: ClientOptions = {}): CriClient {
  const codecs = loadCodecs(options);
  const grpc = new Client(endpoint, credentials.createInsecure(), {
    'grpc.max_receive_message_length': -1,
    'grpc.max_send_message_length': -1,
    'grpc.initial_reconnect_backoff_ms': 100,
    'grpc.max_reconnect_backoff_ms': 2000,
    'grpc.enable_retries': 0,
    'grpc.enable_channelz': 0,
  });
  const methods: Record<string, unknown> = {
    getContainerEvents: (_request: object = {}, call: CallOptions = {}) =>
      readStream(grpc, codecs.getContainerEvents, call),
    close: () => grpc.close(),
  };
  for (const [name, codec] of Object.entries(codecs) as [keyof Codecs, RpcCodec][]) {
    if (name in methods) continue;
    const patience = name === 'pullImage' ? THIRTY_MINUTES : (options.timeoutMs ?? TWO_MINUTES);
    methods[name] = (request: object, call: CallOptions = {}) =>
      callUnary(grpc, codec, request, { ...call, timeoutMs: call.timeoutMs ?? patience });
  }
  return methods as CriClient;
}

function callUnary(grpc: Client, codec: RpcCodec, request: object, options: CallOptions): Promise<object> {
  const { signal, timeoutMs = TWO_MINUTES } = options;
  return new Promise((resolve, reject) => {
    if (signal?.aborted) {
      reject(cancelled(signal));
      return;
    }
    const onAbort = () => call.cancel();
    const call = grpc.makeUnaryRequest(
      codec.path,
      codec.encodeRequest,
      codec.decodeResponse,
      request,
      new Metadata(),
      { deadline: Date.now() + timeoutMs },
      (error, response) => {
        signal?.removeEventListener('abort', onAbort);
        if (error) reject(signal?.aborted ? cancelled(signal) : fromServiceError(error));
        else resolve(response ?? {});
      },
    );
    signal?.addEventListener('abort', onAbort, { once: true });
  });
}

async function* readStream(
  grpc: Client,
  codec: RpcCodec,
  { signal }: CallOptions,
): AsyncGenerator<ContainerEventResponse> {
  if (signal?.aborted) return;
  const call: ClientReadableStream<object> = grpc.makeServerStreamRequest(
    codec.path,
    codec.encodeRequest,
    codec.decodeResponse,
    {},
  );
  const onAbort = () => call.cancel();
  signal?.addEventListener('abort', onAbort, { once: true });
  try {
    for await (const event of call) yield event as ContainerEventResponse;
  } catch (error) {
    if (signal?.aborted) return;
    throw fromServiceError(error as ServiceError);
  } finally {
    signal?.removeEventListener('abort', onAbort);
    call.on('error', () => {});
    call.cancel();
  }
}

function fromServiceError(error: ServiceError): CriError {
  return new CriError(codeName(error.code), error.details || error.message, { cause: error });
}

function cancelled(signal: AbortSignal): CriError {
  return new CriError('CANCELLED', 'call cancelled', { cause: signal.reason });
}
