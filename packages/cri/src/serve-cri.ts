import { once } from 'node:events';
import { chmod, mkdir, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import {
  type handleServerStreamingCall,
  type handleUnaryCall,
  Metadata,
  Server,
  ServerCredentials,
  type ServiceDefinition,
  type StatusObject,
  status,
  type UntypedServiceImplementation,
} from '@grpc/grpc-js';
import { type Codecs, loadCodecs, type RpcCodec } from './codec.ts';
import { CriError } from './cri-error.ts';
import type { CallContext, CriHandlers } from './cri-service.ts';
import type { ProtoOptions } from './find-proto.ts';

export interface CriServer {
  readonly endpoint: string;
  /** Resolves when the server has stopped after the signal. */
  readonly closed: Promise<void>;
}

/**
 * Serves both CRI services on `endpoint` (`unix:///run/x.sock`, mode 0660; a stale socket is replaced) and resolves
 * once it listens. When the signal aborts, running calls have two seconds to end.
 */
export async function serveCri(
  handlers: CriHandlers,
  endpoint: string,
  signal: AbortSignal,
  options: ProtoOptions = {},
): Promise<CriServer> {
  const codecs = loadCodecs(options);
  const server = new Server({
    'grpc.max_receive_message_length': -1,
    'grpc.max_send_message_length': -1,
    // Books of each call that nobody reads.
    'grpc.enable_channelz': 0,
  });
  const definition: Record<string, unknown> = {};
  const implementation: Record<string, unknown> = {};
  for (const [name, codec] of Object.entries(codecs) as [keyof Codecs, RpcCodec][]) {
    const responseStream = name === 'getContainerEvents';
    definition[name] = {
      path: codec.path,
      requestStream: false,
      responseStream,
      requestSerialize: codec.encodeRequest,
      requestDeserialize: codec.decodeRequest,
      responseSerialize: codec.encodeResponse,
      responseDeserialize: codec.decodeResponse,
    };
    const handler = handlers[name] as ((request: object, context: CallContext) => unknown) | undefined;
    if (!handler) implementation[name] = unimplemented(codec.path);
    else if (responseStream) implementation[name] = streaming(handlers, signal);
    else implementation[name] = unary((request, context) => handler.call(handlers, request, context) as never, signal);
  }
  server.addService(definition as unknown as ServiceDefinition, implementation as UntypedServiceImplementation);
  const path = endpoint.startsWith('unix:') ? endpoint.slice('unix:'.length).replace(/^\/\/(?=\/)/, '') : undefined;
  if (path !== undefined) await freeSocket(path);
  await new Promise<void>((resolve, reject) => {
    server.bindAsync(endpoint, ServerCredentials.createInsecure(), (error) => (error ? reject(error) : resolve()));
  });
  if (path !== undefined) await chmod(path, 0o660);
  return { endpoint, closed: closeWith(server, signal) };
}

function unary(
  handler: (request: object, context: CallContext) => Promise<object>,
  signal: AbortSignal,
): handleUnaryCall<object, object> {
  return (call, callback) => {
    const controller = new AbortController();
    call.on('cancelled', () => controller.abort(new CriError('CANCELLED', 'call cancelled')));
    const context = { signal: AbortSignal.any([signal, controller.signal]) };
    Promise.resolve()
      .then(() => handler(call.request, context))
      .then(
        (response) => callback(null, response),
        (error) => callback(toStatus(error)),
      );
  };
}

function streaming(handlers: CriHandlers, signal: AbortSignal): handleServerStreamingCall<object, object> {
  return async (call) => {
    const controller = new AbortController();
    call.on('cancelled', () => controller.abort());
    call.sendMetadata(new Metadata());
    const context = { signal: AbortSignal.any([signal, controller.signal]) };
    try {
      for await (const event of handlers.getContainerEvents(call.request, context)) {
        if (context.signal.aborted) break;
        if (!call.write(event)) await once(call, 'drain', { signal: context.signal });
      }
      call.end();
    } catch (error) {
      if (context.signal.aborted) call.end();
      else call.emit('error', toStatus(error));
    }
  };
}

function unimplemented(path: string): handleUnaryCall<object, object> {
  return (_call, callback) => callback({ code: status.UNIMPLEMENTED, details: `${path} is not implemented` });
}

function toStatus(error: unknown): Partial<StatusObject> {
  if (error instanceof CriError) return { code: status[error.code], details: error.message };
  return { code: status.UNKNOWN, details: error instanceof Error ? error.message : String(error) };
}

async function freeSocket(path: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const found = await stat(path).catch(() => undefined);
  if (found?.isSocket()) await rm(path, { force: true });
}

async function closeWith(server: Server, signal: AbortSignal): Promise<void> {
  if (!signal.aborted) await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
  await new Promise<void>((resolve) => {
    const timer = setTimeout(() => {
      server.forceShutdown();
      resolve();
    }, 2000);
    server.tryShutdown(() => {
      clearTimeout(timer);
      resolve();
    });
  });
}
