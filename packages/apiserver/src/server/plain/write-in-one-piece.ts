import type { Socket } from 'node:net';

const PIECE_BYTES = 16 * 1024;
const SPARE_PIECES = 64;
const spare: Buffer[] = [];

/** Head and body in one write, and so in one TLS record where they fit, out of memory that is used again. */
export function writeInOnePiece(
  socket: Socket,
  head: string,
  body: string | Buffer,
  done: (error?: Error | null) => void,
): void {
  const length = head.length + Buffer.byteLength(body);
  const piece = length <= PIECE_BYTES ? (spare.pop() ?? Buffer.allocUnsafeSlow(PIECE_BYTES)) : undefined;
  const bytes = piece?.subarray(0, length) ?? Buffer.allocUnsafe(length);
  bytes.write(head, 'latin1');
  if (typeof body === 'string') bytes.write(body, head.length, 'utf8');
  else body.copy(bytes, head.length);
  socket.write(bytes, (error) => {
    if (piece && spare.length < SPARE_PIECES) spare.push(piece);
    done(error);
  });
}
