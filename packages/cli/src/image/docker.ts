import { spawn } from 'node:child_process';

/** Longest that one command may take: images are big. */
const PATIENCE_MS = 10 * 60_000;

/**
 * Runs the `docker` command, which finds the engine as its user is used to (contexts, DOCKER_HOST); resolves with
 * stdout. @throws Error with what it said
 */
export function docker(args: readonly string[], signal: AbortSignal): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn('docker', args, { signal, timeout: PATIENCE_MS, stdio: ['ignore', 'pipe', 'pipe'] });
    let out = '';
    let err = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      out += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      err = (err + text).slice(-4000);
    });
    child.once('error', (error: NodeJS.ErrnoException) =>
      reject(error.code === 'ENOENT' ? new Error('there is no docker command on this machine') : error),
    );
    child.once('close', (code) =>
      code === 0 ? resolve(out) : reject(new Error(err.trim() || `docker ${args[0]} ended with ${code}`)),
    );
  });
}
