import { loadSync, type MessageTypeDefinition, type MethodDefinition } from '@grpc/proto-loader';
import type { RpcName } from './cri-service.ts';
import { findProto, type ProtoOptions } from './find-proto.ts';

/** How one RPC goes over the wire. Encoding takes partial messages; decoding fills in the protocol's defaults. */
export interface RpcCodec {
  readonly path: string;
  readonly encodeRequest: (message: object) => Buffer;
  readonly decodeRequest: (bytes: Buffer) => object;
  readonly encodeResponse: (message: object) => Buffer;
  readonly decodeResponse: (bytes: Buffer) => object;
}

export type StreamName = 'getContainerEvents';
export type Codecs = Readonly<Record<RpcName | StreamName, RpcCodec>>;

/** Fields holding nanoseconds since the epoch, beyond 2^53: bigint. Every other 64-bit field is a number. */
const NANOS = new Set(['createdAt', 'startedAt', 'finishedAt', 'timestamp']);

export function loadCodecs(options: ProtoOptions = {}): Codecs {
  const definition = loadSync(findProto(options), { defaults: true, enums: String });
  const codecs: Record<string, RpcCodec> = {};
  for (const service of ['runtime.v1.RuntimeService', 'runtime.v1.ImageService']) {
    const methods = definition[service] as Record<string, Method> | undefined;
    for (const [name, method] of Object.entries(methods ?? {})) {
      codecs[name.charAt(0).toLowerCase() + name.slice(1)] = {
        path: method.path,
        encodeRequest: (message) => method.requestSerialize(toWire(message) as object),
        decodeRequest: (bytes) => fromWire(method.requestDeserialize(bytes), '') as object,
        encodeResponse: (message) => method.responseSerialize(toWire(message) as object),
        decodeResponse: (bytes) => fromWire(method.responseDeserialize(bytes), '') as object,
      };
    }
  }
  return codecs as Codecs;
}

type Method = MethodDefinition<object, object> & { readonly requestType: MessageTypeDefinition<object, object> };

interface Long {
  readonly low: number;
  readonly high: number;
  readonly unsigned: boolean;
}

/** bigints become strings, which the encoder reads exactly. */
function toWire(value: unknown): unknown {
  if (typeof value === 'bigint') return value.toString();
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return value;
  if (Array.isArray(value)) return value.map(toWire);
  const out: Record<string, unknown> = {};
  for (const [key, field] of Object.entries(value)) if (field !== undefined) out[key] = toWire(field);
  return out;
}

/** 64-bit objects become numbers or bigints; absent messages (null) are left out. */
function fromWire(value: unknown, key: string): unknown {
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return value;
  if (Array.isArray(value)) return value.map((item) => fromWire(item, key));
  if (isLong(value)) return NANOS.has(key) ? longToBigInt(value) : Number(longToBigInt(value));
  const out: Record<string, unknown> = {};
  for (const [name, field] of Object.entries(value)) if (field !== null) out[name] = fromWire(field, name);
  return out;
}

function isLong(value: object): value is Long {
  return 'unsigned' in value && 'low' in value && 'high' in value && typeof value.low === 'number';
}

function longToBigInt(long: Long): bigint {
  const bits = (BigInt(long.high >>> 0) << 32n) | BigInt(long.low >>> 0);
  return long.unsigned ? bits : BigInt.asIntN(64, bits);
}
