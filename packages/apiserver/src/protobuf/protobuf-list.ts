import { encodeMessage, ListHead, ProtobufWriter, protobufEnvelope } from '@coxswain/api';
import type { Chunks } from '../handlers/joined-list.ts';

/** A list as a body of application/vnd.kubernetes.protobuf; the items are messages without envelope. */
export function protobufList(
  { kind, apiVersion, metadata }: { readonly kind: string; readonly apiVersion: string; readonly metadata: object },
  items: readonly Buffer[],
): Chunks {
  const head = encodeMessage(ListHead, { metadata });
  let length = head.length;
  const chunks: Buffer[] = [head];
  for (const item of items) {
    const writer = new ProtobufWriter();
    writer.varint(item.length);
    writer.tag(2, 2);
    const start = writer.finish();
    chunks.push(start, item);
    length += start.length + item.length;
  }
  const envelope = protobufEnvelope(apiVersion, kind, length);
  return {
    chunks: [envelope.head, ...chunks, envelope.tail],
    length: envelope.head.length + length + envelope.tail.length,
  };
}
