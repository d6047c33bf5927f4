const MAX_DEPTH = 10_000;
/** Upstream stops telling after this many. */
const MAX_REPORTED = 100;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

interface Frame {
  /** The keys met so far; undefined for a list. */
  keys: string[] | undefined;
  /** Takes over from `keys` once an object has many. */
  set: Set<string> | undefined;
  key: string;
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
        const end = endOfString(bytes, at + 1);
        if (expectsKey && frame?.keys !== undefined) {
          frame.key = keyText(bytes, at, end);
          if (!remember(frame) && found.size < MAX_REPORTED) found.add(pathOf(stack));
          expectsKey = false;
        }
        at = end;
        break;
      }
      case 0x7b: // {
      case 0x5b: // [
        if (stack.length >= MAX_DEPTH) throw new Error('exceeded max depth');
        expectsKey = bytes[at] === 0x7b;
        frame = { keys: expectsKey ? [] : undefined, set: undefined, key: '', index: 0 };
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
          expectsKey = frame.keys !== undefined;
        }
        break;
    }
  }
  return [...found];
}

function endOfString(bytes: Buffer, from: number): number {
  let at = from;
  for (; at < bytes.length; at++) {
    const byte = bytes[at];
    if (byte === QUOTE) break;
    if (byte === BACKSLASH) at++;
  }
  return at;
}

function keyText(bytes: Buffer, start: number, end: number): string {
  const raw = bytes.toString('utf8', start + 1, end);
  if (!raw.includes('\\')) return raw;
  try {
    return JSON.parse(`"${raw}"`) as string;
  } catch {
    return raw;
  }
}

/** Whether the key is new to its object. */
function remember(frame: Frame): boolean {
  const { keys, key } = frame as { keys: string[]; key: string };
  if (frame.set !== undefined) {
    if (frame.set.has(key)) return false;
    frame.set.add(key);
    return true;
  }
  if (keys.includes(key)) return false;
  keys.push(key);
  if (keys.length > 16) frame.set = new Set(keys);
  return true;
}

function pathOf(stack: readonly Frame[]): string {
  let path = '';
  for (const frame of stack) {
    if (frame.keys === undefined) path += `[${frame.index}]`;
    else path += path === '' ? frame.key : `.${frame.key}`;
  }
  return path;
}
