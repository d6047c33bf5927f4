import { open } from 'node:fs/promises';
import type { ContainerRuntimeStatus } from './runtime-status.ts';

const MAX_MESSAGE = 4096;
const MAX_LOG_BYTES = 2048;
const MAX_LOG_LINES = 80;

/**
 * An ended container's termination message: what it wrote into its file (at most 4096 bytes), or under
 * FallbackToLogsOnError the end of its log (80 lines, 2048 bytes) when it failed; else what the runtime says.
 */
export async function readTerminationMessage(container: ContainerRuntimeStatus): Promise<string> {
  const { terminationMessageFile, terminationMessagePolicy, exitCode, logPath, message } = container;
  if (terminationMessageFile) {
    const text = await readHead(terminationMessageFile, MAX_MESSAGE);
    if (text !== '') return text;
  }
  if (terminationMessagePolicy === 'FallbackToLogsOnError' && exitCode !== 0 && logPath) {
    const text = logText(await readTail(logPath, 16_384));
    if (text !== '') return text;
  }
  return message;
}

async function readHead(path: string, limit: number): Promise<string> {
  try {
    const file = await open(path, 'r');
    try {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(limit), 0, limit, 0);
      return buffer.toString('utf8', 0, bytesRead);
    } finally {
      await file.close();
    }
  } catch {
    return '';
  }
}

async function readTail(path: string, limit: number): Promise<string> {
  try {
    const file = await open(path, 'r');
    try {
      const { size } = await file.stat();
      const start = Math.max(0, size - limit);
      const { buffer, bytesRead } = await file.read(Buffer.alloc(size - start), 0, size - start, start);
      return buffer.toString('utf8', 0, bytesRead);
    } finally {
      await file.close();
    }
  } catch {
    return '';
  }
}

/** The messages of the last lines of a log in CRI format. */
function logText(text: string): string {
  const lines = text
    .split('\n')
    .map((line) => /^\S+ (?:stdout|stderr) (\S+) ?(.*)$/.exec(line))
    .filter((match) => match !== null)
    .map(([, flags, content]) => `${content}${flags === 'P' ? '' : '\n'}`)
    .slice(-MAX_LOG_LINES);
  return Buffer.from(lines.join('')).subarray(-MAX_LOG_BYTES).toString('utf8');
}
