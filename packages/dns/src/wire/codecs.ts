import * as dnsPacket from 'dns-packet';

/** What dns-packet writes of a record's data; its typings leave these out. */
interface DataCodec {
  readonly encode: ((data: unknown, buffer: Buffer, offset: number) => unknown) & { bytes: number };
}

interface Internals {
  readonly name: {
    readonly encode: ((name: string, buffer: Buffer, offset: number) => unknown) & { bytes: number };
  };
  readonly record: (type: string) => DataCodec;
}

// Types are given by name everywhere; dns-packet writes a type it has no name for as UNKNOWN_123.
const internals = ((dnsPacket as unknown as { default?: Internals }).default ?? dnsPacket) as unknown as Internals;

/** Writes a name at the offset, not compressed; answers how many bytes it took. */
export function writeName(name: string, buffer: Buffer, offset: number): number {
  internals.name.encode(name, buffer, offset);
  return internals.name.encode.bytes;
}

/** Writes a record's data with its length before it; answers how many bytes it took. */
export function writeData(type: string, data: unknown, buffer: Buffer, offset: number): number {
  const { encode } = internals.record(type);
  encode(data, buffer, offset);
  return encode.bytes;
}
