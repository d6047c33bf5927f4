const MAX_DEPTH = 10_000;
/** Upstream stops telling after this many. */
const MAX_REPORTED = 100;
/** An object of more members keeps its keys in a set. */
const MANY = 16;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** An object or list that is open. Keys are remembered by hash and place, and only read where hashes meet. */
interface Frame {
  readonly isObject: boolean;
  readonly hashes: number[];
  readonly places: number[];
  set: Set<string> | undefined;
  /** Where the current member's key starts, after its quote. */
  key: number;
  index: number;
}

/**
 * The paths of members that an object names twice, such as `spec.replicas` or `spec.containers[0].name`: each once, at most
 * 100. The text should be valid JSON; of other texts it tells what it sees. Throws when nested deeper than 10,000.
 */
export function findDuplicateFields(json: string | Uint8Array): string[] {
  const bytes =
    typeof json === 'string' ? Buffer.from(json) : Buffer.from(json.buffer, json.byteOffset, json.byteLength);
  const found = new Set<string>();
  const stack: Frame[] = [];
  let frame: Frame | undefined;
  let expectsKey = false;
  for (let at = 0; at < bytes.length; at++) {
    switch (bytes[at]) {
      case QUOTE: {
        const start = at + 1;
        if (expectsKey && frame !== undefined) {
          let hash = 0;
          let escaped = false;
          for (at = start; at < bytes.length && bytes[at] !== QUOTE; at++) {
            if (bytes[at] === BACKSLASH) {
              escaped = true;
              at++;
            }
            hash = (Math.imul(hash, 31) + (bytes[at] as number)) | 0;
          }
          frame.key = start;
          if (!remember(bytes, frame, escaped ? hashOf(keyAt(bytes, start)) : hash) && found.size < MAX_REPORTED)
            found.add(pathOf(bytes, stack));
          expectsKey = false;
        } else for (at = start; at < bytes.length && bytes[at] !== QUOTE; at++) if (bytes[at] === BACKSLASH) at++;
        break;
      }
      case 0x7b: // {
      case 0x5b: // [
        if (stack.length >= MAX_DEPTH) throw new RangeError('exceeded max depth');
        expectsKey = bytes[at] === 0x7b;
        frame = { isObject: expectsKey, hashes: [], places: [], set: undefined, key: 0, index: 0 };
        stack.push(frame);
        break;
      case 0x7d: // }
      case 0x5d: // ]
        stack.pop();
        frame = stack.at(-1);
        expectsKey = false;
        break;
      case 0x2c: // ,
        if (frame !== undefined) {
          frame.index++;
          expectsKey = frame.isObject;
        }
        break;
    }
  }
  return [...found];
}

function hashOf(text: string): number {
  let hash = 0;
  for (const byte of Buffer.from(text)) hash = (Math.imul(hash, 31) + byte) | 0;
  return hash;
}

/** The key that starts here, its escapes undone. */
function keyAt(bytes: Buffer, start: number): string {
  let end = start;
  while (end < bytes.length && bytes[end] !== QUOTE) end += bytes[end] === BACKSLASH ? 2 : 1;
  const raw = bytes.toString('utf8', start, end);
  if (!raw.includes('\\')) return raw;
  try {
    return JSON.parse(`"${raw}"`) as string;
  } catch {
    return raw;
  }
}

/** Whether the current key is new to its object. */
function remember(bytes: Buffer, frame: Frame, hash: number): boolean {
  const { hashes, places, key } = frame;
  if (frame.set !== undefined) {
    const size = frame.set.size;
    return frame.set.add(keyAt(bytes, key)).size > size;
  }
  for (let i = 0; i < hashes.length; i++) {
    if (hashes[i] === hash && keyAt(bytes, places[i] as number) === keyAt(bytes, key)) return false;
  }
  hashes.push(hash);
  places.push(key);
  if (places.length > MANY) frame.set = new Set(places.map((place) => keyAt(bytes, place)));
  return true;
}

function pathOf(bytes: Buffer, stack: readonly Frame[]): string {
  let path = '';
  for (const { isObject, key, index } of stack) {
    if (!isObject) path += `[${index}]`;
    else path += path === '' ? keyAt(bytes, key) : `.${keyAt(bytes, key)}`;
  }
  return path;
}
