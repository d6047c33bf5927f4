import { spawn } from 'node:child_process';
import { closeSync } from 'node:fs';
import { namelessFile } from './nameless-file.ts';

/** A program that failed: its name, exit code and the end of what it wrote to stderr. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
  readonly code: number | undefined;

  constructor(program: string, code: number | undefined, stderr: string) {
    super(`${program}: ${stderr.trim().slice(-2000) || `exit code ${code}`}`);
    this.code = code;
  }
}

export interface CommandOptions {
  readonly input?: string;
  readonly signal?: AbortSignal | undefined;
  /** 30 s unless given; the program is killed afterwards. */
  readonly timeoutMs?: number;
}

/** Bytes that a pipe takes at once. */
const AT_ONCE = 65_536;

/**
 * Runs a program without a shell; resolves with stdout. It reads the whole input or none, even if this process is killed
 * meanwhile: nft takes half a script for a whole one. @throws CommandError
 */
export function runCommand(
  program: string,
  args: readonly string[],
  { input, signal, timeoutMs = 30_000 }: CommandOptions = {},
): Promise<string> {
  return new Promise((resolve, reject) => {
    const bytes = Buffer.from(input ?? '');
    const file = bytes.length > AT_ONCE ? namelessFile(bytes) : undefined;
    const child = spawn(program, args, {
      stdio: [file ?? 'pipe', 'pipe', 'pipe'],
      timeout: timeoutMs,
      killSignal: 'SIGKILL',
      ...(signal ? { signal } : {}),
    });
    if (file !== undefined) closeSync(file);
    const stdout: Buffer[] = [];
    let stderr = '';
    child.stdout?.on('data', (chunk: Buffer) => stdout.push(chunk));
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      stderr = (stderr + text).slice(-8192);
    });
    child.once('error', (error) => reject(new CommandError(program, undefined, error.message)));
    child.once('close', (code) => {
      if (code === 0) resolve(Buffer.concat(stdout).toString('utf8'));
      else reject(new CommandError(program, code ?? undefined, stderr));
    });
    child.stdin?.on('error', () => {});
    child.stdin?.end(bytes);
  });
}
