import { posix } from 'node:path';

/** A path within a container as the runtime says it back: from the root, without `.` and `..`. */
export function absolutePath(path: string): string {
  return posix.resolve('/', path);
}
