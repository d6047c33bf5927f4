/** Bits of the code of each printable character from the space to the tilde (RFC 7541, appendix B); 13 for NUL. */
const LENGTHS =
  '6 10 10 12 13 6 8 11 10 10 8 11 8 6 6 6 5 5 5 6 6 6 6 6 6 6 7 8 15 6 12 10 13 6 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 8 7 8 13 19 13 14 6 15 5 6 5 6 5 6 6 6 5 7 7 6 6 6 5 6 7 6 5 5 6 7 7 7 7 7 15 11 14 13';
const FIRST = 0x20;
const LONGEST = 19;

/** `length * 2^20 + code` → character. The codes of one length follow each other in the order of the characters. */
const CHARACTERS = charactersByCode();

function charactersByCode(): ReadonlyMap<number, number> {
  const lengths = LENGTHS.split(' ').map(Number);
  const coded = [{ character: 0, length: 13 }, ...lengths.map((length, i) => ({ character: FIRST + i, length }))];
  const result = new Map<number, number>();
  let code = 0;
  for (let length = 5; length <= LONGEST; length++) {
    for (const each of coded) if (each.length === length) result.set(keyOf(length, code++), each.character);
    code *= 2;
  }
  return result;
}

function keyOf(length: number, code: number): number {
  return length * 2 ** 20 + code;
}

/** The text of a Huffman-coded string. @throws RangeError when it is none, or has other characters than ASCII's printable */
export function decodeHuffman(bytes: Uint8Array): string {
  let text = '';
  let code = 0;
  let length = 0;
  for (const byte of bytes) {
    for (let bit = 7; bit >= 0; bit--) {
      code = code * 2 + ((byte >> bit) & 1);
      const character = CHARACTERS.get(keyOf(++length, code));
      if (character === undefined) {
        if (length > LONGEST) throw new RangeError('unreadable Huffman code');
        continue;
      }
      text += String.fromCharCode(character);
      code = 0;
      length = 0;
    }
  }
  // The rest is padding: less than a byte, all ones.
  if (length > 7 || code !== 2 ** length - 1) throw new RangeError('unreadable Huffman code');
  return text;
}
