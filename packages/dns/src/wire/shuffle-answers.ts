const HEADER_SIZE = 12;
const ANSWER_COUNT = 6;
/** From a record's start, where its name is a pointer: to the length of its data, and to the data. */
const LENGTH = 10;
const DATA = 12;
/** Of a question after its name. */
const TYPE_AND_CLASS = 4;

/**
 * Puts the answers of a message in random order, in place, so that clients which take the first spread over all. They
 * must be of one size and name the question by a pointer, as the addresses of a name are. `random` answers in [0, 1).
 */
export function shuffleAnswers(message: Buffer, random: () => number): void {
  const count = message.readUInt16BE(ANSWER_COUNT);
  if (count < 2) return;
  const first = endOfName(message, HEADER_SIZE) + TYPE_AND_CLASS;
  const size = DATA + message.readUInt16BE(first + LENGTH);
  for (let last = count - 1; last > 0; last -= 1) {
    const other = Math.floor(random() * (last + 1));
    if (other !== last) swap(message, first + last * size, first + other * size, size);
  }
}

function endOfName(message: Buffer, start: number): number {
  let at = start;
  while ((message[at] as number) > 0) at += 1 + (message[at] as number);
  return at + 1;
}

function swap(bytes: Buffer, one: number, other: number, size: number): void {
  for (let i = 0; i < size; i += 1) {
    const byte = bytes[one + i] as number;
    bytes[one + i] = bytes[other + i] as number;
    bytes[other + i] = byte;
  }
}
