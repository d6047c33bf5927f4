const NEWLINE = 0x0a;
const MAX_LINE = 64 * 1024 * 1024;

/**
 * The newline-ended records of a byte stream, without the newline, as soon as each is whole. Splitting happens on
 * bytes, so chunks may end anywhere, also inside a character. A last record without newline is given too.
 * @throws Error when one record is longer than 64 MiB
 */
export async function* splitLines(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let parts: Buffer[] = [];
  let length = 0;
  for await (const chunk of chunks) {
    let start = 0;
    for (;;) {
      const end = chunk.indexOf(NEWLINE, start);
      if (end < 0) break;
      const tail = chunk.subarray(start, end);
      start = end + 1;
      const line = length === 0 ? tail : Buffer.concat([...parts, tail]);
      parts = [];
      length = 0;
      if (line.length > 0) yield line;
    }
    if (start < chunk.length) {
      parts.push(chunk.subarray(start));
      length += chunk.length - start;
      if (length > MAX_LINE) throw new Error(`a record of the stream is longer than ${MAX_LINE} bytes`);
    }
  }
  if (length > 0) yield Buffer.concat(parts);
}
