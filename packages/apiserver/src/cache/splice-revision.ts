/** How the stored bytes of a kind begin (see `encodeStored`). */
export function storedHead(kind: { readonly kind: string; readonly apiVersion: string }): Buffer {
  return Buffer.from(
    `{"kind":${JSON.stringify(kind.kind)},"apiVersion":${JSON.stringify(kind.apiVersion)},"metadata":{`,
  );
}

const CLOSING_BRACE = 0x7d;

/**
 * The object's bytes with metadata.resourceVersion as the first field of its metadata, in a buffer of its own.
 * Undefined unless the value begins with `head`. The value must not hold a resourceVersion already.
 */
export function spliceRevision(value: Uint8Array, head: Buffer, revision: number): Buffer | undefined {
  if (value.length <= head.length || head.compare(value, 0, head.length) !== 0) return undefined;
  const field = `"resourceVersion":"${revision}"${value[head.length] === CLOSING_BRACE ? '' : ','}`;
  // A buffer of its own: one from the pool would keep its neighbours alive.
  const bytes = Buffer.allocUnsafeSlow(value.length + field.length);
  bytes.set(head);
  bytes.write(field, head.length, 'latin1');
  bytes.set(value.subarray(head.length), head.length + field.length);
  return bytes;
}

/** The bytes made by `spliceRevision` with another revision in place: the last state, as a deletion shows it. */
export function respliceRevision(bytes: Buffer, head: Buffer, from: number, to: number): Buffer {
  const field = `"resourceVersion":"${from}"`;
  const start = head.length + field.length;
  const next = `"resourceVersion":"${to}"`;
  const result = Buffer.allocUnsafeSlow(bytes.length - field.length + next.length);
  result.set(head);
  result.write(next, head.length, 'latin1');
  result.set(bytes.subarray(start), head.length + next.length);
  return result;
}
