const MARK = Buffer.from('"round":"w');
const QUOTE = 0x22;
const LONGEST_MARK = 32;

/** Takes a stream's bytes as they come and looks for the annotation `round: w<number>` in them, for nothing else. */
export function roundReader(onRound: (round: number) => void): (chunk: Buffer) => void {
  let rest: Buffer = Buffer.alloc(0);
  return (chunk) => {
    const data = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk;
    let at = 0;
    for (;;) {
      const found = data.indexOf(MARK, at);
      if (found < 0) break;
      const end = data.indexOf(QUOTE, found + MARK.length);
      if (end < 0) break;
      onRound(Number(data.toString('latin1', found + MARK.length, end)));
      at = end;
    }
    rest = data.subarray(Math.max(at, data.length - LONGEST_MARK));
  };
}
