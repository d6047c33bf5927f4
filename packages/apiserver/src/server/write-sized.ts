import type { ServerResponse } from 'node:http';

/**
 * Writes chunks whose length the head has told, through one buffer of `pieceBytes` that is filled again when TLS has
 * taken it: pieces of another size, or several at a time, would be copied once more. Ends the response; resolves when
 * all is handed over or the client has gone.
 */
export async function writeSized(
  response: ServerResponse,
  chunks: Iterable<Buffer>,
  pieceBytes: number,
): Promise<void> {
  const piece = Buffer.allocUnsafeSlow(pieceBytes);
  let filled = 0;
  for (const chunk of chunks) {
    let taken = 0;
    while (taken < chunk.length) {
      const copied = chunk.copy(piece, filled, taken);
      taken += copied;
      filled += copied;
      if (filled < pieceBytes) break;
      if (!(await written(response, piece))) return;
      filled = 0;
    }
  }
  response.end(piece.subarray(0, filled));
}

/** Resolves when the bytes may change again; false when the client has gone. */
function written(response: ServerResponse, bytes: Buffer): Promise<boolean> | boolean {
  if (response.destroyed) return false;
  return new Promise((resolve) => {
    const onClose = () => resolve(false);
    response.once('close', onClose);
    response.write(bytes, (error) => {
      response.off('close', onClose);
      resolve(!error && !response.destroyed);
    });
  });
}
