export { type Codecs, loadCodecs } from './codec.ts';
export { type ClientOptions, createCriClient } from './create-cri-client.ts';
export { CriError, type CriErrorCode, isCriError, isNotFound } from './cri-error.ts';
export type {
  CallContext,
  CallOptions,
  CriClient,
  CriHandlers,
  ImageRpcs,
  Input,
  RpcName,
  RuntimeRpcs,
  UnaryRpcs,
} from './cri-service.ts';
export { findProto, type ProtoOptions } from './find-proto.ts';
export type * from './messages/common.ts';
export type * from './messages/container.ts';
export type * from './messages/image.ts';
export type * from './messages/runtime.ts';
export type * from './messages/sandbox.ts';
export type * from './messages/stats.ts';
export { formatNanos, msToNanos, nanosToMs, parseNanos } from './nanos.ts';
export { type CriServer, serveCri } from './serve-cri.ts';
