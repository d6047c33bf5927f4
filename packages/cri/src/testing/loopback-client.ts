import { type Codecs, loadCodecs, type RpcCodec } from '../codec.ts';
import { CriError } from '../cri-error.ts';
import type { CallContext, CallOptions, CriClient, CriHandlers } from '../cri-service.ts';

/**
 * A client of `handlers` in the same process, without socket. Messages still go through the wire format, so that both
 * sides see exactly what they would over gRPC; time-outs don't apply. Many clients can share one `codecs`.
 */
export function loopbackClient(handlers: CriHandlers, codecs: Codecs = loadCodecs()): CriClient {
  const never = new AbortController();
  const client: Record<string, unknown> = { close: () => {} };
  for (const [name, codec] of Object.entries(codecs) as [keyof Codecs, RpcCodec][]) {
    const decode = (request: object) => codec.decodeRequest(codec.encodeRequest(request));
    const answer = (response: object) => codec.decodeResponse(codec.encodeResponse(response));
    if (name === 'getContainerEvents') {
      client[name] = async function* (request: object = {}, { signal = never.signal }: CallOptions = {}) {
        for await (const event of handlers.getContainerEvents(decode(request) as never, { signal }))
          yield answer(event);
      };
      continue;
    }
    const handler = handlers[name] as ((request: object, context: CallContext) => Promise<object>) | undefined;
    client[name] = async (request: object, { signal = never.signal }: CallOptions = {}) => {
      if (signal.aborted) throw new CriError('CANCELLED', 'call cancelled', { cause: signal.reason });
      if (!handler) throw new CriError('UNIMPLEMENTED', `${codec.path} is not implemented`);
      try {
        return answer(await handler.call(handlers, decode(request), { signal }));
      } catch (error) {
        if (error instanceof CriError) throw error;
        throw new CriError('UNKNOWN', error instanceof Error ? error.message : String(error), { cause: error });
      }
    };
  }
  return client as CriClient;
}
