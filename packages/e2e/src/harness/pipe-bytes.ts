import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';

export interface PipeResult {
  readonly code: number;
  /** Hex SHA-256 of stdout. */
  readonly sha256: string;
  readonly bytes: number;
  readonly stderr: string;
}

/** Runs a program with bytes for stdin and tells its stdout by digest. Its time is limited to `timeoutMs`. */
export function pipeBytes(
  [program, args]: readonly [string, readonly string[]],
  input: Buffer,
  timeoutMs = 60_000,
): Promise<PipeResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { timeout: timeoutMs, killSignal: 'SIGKILL' });
    const hash = createHash('sha256');
    let bytes = 0;
    let stderr = '';
    child.stdout.on('data', (chunk: Buffer) => {
      hash.update(chunk);
      bytes += chunk.length;
    });
    child.stderr.setEncoding('utf8').on('data', (text) => {
      stderr += text;
    });
    child.once('error', reject);
    child.once('close', (code) => resolve({ code: code ?? -1, sha256: hash.digest('hex'), bytes, stderr }));
    child.stdin.on('error', () => {});
    child.stdin.end(input);
  });
}

export function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}
