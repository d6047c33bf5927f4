import protobuf from 'protobufjs';
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

const SHAPE: protobuf.IConversionOptions = { defaults: true, enums: String };

export function loadCodecs(options: ProtoOptions = {}): Codecs {
  const root = protobuf.loadSync(findProto(options));
  const codecs: Record<string, RpcCodec> = {};
  for (const service of ['runtime.v1.RuntimeService', 'runtime.v1.ImageService']) {
    for (const { name, requestType, responseType } of root.lookupService(service).methodsArray) {
      const request = root.lookupType(`runtime.v1.${requestType}`);
      const response = root.lookupType(`runtime.v1.${responseType}`);
      codecs[name.charAt(0).toLowerCase() + name.slice(1)] = {
        path: `/${service}/${name}`,
        encodeRequest: (message) => encode(request, message),
        decodeRequest: (bytes) => decode(request, bytes),
        encodeResponse: (message) => encode(response, message),
        decodeResponse: (bytes) => decode(response, bytes),
      };
    }
  }
  return codecs as Codecs;
}

function encode(type: protobuf.Type, message: object): Buffer {
  return type.encode(type.fromObject(toWire(message) as object)).finish() as Buffer;
}

function decode(type: protobuf.Type, bytes: Buffer): object {
  return fromWire(type.toObject(type.decode(bytes), SHAPE), '') as object;
}

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
