/** Where an object's metadata lies in its JSON, and within it the member managedFields with one comma beside it. */
export interface MetadataSpan {
  readonly start: number;
  readonly end: number;
  /** Both `end` when there is none. */
  readonly managedStart: number;
  readonly managedEnd: number;
}

const KEY = Buffer.from('"metadata":{');
const MANAGED = Buffer.from('"managedFields"');
const QUOTE = 0x22;
const COMMA = 0x2c;
const BACKSLASH = 0x5c;

/** Of bytes as `encodeStored` orders them: metadata comes before anything that could look like it. */
export function metadataSpan(bytes: Buffer): MetadataSpan {
  const start = bytes.indexOf(KEY) + KEY.length - 1;
  let depth = 0;
  /** Where the member of the metadata begins that the scan is in. */
  let member = start + 1;
  let managedStart = -1;
  let managedEnd = -1;
  for (let i = start; i < bytes.length; i++) {
    switch (bytes[i]) {
      case QUOTE:
        i = stringEnd(bytes, i);
        break;
      case 0x7b: // {
      case 0x5b: // [
        depth++;
        break;
      case 0x7d: // }
      case 0x5d: // ]
        depth--;
        if (depth > 0) break;
        if (isManaged(bytes, member)) {
          managedStart = bytes[member - 1] === COMMA ? member - 1 : member;
          managedEnd = i;
        }
        return managedStart < 0
          ? { start, end: i + 1, managedStart: i + 1, managedEnd: i + 1 }
          : { start, end: i + 1, managedStart, managedEnd };
      case COMMA:
        if (depth > 1) break;
        if (isManaged(bytes, member)) {
          managedStart = member;
          managedEnd = i + 1;
        }
        member = i + 1;
        break;
    }
  }
  throw new RangeError('metadata without an end');
}

function isManaged(bytes: Buffer, member: number): boolean {
  return (
    bytes[member + 1] === MANAGED[1] && bytes.compare(MANAGED, 0, MANAGED.length, member, member + MANAGED.length) === 0
  );
}

function stringEnd(bytes: Buffer, start: number): number {
  let i = start + 1;
  while (bytes[i] !== QUOTE) {
    if (i >= bytes.length) throw new RangeError('string without an end');
    i += bytes[i] === BACKSLASH ? 2 : 1;
  }
  return i;
}
