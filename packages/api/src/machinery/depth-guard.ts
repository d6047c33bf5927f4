import { newBadRequest } from './status-errors.ts';

/** Runs what recurses over a document from outside; one nested too deep for the stack is answered by 400, not by a crash. */
export function guardDepth<T>(compute: () => T): T {
  try {
    return compute();
  } catch (error) {
    if (error instanceof RangeError) throw newBadRequest('exceeded max depth');
    throw error;
  }
}
